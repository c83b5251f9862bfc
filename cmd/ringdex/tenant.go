package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/tenant"
)

func newTenant() *cobra.Command {
	return dataFlags(group("tenant", "Customers: add, change, list, remove",
		newTenantAdd(), newTenantSet(), newTenantList(), newTenantShow(), newTenantRemove()))
}

func newTenantAdd() *cobra.Command {
	body := map[string]string{}
	cmd := &cobra.Command{
		Use: "add NAME --region NL", Short: "Add a tenant and print its id", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body["name"] = args[0]
			fromFlags(cmd, body, "region", "timezone", "language", "external-id", "reseller")
			if body["region"] == "" {
				return usagef(cmd, "--region is missing: the tenant's country, such as NL")
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				c.warnTaken(ctx, cmd, "tenant", args[0], path("tenants", args[0]))
				var added tenant.Account
				if err := c.call(ctx, http.MethodPost, "/tenants", body, &added); err != nil {
					return err
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.String("region", "", "its country (ISO code): how national numbers are read")
	f.String("timezone", "", "IANA name, such as Europe/Amsterdam; needed where the region has several")
	f.String("language", "", "language of its pages and locations, such as en or nl")
	f.String("external-id", "", "what your own systems call it")
	f.String("reseller", "", "below which reseller, by id or name")
	return cmd
}

// warnTaken says that a name leads to something else already: both are kept, and from now on commands want the id.
func (c *client) warnTaken(ctx context.Context, cmd *cobra.Command, what, name, path string) {
	if name != "" && c.call(ctx, http.MethodGet, path, nil, nil) == nil {
		warn(cmd, "warning: another %s is called %q; commands that mean either need its id from now on", what, printable(name))
	}
}

func newTenantSet() *cobra.Command {
	return &cobra.Command{
		Use: "set TENANT NAME=VALUE ...", Short: "Change settings: name, region, timezone, language, own_numbers, contact, reseller, …",
		Args: takesAtLeast("TENANT", "NAME=VALUE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := pairs(cmd, args[1:])
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.call(ctx, http.MethodPatch, path("tenants", args[0]), body, nil)
			})
		},
	}
}

func newTenantList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list", Short: "List tenants", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var all []tenant.Account
				if err := c.call(ctx, http.MethodGet, "/tenants", nil, &all); err != nil {
					return err
				}
				rows := make([][]string, len(all))
				for i, t := range all {
					rows[i] = []string{string(t.ID), t.Name, t.Region, t.TimeZone, t.ExternalID}
				}
				return list(cmd, all, []string{"ID", "NAME", "REGION", "TIME ZONE", "EXTERNAL ID"}, rows)
			})
		},
	})
}

func newTenantShow() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "show TENANT", Short: "Show a tenant by id or name", Args: takes("TENANT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var t map[string]any
				if err := c.call(ctx, http.MethodGet, path("tenants", args[0]), nil, &t); err != nil {
					return err
				}
				return printJSON(cmd.OutOrStdout(), t)
			})
		},
	})
}

func newTenantRemove() *cobra.Command {
	return newAccountRemove("Erase a tenant with everything that belongs to it; cannot be undone",
		"removing a tenant erases its settings, keys and contacts for good; say --yes to do it")
}

// newAccountRemove is `remove` of tenants and resellers; without --yes it says what it would do.
func newAccountRemove(short, warning string) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "remove NAME --yes", Short: short, Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes {
				return usagef(cmd, "%s", warning)
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				return c.erase(ctx, cmd, path("tenants", args[0]))
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "really erase it")
	return cmd
}

// erase deletes something and prints the report of what went where.
func (c *client) erase(ctx context.Context, cmd *cobra.Command, path string) error {
	var report tenant.Erasure
	if err := c.call(ctx, http.MethodDelete, path, nil, &report); err != nil {
		return err
	}
	say(cmd, "answers stopped %s, keys destroyed %s", clock(report.Removed), clock(report.KeysDestroyed))
	for _, s := range report.Stores {
		say(cmd, "%s: %d records erased", s.Name, s.Records)
	}
	return nil
}

// withClient connects, runs and closes.
func withClient(cmd *cobra.Command, run func(ctx context.Context, c *client) error) (err error) {
	c, err := connect(cmd)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := c.close(); err == nil {
			err = closeErr
		}
	}()
	return run(cmd.Context(), c)
}

// pairs reads NAME=VALUE arguments.
func pairs(cmd *cobra.Command, args []string) (map[string]string, error) {
	set := map[string]string{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return nil, usagef(cmd, "%q is not NAME=VALUE", arg)
		}
		set[strings.ReplaceAll(name, "-", "_")] = value
	}
	return set, nil
}

// fromFlags copies the flags that were given, by the API's names.
func fromFlags(cmd *cobra.Command, body map[string]string, flags ...string) {
	for _, name := range flags {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed {
			body[strings.ReplaceAll(name, "-", "_")] = f.Value.String()
		}
	}
}

// tenantFlag gives a group the --tenant its commands need.
func tenantFlag(cmd *cobra.Command) *cobra.Command {
	cmd.PersistentFlags().String("tenant", "", "tenant, by id or name")
	return cmd
}

// ofTenant is the API path of something of the tenant named by --tenant.
func ofTenant(cmd *cobra.Command, segments ...string) (string, error) {
	t, _ := cmd.Flags().GetString("tenant")
	if t == "" {
		return "", usagef(cmd, "--tenant is missing")
	}
	return path(append([]string{"tenants", t}, segments...)...), nil
}

// simply calls one endpoint of the tenant and prints nothing.
func simply(cmd *cobra.Command, method string, body any, segments ...string) error {
	path, err := ofTenant(cmd, segments...)
	if err != nil {
		return err
	}
	return withClient(cmd, func(ctx context.Context, c *client) error { return c.call(ctx, method, path, body, nil) })
}

// fetch reads one endpoint of the tenant.
func fetch[T any](cmd *cobra.Command, use func(T) error, segments ...string) error {
	path, err := ofTenant(cmd, segments...)
	if err != nil {
		return err
	}
	return withClient(cmd, func(ctx context.Context, c *client) error {
		var got T
		if err := c.call(ctx, http.MethodGet, path, nil, &got); err != nil {
			return err
		}
		return use(got)
	})
}

// add posts to one endpoint of the tenant and gives what was made.
func add[T any](cmd *cobra.Command, body any, use func(T), segments ...string) error {
	path, err := ofTenant(cmd, segments...)
	if err != nil {
		return err
	}
	return withClient(cmd, func(ctx context.Context, c *client) error {
		var made T
		if err := c.call(ctx, http.MethodPost, path, body, &made); err != nil {
			return err
		}
		use(made)
		return nil
	})
}

func number(n int) string { return fmt.Sprintf("%d", n) }
