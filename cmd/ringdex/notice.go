package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/jobs/notice"
)

func newNotice() *cobra.Command {
	return tenantFlag(dataFlags(group("notice", "What people were told: list, acknowledge, try", newNoticeList(), newNoticeAcknowledge(), newNoticeTest())))
}

// notices is the API path of the tenant's notices, or without --tenant of the operator's.
func notices(cmd *cobra.Command, segments ...string) string {
	if t, _ := cmd.Flags().GetString("tenant"); t != "" {
		return path(append([]string{"tenants", t, "notices"}, segments...)...)
	}
	return path(append([]string{"operators", "notices"}, segments...)...)
}

// noticeShown is a notice as the API shows it.
type noticeShown struct {
	notice.Notice
	notice.Said
}

func newNoticeList() *cobra.Command {
	var open bool
	cmd := jsonFlag(&cobra.Command{
		Use: "list [--tenant T] [--open]", Short: "List notices, newest first", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				query := ""
				if open {
					query = "?open=1"
				}
				var all []noticeShown
				if err := c.call(ctx, http.MethodGet, notices(cmd)+query, nil, &all); err != nil {
					return err
				}
				rows := make([][]string, len(all))
				for i, n := range all {
					rows[i] = []string{n.ID, clock(n.Told), clock(n.Ended), clock(n.Acknowledged), fmt.Sprint(n.Recipients - n.Undelivered), n.Title}
				}
				return list(cmd, all, []string{"ID", "TOLD", "ENDED", "ACKNOWLEDGED", "SENT", "WHAT"}, rows)
			})
		},
	})
	cmd.Flags().BoolVar(&open, "open", false, "only what has not ended")
	return cmd
}

func newNoticeAcknowledge() *cobra.Command {
	return &cobra.Command{
		Use: "acknowledge ID [--tenant T]", Short: "Note that it is known: what goes on is not told again", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.call(ctx, http.MethodPost, notices(cmd, args[0], "acknowledge"), nil, nil)
			})
		},
	}
}

func newNoticeTest() *cobra.Command {
	return &cobra.Command{
		Use: "test [--tenant T]", Short: "Send a notice by mail and webhook, to see whether it arrives", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var n noticeShown
				if err := c.call(ctx, http.MethodPost, notices(cmd, "test"), nil, &n); err != nil {
					return err
				}
				if n.Recipients == 0 {
					warn(cmd, "nothing is sent: there is no mail server (--smtp-url of the server), or nobody to tell, and no webhook")
				}
				say(cmd, "%s", n.ID)
				return nil
			})
		},
	}
}
