package main

import (
	"errors"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

func newSystem() *cobra.Command {
	return tenantFlag(dataFlags(group("system", "Phone systems of a tenant and how they write numbers",
		newSystemAdd(), newSystemSet(), newSystemCheck(), newSystemList(), newSystemRemove())))
}

// systemFlags are a phone system's settings; the server checks their values.
func systemFlags(cmd *cobra.Command) *cobra.Command {
	f := cmd.Flags()
	f.String("number-form", "", "how it writes numbers: auto, e164, e164_digits or national")
	f.String("region", "", "its country (ISO code); the tenant's if left out")
	f.String("area-code", "", "area code of its local numbers, without the leading zero")
	f.String("outside-prefix", "", "digits it sends before outside numbers")
	f.String("internal-length", "", "how many digits internal numbers have: 3, 3-4 or 3,5")
	f.String("name-template", "", "the line of /v1/name, such as \"$(DisplayName) - $(Company)\"")
	f.String("name-max", "", "most characters of that line")
	f.String("name-ascii", "", "true: without accents, for old displays")
	for _, o := range tenant.LineOptions() {
		f.String(o.FlagName(), "", lineUsage(o))
	}
	return cmd
}

var systemSettings = append([]string{"number-form", "region", "area-code", "outside-prefix", "internal-length", "name-template", "name-max", "name-ascii"}, tenant.LineOptions().Names()...)

// lineUsage is what --help says of a setting by which a phone system tells of calls or starts some.
func lineUsage(o option.Option) string {
	text := o.Label()
	if o.Help != "" {
		text += ": " + strings.TrimSuffix(o.Help, ".")
	}
	var choices []string
	for _, c := range o.Choices {
		choices = append(choices, c.Value)
	}
	if len(choices) > 0 {
		text += " (" + strings.Join(choices, ", ") + ")"
	}
	return text
}

func newSystemAdd() *cobra.Command {
	return systemFlags(&cobra.Command{
		Use: "add NAME --tenant T", Short: "Add a phone system and print its id", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := map[string]string{"name": args[0]}
			fromFlags(cmd, body, systemSettings...)
			return add(cmd, body, func(s tenant.System) { say(cmd, "%s", s.ID) }, "systems")
		},
	})
}

func newSystemSet() *cobra.Command {
	return systemFlags(&cobra.Command{
		Use: "set SYSTEM [NAME=VALUE ...] --tenant T", Short: "Change a phone system, by id or name", Args: takesAtLeast("SYSTEM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := pairs(cmd, args[1:])
			if err != nil {
				return err
			}
			fromFlags(cmd, body, systemSettings...)
			return simply(cmd, http.MethodPatch, body, "systems", args[0])
		},
	})
}

func newSystemCheck() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "check SYSTEM --tenant T", Short: "Try the settings by which a phone system tells of calls and starts some", Args: takes("SYSTEM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var found exchange.Checked
			if err := add(cmd, nil, func(c exchange.Checked) { found = c }, "systems", args[0], "check"); err != nil {
				return err
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				return printJSON(cmd.OutOrStdout(), found)
			}
			return sayTries(cmd, found)
		},
	})
}

// sayTries tells what came of a check; what did not go well is an error.
func sayTries(cmd *cobra.Command, found exchange.Checked) error {
	if found.Events == nil && found.Dial == nil {
		say(cmd, "nothing is set up: see --events and --dial of `ringdex system set`")
	}
	var failed []string
	for _, t := range []struct {
		what string
		*exchange.Try
	}{{"hearing of calls", found.Events}, {"starting calls", found.Dial}} {
		switch {
		case t.Try == nil:
		case t.OK:
			say(cmd, "%s: works", t.what)
		default:
			failed = append(failed, joinNonEmpty(t.what+": "+t.Text.String(), t.Hint.String()))
		}
	}
	if len(failed) > 0 {
		return errors.New(strings.Join(failed, "; "))
	}
	return nil
}

func newSystemList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list --tenant T", Short: "List phone systems", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fetch(cmd, func(all []tenant.System) error {
				rows := make([][]string, len(all))
				for i, s := range all {
					rows[i] = []string{string(s.ID), s.Name, string(s.NumberForm), s.Region, s.AreaCode, s.OutsidePrefix}
				}
				return list(cmd, all, []string{"ID", "NAME", "NUMBER FORM", "REGION", "AREA CODE", "OUTSIDE PREFIX"}, rows)
			}, "systems")
		},
	})
}

func newSystemRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove SYSTEM --tenant T", Short: "Remove a phone system that has no keys any more", Args: takes("SYSTEM"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return simply(cmd, http.MethodDelete, nil, "systems", args[0])
		},
	}
}
