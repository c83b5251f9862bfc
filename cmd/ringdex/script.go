package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/tenant"
)

func newScript() *cobra.Command {
	return tenantFlag(dataFlags(group("script", "Buttons that open a page: a tenant's own and an integration's",
		newScriptAdd(), newScriptList(), newScriptRemove(), newScriptRender())))
}

// scriptPath is the API path of stand-alone scripts, or with --integration of that integration's.
func scriptPath(cmd *cobra.Command, segments ...string) (string, error) {
	if i, _ := cmd.Flags().GetString("integration"); i != "" {
		return ofTenant(cmd, append([]string{"integrations", i, "scripts"}, segments...)...)
	}
	return ofTenant(cmd, append([]string{"scripts"}, segments...)...)
}

func integrationFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().String("integration", "", "of this integration, by id or name; stand-alone if left out")
	return cmd
}

func newScriptAdd() *cobra.Command {
	var pop bool
	var when string
	var request tenant.ServerRequest
	var headers []string
	cmd := integrationFlag(&cobra.Command{
		Use: "add NAME URL --tenant T [--integration I]", Short: "Add a script and print its id", Args: takes("NAME", "URL"),
		Example: `  ringdex script add "Search the web" "https://duckduckgo.com/?q=#(Caller number)" --tenant acme`,
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := scriptPath(cmd)
			if err != nil {
				return err
			}
			body := map[string]any{"name": args[0], "url": args[1], "when": when, "pop": pop}
			if cmd.Flags().Changed("server") {
				if request.Headers, err = pairsAsGiven(cmd, headers); err != nil {
					return err
				}
				body["server"] = request
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var added tenant.Script
				if err := c.call(ctx, http.MethodPost, path, body, &added); err != nil {
					return err
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	})
	cmd.Flags().BoolVar(&pop, "pop", false, "open at once instead of showing a button")
	cmd.Flags().StringVar(&when, "when", "", "match, no_match or always")
	cmd.Flags().StringVar(&request.Method, "server", "", "get or post: no button, but a request the server sends when it rings")
	cmd.Flags().StringVar(&request.JSON, "server-json", "", "its JSON body")
	cmd.Flags().StringVar(&request.Form, "server-form", "", "its form body, as a=#(Caller number)&b=1")
	cmd.Flags().StringArrayVar(&headers, "server-header", nil, "NAME=VALUE of a header; may be repeated")
	return cmd
}

func newScriptList() *cobra.Command {
	return jsonFlag(integrationFlag(&cobra.Command{
		Use: "list --tenant T [--integration I]", Short: "List scripts", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := scriptPath(cmd)
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var all []tenant.Script
				if err := c.call(ctx, http.MethodGet, path, nil, &all); err != nil {
					return err
				}
				rows := make([][]string, len(all))
				for i, s := range all {
					rows[i] = []string{string(s.ID), s.Name, string(s.When), s.URL}
				}
				return list(cmd, all, []string{"ID", "NAME", "WHEN", "URL"}, rows)
			})
		},
	}))
}

func newScriptRemove() *cobra.Command {
	return integrationFlag(&cobra.Command{
		Use: "remove ID --tenant T [--integration I]", Short: "Remove a script", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := scriptPath(cmd, args[0])
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.call(ctx, http.MethodDelete, path, nil, nil)
			})
		},
	})
}

// pairsAsGiven reads NAME=VALUE and keeps the names as they are.
func pairsAsGiven(cmd *cobra.Command, args []string) (map[string]string, error) {
	set := map[string]string{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return nil, usagef(cmd, "%q is not NAME=VALUE", arg)
		}
		set[name] = value
	}
	return set, nil
}
