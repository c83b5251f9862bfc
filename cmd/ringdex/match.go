package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/recognition"
)

func newMatch() *cobra.Command {
	var explain bool
	cmd := jsonFlag(tenantFlag(dataFlags(&cobra.Command{
		Use: "match NUMBER --tenant T [--explain] [--json]", Short: "Who is calling", Args: takes("NUMBER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := ofTenant(cmd, "explain")
			if err != nil {
				return err
			}
			query := url.Values{"number": {args[0]}}
			if system, _ := cmd.Flags().GetString("system"); system != "" {
				query.Set("system", system)
			}
			if !explain {
				query.Set("explain", "0")
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var body []byte
				if err := c.call(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &body); err != nil {
					return err
				}
				if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
					_, err := cmd.OutOrStdout().Write(body)
					return err
				}
				return sayMatch(cmd, body)
			})
		},
	})))
	cmd.Flags().BoolVar(&explain, "explain", false, "say why")
	cmd.Flags().String("system", "", "ask as this phone system, by id or name; default: the one called default")
	return cmd
}

// matchAnswer is what is printed of GET /v1/match.
type matchAnswer struct {
	Number struct {
		E164, Kind, Region, Location, Name string
	} `json:"number"`
	Matches []struct {
		Integration struct{ Name string }
		Name        string
		Company     string
		Label       string
		Quality     string
		Scripts     []recognition.Button
	} `json:"matches"`
	Scripts []recognition.Button     `json:"scripts"`
	Explain *recognition.Explanation `json:"explain"`
}

func sayMatch(cmd *cobra.Command, body []byte) error {
	var a matchAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	say(cmd, "%s", printable(joinNonEmpty(a.Number.E164, a.Number.Kind, a.Number.Location, a.Number.Region, a.Number.Name)))
	if len(a.Matches) == 0 {
		say(cmd, "nobody known")
	}
	for _, m := range a.Matches {
		say(cmd, "%s  [%s, %s]", printable(joinNonEmpty(m.Name, m.Company)), printable(joinNonEmpty(m.Integration.Name, m.Label)), m.Quality)
		sayButtons(cmd, m.Scripts)
	}
	sayButtons(cmd, a.Scripts)
	if a.Explain != nil {
		sayExplanation(cmd, a.Explain)
	}
	return nil
}

func sayButtons(cmd *cobra.Command, list []recognition.Button) {
	for _, b := range list {
		say(cmd, "  %s: %s", printable(b.Name), b.URL)
	}
}

func sayExplanation(cmd *cobra.Command, e *recognition.Explanation) {
	say(cmd, "why:")
	if len(e.Steps) > 0 {
		say(cmd, "  read as %q after %s", e.Cleaned, strings.Join(e.Steps, ", "))
	}
	for _, r := range e.Readings {
		say(cmd, "  looked up %s (%s): %d found", r.E164, r.How, r.Hits)
	}
	for _, i := range e.Integrations {
		say(cmd, "  %s: %s", printable(i.Name), joinNonEmpty(fmt.Sprintf("%d found", i.Hits), i.Rule, i.Silent, ageText(i.Age)))
	}
	for _, r := range e.Refused {
		say(cmd, "  refused: %s", r)
	}
}

func ageText(age string) string {
	if age == "" {
		return ""
	}
	return "data is " + age + " old"
}
