package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

func newIntegration() *cobra.Command {
	return tenantFlag(dataFlags(group("integration", "CRMs and files of a tenant: connect, check, synchronise",
		newIntegrationAdd(), newIntegrationSet(), newIntegrationList(), newIntegrationShow(), newIntegrationCheck(), newIntegrationChoices(),
		newIntegrationUpload(), newIntegrationSync(),
		newIntegrationHistory(), newIntegrationReport(),
		integrationDo("accept", "Publish a held generation after all"),
		integrationDo("discard", "Discard a held generation; the old one goes on answering"),
		integrationDo("rollback", "Answer with the previous generation again"),
		integrationDo("enable", "Answer and synchronise again"),
		integrationDo("disable", "Stop answering and synchronising; nothing is deleted"),
		newIntegrationAuthorize(), newIntegrationRemove())))
}

// integrationAnswer is what commands read of the API's integration.
type integrationAnswer struct {
	tenant.Integration
	Contacts     int        `json:"contacts"`
	Numbers      int        `json:"numbers"`
	Rejected     int        `json:"rejected"`
	SyncedAt     *time.Time `json:"synced_at,omitempty"`
	Next         *time.Time `json:"next_sync,omitempty"`
	AuthorizeURL string     `json:"authorize_url,omitempty"`
	WaitsFor     string     `json:"waits_for,omitempty"`
	Source       string     `json:"source"`
	Held         *struct {
		Reason string `json:"reason"`
	} `json:"held,omitempty"`
}

func newIntegrationAdd() *cobra.Command {
	var preset, name string
	var sets, files []string
	cmd := &cobra.Command{
		Use: "add --tenant T --preset P [--name N] [--set OPTION=VALUE ...]", Short: "Connect a CRM or a file and print the integration's id",
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if preset == "" {
				return usagef(cmd, "--preset is missing; `ringdex preset list` shows all")
			}
			options, err := options(cmd, sets, files)
			if err != nil {
				return err
			}
			path, err := ofTenant(cmd, "integrations")
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				if err := c.absolutePaths(ctx, cmd, preset, options); err != nil {
					return err
				}
				c.warnTaken(ctx, cmd, "integration", name, path+"/"+url.PathEscape(name))
				var added integrationAnswer
				body := map[string]any{"preset": preset, "name": name, "options": options}
				if err := c.call(ctx, http.MethodPost, path, body, &added); err != nil {
					return err
				}
				sayAuthorize(cmd, added.AuthorizeURL)
				if added.WaitsFor == setup.WaitsForFile {
					warn(cmd, "It waits for its first file: `ringdex integration upload`, then `sync`.")
				}
				say(cmd, "%s", added.ID)
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&preset, "preset", "", "which CRM or kind of file; see `ringdex preset list`")
	f.StringVar(&name, "name", "", "what to call it; the preset's name if left out")
	f.StringArrayVar(&sets, "set", nil, "OPTION=VALUE, as `ringdex preset show P` lists them; may be repeated")
	filesFlag(cmd, &files)
	return cmd
}

func filesFlag(cmd *cobra.Command, files *[]string) {
	cmd.Flags().StringArrayVar(files, "set-file", nil, "OPTION=FILE: the option's value is the file's content, as of a private key; may be repeated")
}

// options are values as they were given, and those that stand in files.
func options(cmd *cobra.Command, sets, files []string) (map[string]string, error) {
	all, err := pairs(cmd, sets)
	if err != nil {
		return nil, err
	}
	named, err := pairs(cmd, files)
	if err != nil {
		return nil, err
	}
	for name, file := range named {
		if _, twice := all[name]; twice {
			return nil, usagef(cmd, "%s is given twice, as a value and as a file", name)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read --set-file %s: %w", name, err)
		}
		all[name] = strings.TrimRight(string(raw), "\r\n")
	}
	return all, nil
}

func sayAuthorize(cmd *cobra.Command, url string) {
	if url != "" {
		warn(cmd, "Open this address in a browser, while the server runs, and give access; it is good for ten minutes:")
		warn(cmd, "%s", url)
	}
}

