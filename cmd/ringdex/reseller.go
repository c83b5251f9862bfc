package main

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/tenant"
)

func newReseller() *cobra.Command {
	return dataFlags(group("reseller", "Resellers: add, change, list, remove; their tenants are those added with --reseller",
		newResellerAdd(), newTenantSet(), newResellerList(),
		newAccountRemove("Remove a reseller that has no tenants any more", "removing a reseller erases its settings and people for good; say --yes to do it")))
}

func newResellerAdd() *cobra.Command {
	body := map[string]string{}
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Add a reseller and print its id", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body["name"] = args[0]
			fromFlags(cmd, body, "language", "contact", "external-id")
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var added tenant.Account
				if err := c.call(ctx, http.MethodPost, "/resellers", body, &added); err != nil {
					return err
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.String("language", "", "language of its pages, such as en or nl")
	f.String("contact", "", "e-mail address of who is told what its tenants need")
	f.String("external-id", "", "what your own systems call it")
	return cmd
}

func newResellerList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list", Short: "List resellers", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var all []tenant.Account
				if err := c.call(ctx, http.MethodGet, "/resellers", nil, &all); err != nil {
					return err
				}
				rows := make([][]string, len(all))
				for i, r := range all {
					rows[i] = []string{string(r.ID), r.Name, r.Contact, r.ExternalID}
				}
				return list(cmd, all, []string{"ID", "NAME", "CONTACT", "EXTERNAL ID"}, rows)
			})
		},
	})
}
