package main

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

func newKey() *cobra.Command {
	return tenantFlag(dataFlags(group("key", "API keys of phone systems", newKeyAdd(), newKeyList(), newKeyRevoke())))
}

func newKeyAdd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "add --tenant T --scope match", Short: "Make a key and print it; it is shown this once", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			body, err := keyBody(cmd)
			if err != nil {
				return err
			}
			return add(cmd, body, func(k struct {
				Key     string `json:"key"`
				Address string `json:"address"`
			},
			) {
				if k.Address != "" {
					say(cmd, "%sNUMBER", k.Address)
				}
				say(cmd, "%s", k.Key)
			}, "keys")
		},
	}
	f := cmd.Flags()
	f.String("scope", "", "what it is good for: match, calls, dial, admin, joined by commas; or pop alone: an address that opens who is calling")
	f.String("system", "", "phone system it belongs to, by id or name; default: the one called default")
	f.String("name", "", "what to call it")
	f.String("rate", "", "requests a second, or none for no limit; default 200")
	f.Bool("url-key", false, "may also stand in a URL as ?key=; one scope only: match or calls")
	return cmd
}

func keyBody(cmd *cobra.Command) (map[string]any, error) {
	f := cmd.Flags()
	scope, _ := f.GetString("scope")
	if scope == "" {
		return nil, usagef(cmd, "--scope is missing: match, calls, dial, admin or pop")
	}
	if _, err := tenant.ParseScopes(scope); err != nil {
		return nil, usagef(cmd, "--scope: %s", wording.Of(err))
	}
	name, _ := f.GetString("name")
	system, _ := f.GetString("system")
	urlKey, _ := f.GetBool("url-key")
	body := map[string]any{"name": name, "system": system, "scopes": scope, "url_key": urlKey}
	rate, _ := f.GetString("rate")
	switch strings.ToLower(rate) {
	case "":
	case "none":
		body["rate"] = 0
	default:
		perSecond, err := strconv.ParseFloat(rate, 64)
		if err != nil || perSecond <= 0 {
			return nil, usagef(cmd, "--rate %q must be a number of requests a second, or none", rate)
		}
		body["rate"] = perSecond
	}
	return body, nil
}

func newKeyList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list --tenant T", Short: "List keys; the keys themselves are not kept", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fetch(cmd, func(all []tenant.Key) error {
				rows := make([][]string, len(all))
				for i, k := range all {
					rows[i] = []string{string(k.ID), k.Prefix + "…", k.Name, k.Scopes.String(), string(k.System), clock(k.LastUsed)}
				}
				return list(cmd, all, []string{"ID", "KEY", "NAME", "SCOPES", "SYSTEM", "LAST USED"}, rows)
			}, "keys")
		},
	})
}

func newKeyRevoke() *cobra.Command {
	return &cobra.Command{
		Use: "revoke KEY --tenant T", Short: "Revoke a key by its id or first characters; it stops at once", Args: takes("KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return simply(cmd, http.MethodDelete, nil, "keys", strings.TrimSuffix(args[0], "…"))
		},
	}
}