func newIntegrationSet() *cobra.Command {
	var files []string
	cmd := &cobra.Command{
		Use: "set ID OPTION=VALUE ... --tenant T", Short: "Change options of an integration", Args: takesAtLeast("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := options(cmd, args[1:], files)
			if err != nil {
				return err
			}
			if len(options) == 0 {
				return usagef(cmd, "OPTION=VALUE is missing")
			}
			path, err := ofTenant(cmd, "integrations", args[0])
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var i integrationAnswer
				if err := c.call(ctx, http.MethodGet, path, nil, &i); err != nil {
					return err
				}
				if err := c.absolutePaths(ctx, cmd, i.Preset, options); err != nil {
					return err
				}
				return c.call(ctx, http.MethodPatch, path, map[string]any{"options": options}, nil)
			})
		},
	}
	filesFlag(cmd, &files)
	return cmd
}

// absolutePaths makes file names independent of the folder the command was run in: the server works in another.
func (c *client) absolutePaths(ctx context.Context, cmd *cobra.Command, preset string, options map[string]string) error {
	var p struct {
		Options option.Set `json:"options"`
	}
	if err := c.call(ctx, http.MethodGet, path("presets", preset), nil, &p); err != nil {
		return fmt.Errorf("preset %q: %w", preset, err)
	}
	for name, value := range options {
		if o, ok := p.Options.Find(name); !ok || o.Kind() != option.Path || value == "" {
			continue
		}
		abs, err := filepath.Abs(value)
		if err != nil {
			return err
		}
		options[name] = abs
	}
	return nil
}

func newIntegrationList() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "list --tenant T", Short: "List integrations with their state", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return fetch(cmd, func(all []integrationAnswer) error {
				rows := make([][]string, len(all))
				for i, one := range all {
					rows[i] = []string{
						string(one.ID), one.Name, one.Preset, one.stateText(), number(one.Contacts), number(one.Numbers),
						clockOf(one.SyncedAt), one.nextText(),
					}
				}
				return list(cmd, all, []string{"ID", "NAME", "PRESET", "STATE", "CONTACTS", "NUMBERS", "LAST SYNC", "NEXT SYNC"}, rows)
			}, "integrations")
		},
	})
}

// nextText is when it is synchronised next, or why it is not.
func (i integrationAnswer) nextText() string {
	switch i.Source {
	case setup.SourceNone:
		return "nothing to synchronise"
	case setup.SourcePushed:
		return "when it is sent"
	}
	return clockOf(i.Next)
}

// stateText is the state a person wants to know first.
func (i integrationAnswer) stateText() string {
	if i.Held != nil {
		return "held"
	}
	if i.State == tenant.StateEnabled && i.Connection.Health != "" && i.Connection.Health != tenant.HealthOK {
		return string(i.Connection.Health)
	}
	return string(i.State)
}

func newIntegrationShow() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "show ID --tenant T", Short: "Show an integration by id or name, as JSON", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return fetch(cmd, func(i map[string]any) error { return printJSON(cmd.OutOrStdout(), i) }, "integrations", args[0])
		},
	})
}

func newIntegrationChoices() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "choices ID OPTION --tenant T", Short: "List what the CRM has for an option to choose from: fields, views, lists", Args: takes("ID", "OPTION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return fetch(cmd, func(all []option.Choice) error {
				rows := make([][]string, len(all))
				for i, c := range all {
					rows[i] = []string{c.Value, c.Title}
				}
				return list(cmd, all, []string{"VALUE", "TITLE"}, rows)
			}, "integrations", args[0], "choices", args[1])
		},
	})
}

func integrationDo(verb, short string) *cobra.Command {
	return &cobra.Command{
		Use: verb + " ID --tenant T", Short: short, Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return simply(cmd, http.MethodPost, nil, "integrations", args[0], verb)
		},
	}
}

func newIntegrationAuthorize() *cobra.Command {
	return &cobra.Command{
		Use: "authorize ID --tenant T", Short: "Print the address at which somebody signs in at the CRM", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return add(cmd, nil, func(a struct {
				URL string `json:"authorize_url"`
			},
			) {
				say(cmd, "%s", a.URL)
			}, "integrations", args[0], "authorize")
		},
	}
}

func newIntegrationRemove() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "remove ID --tenant T --yes", Short: "Erase an integration's settings and contacts; cannot be undone", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes {
				return usagef(cmd, "removing an integration erases its settings and contacts for good; say --yes to do it")
			}
			path, err := ofTenant(cmd, "integrations", args[0])
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error { return c.erase(ctx, cmd, path) })
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "really erase it")
	return cmd
}

// clock writes a time for people; a zero one is a dash.
func clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

func clockOf(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return clock(*t)
}

func joinNonEmpty(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}
