package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/tenant"
)

func newVerify() *cobra.Command {
	return jsonFlag(dataFlags(&cobra.Command{
		Use: "verify", Short: "Open every sealed entry and walk every audit log", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var v struct {
					Accounts     int      `json:"accounts"`
					Integrations int      `json:"integrations"`
					Entries      int      `json:"entries"`
					Calls        int      `json:"calls"`
					Broken       int      `json:"broken"`
					Problems     []string `json:"problems"`
				}
				if err := c.call(ctx, http.MethodGet, "/verify", nil, &v); err != nil {
					return err
				}
				if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
					if err := printJSON(cmd.OutOrStdout(), v); err != nil {
						return err
					}
				} else {
					say(cmd, "%d accounts, %d integrations, %d entries, %d calls, %d broken", v.Accounts, v.Integrations, v.Entries, v.Calls, v.Broken)
					for _, p := range v.Problems {
						say(cmd, "problem: %s", printable(p))
					}
				}
				if len(v.Problems) > 0 {
					return &quietError{}
				}
				return nil
			})
		},
	}))
}

func newErase() *cobra.Command {
	var integration string
	var yes, report bool
	cmd := jsonFlag(tenantFlag(dataFlags(&cobra.Command{
		Use: "erase --tenant T [--integration I] --yes | erase --report", Short: "Erase a tenant or an integration for good, or report what was erased", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if report {
				return eraseReport(cmd)
			}
			segments := []string{}
			if integration != "" {
				segments = []string{"integrations", integration}
			}
			path, err := ofTenant(cmd, segments...)
			if err != nil {
				return err
			}
			if !yes {
				return usagef(cmd, "erasing cannot be undone; say --yes to do it")
			}
			return withClient(cmd, func(ctx context.Context, c *client) error { return c.erase(ctx, cmd, path) })
		},
	})))
	cmd.Flags().StringVar(&integration, "integration", "", "only this integration, by id or name")
	cmd.Flags().BoolVar(&yes, "yes", false, "really erase it")
	cmd.Flags().BoolVar(&report, "report", false, "list everything that was erased; with --json it is what restore takes as --ledger")
	return cmd
}

func eraseReport(cmd *cobra.Command) error {
	return withClient(cmd, func(ctx context.Context, c *client) error {
		var ledger []tenant.Erasure
		if err := c.call(ctx, http.MethodGet, "/erasures", nil, &ledger); err != nil {
			return err
		}
		rows := make([][]string, len(ledger))
		for i, e := range ledger {
			records := 0
			for _, s := range e.Stores {
				records += s.Records
			}
			rows[i] = []string{string(e.Account), string(e.Integration), clock(e.Removed), clock(e.KeysDestroyed), clock(e.Finished), fmt.Sprint(records)}
		}
		return list(cmd, ledger, []string{"ACCOUNT", "INTEGRATION", "ANSWERS STOPPED", "KEYS DESTROYED", "FINISHED", "RECORDS"}, rows)
	})
}
