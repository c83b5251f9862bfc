package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/jobs"
)

func newIntegrationUpload() *cobra.Command {
	var preview, drop bool
	cmd := jsonFlag(&cobra.Command{
		Use: "upload ID FILE --tenant T [--preview]", Short: "Upload a file of contacts; it waits for the next `integration sync`",
		Args: cobra.RangeArgs(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if wanted := 2; len(args) != wanted && !(drop && len(args) == 1) {
				return usagef(cmd, "%s needs ID and FILE", cmd.CommandPath())
			}
			path, err := ofTenant(cmd, "integrations", args[0], "file")
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				if drop {
					return c.call(ctx, http.MethodDelete, path, nil, nil)
				}
				return c.upload(ctx, cmd, path, args[1], preview)
			})
		},
	})
	cmd.Flags().BoolVar(&preview, "preview", false, "show what synchronising it would add, change and remove")
	cmd.Flags().BoolVar(&drop, "drop", false, "forget the file that waits, instead of sending one")
	return cmd
}

// uploaded is the API's answer to a file.
type uploaded struct {
	Name     string           `json:"name"`
	Size     int64            `json:"size"`
	Uploaded time.Time        `json:"uploaded"`
	Preview  *jobs.Comparison `json:"preview,omitempty"`
}

func (c *client) upload(ctx context.Context, cmd *cobra.Command, path, file string, preview bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	query := url.Values{"name": {filepath.Base(file)}}
	if preview {
		query.Set("preview", "1")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://ringdex/v1"+path+"?"+query.Encode(), f)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return readProblem(resp)
	}
	var answer uploaded
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		return printJSON(cmd.OutOrStdout(), answer)
	}
	if answer.Preview != nil {
		sayComparison(cmd, *answer.Preview)
	}
	say(cmd, "%s (%d bytes) waits; `ringdex integration sync` reads it, `ringdex integration upload --drop` forgets it", printable(answer.Name), answer.Size)
	return nil
}

func sayComparison(cmd *cobra.Command, c jobs.Comparison) {
	for _, note := range c.Notes {
		say(cmd, "  %s", printable(note.String()))
	}
	for _, kind := range []struct {
		what  string
		count int
		shown []jobs.CheckedContact
	}{{"new", c.Added, c.Samples.Added}, {"changed", c.Changed, c.Samples.Changed}, {"removed", c.Removed, c.Samples.Removed}} {
		say(cmd, "%d %s", kind.count, kind.what)
		for _, one := range kind.shown {
			say(cmd, "  %s", printable(joinNonEmpty(one.Name, one.Company)))
			for _, n := range one.Numbers {
				read := n.E164
				if n.Reason != "" {
					read = "not usable: " + string(n.Reason)
				}
				say(cmd, "    %-24s %s", printable(n.Raw), read)
			}
		}
	}
	say(cmd, "%d unchanged; %d numbers in new and changed contacts", c.Unchanged, c.Numbers)
	for _, reason := range slices.Sorted(maps.Keys(c.Rejected)) {
		say(cmd, "  %d phone fields not used: %s", c.Rejected[reason], reason)
	}
	if c.Held != "" {
		say(cmd, "It would be held for a person: %s", c.Held)
	}
}
