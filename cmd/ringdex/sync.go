package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/jobs"
)

func newIntegrationCheck() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "check ID --tenant T", Short: "Test the connection and show how sample contacts are read", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := ofTenant(cmd, "integrations", args[0], "check")
			if err != nil {
				return err
			}
			allow, err := allowOutbound(cmd)
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var r jobs.CheckReport
				if err := c.call(ctx, http.MethodPost, path, map[string]any{"allow_outbound": allow}, &r); err != nil {
					return err
				}
				if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
					return printJSON(cmd.OutOrStdout(), r)
				}
				sayCheck(cmd, r)
				return nil
			})
		},
	})
}

// allowOutbound are the private addresses that the command line allows this once, whichever process does the work.
func allowOutbound(cmd *cobra.Command) ([]string, error) {
	s, err := readSettings(cmd)
	if err != nil {
		return nil, err
	}
	return s.List("allow-outbound"), nil
}

func sayCheck(cmd *cobra.Command, r jobs.CheckReport) {
	say(cmd, "Connected to %s", printable(r.Account))
	for _, note := range r.Notes {
		say(cmd, "  %s", printable(note.String()))
	}
	for _, missing := range r.Missing {
		say(cmd, "  missing: %s", printable(missing.String()))
	}
	for _, c := range r.Sample {
		say(cmd, "%s", printable(joinNonEmpty(c.Name, c.Company)))
		for _, n := range c.Numbers {
			read := n.E164
			if n.Reason != "" {
				read = "not usable: " + string(n.Reason)
			}
			say(cmd, "  %-12s %-24s %s", printable(n.Label), printable(n.Raw), read)
		}
	}
	say(cmd, "%d phone fields, %d numbers found, %d not usable, %d with two readings", r.Values, r.Numbers, r.Unusable, r.TwoReadings)
}

func newIntegrationSync() *cobra.Command {
	var full bool
	cmd := jsonFlag(&cobra.Command{
		Use: "sync ID --tenant T", Short: "Synchronise now, show progress, and wait", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := ofTenant(cmd, "integrations", args[0])
			if err != nil {
				return err
			}
			allow, err := allowOutbound(cmd)
			if err != nil {
				return err
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				var begun struct {
					Run jobs.RunID `json:"run"`
				}
				body := map[string]any{"full": full, "allow_outbound": allow}
				if err := c.call(ctx, http.MethodPost, path+"/sync", body, &begun); err != nil {
					return err
				}
				run, err := c.follow(ctx, cmd, path+"/runs/"+string(begun.Run))
				if err != nil {
					return err
				}
				return sayRun(cmd, run)
			})
		},
	})
	cmd.Flags().BoolVar(&full, "full", false, "read everything, also where the CRM can give changes only")
	return cmd
}

// runAnswer is a run as the API shows it.
type runAnswer struct {
	jobs.Run
	Progress *jobs.Progress `json:"progress,omitempty"`
}

// followEvery is how often a run under way is looked at.
const followEvery = 200 * time.Millisecond

// follow shows a run until it is over.
func (c *client) follow(ctx context.Context, cmd *cobra.Command, path string) (runAnswer, error) {
	shown := newProgress(cmd.ErrOrStderr(), "synchronising")
	defer shown.end()
	for {
		var run runAnswer
		if err := c.call(ctx, http.MethodGet, path, nil, &run); err != nil {
			return run, err
		}
		if run.State != jobs.Running {
			return run, nil
		}
		if p := run.Progress; p != nil {
			shown.show(p.Records, 0, fmt.Sprintf("records of %s", p.Stream))
		}
		select {
		case <-ctx.Done():
			return run, ctx.Err()
		case <-time.After(followEvery):
		}
	}
}

// sayRun prints how a run ended; one that did not succeed is an error.
func sayRun(cmd *cobra.Command, r runAnswer) error {
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		if err := printJSON(cmd.OutOrStdout(), r.Run); err != nil {
			return err
		}
	} else {
		c := r.Counts
		say(cmd, "%s: %d records read in %s: %d new, %d changed, %d removed, %d unchanged; %d numbers",
			r.State, c.Read, r.Duration(time.Now()).Round(time.Millisecond), c.Added, c.Changed, c.Removed, c.Unchanged, c.Numbers)
		for _, reason := range slices.Sorted(maps.Keys(c.Rejected)) {
			say(cmd, "  %d phone fields not used: %s", c.Rejected[reason], reason)
		}
	}
	switch r.State {
	case jobs.Succeeded:
		return nil
	case jobs.Held:
		return fmt.Errorf("held: %s; look at it and `ringdex integration accept` or `discard` it", r.Reason)
	}
	if r.Hint != "" {
		return fmt.Errorf("%s: %s; %s", r.State, r.Error, r.Hint)
	}
	return fmt.Errorf("%s: %s", r.State, r.Error)
}

func newIntegrationHistory() *cobra.Command {
	return jsonFlag(&cobra.Command{
		Use: "history ID --tenant T", Short: "List the runs of an integration, newest first", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return fetch(cmd, func(all []jobs.Run) error {
				rows := make([][]string, len(all))
				for i, r := range all {
					c := r.Counts
					rows[i] = []string{
						string(r.ID), clock(r.Started), string(r.Trigger), string(r.Mode), string(r.State), number(c.Read),
						fmt.Sprintf("+%d ~%d -%d", c.Added, c.Changed, c.Removed), r.Duration(time.Now()).Round(time.Millisecond).String(), r.Error,
					}
				}
				return list(cmd, all, []string{"ID", "STARTED", "WHY", "MODE", "STATE", "READ", "CHANGES", "TOOK", "ERROR"}, rows)
			}, "integrations", args[0], "runs")
		},
	})
}

func newIntegrationReport() *cobra.Command {
	var csv bool
	cmd := jsonFlag(&cobra.Command{
		Use: "report ID --tenant T", Short: "What is wrong with the phone numbers in the CRM", Args: takes("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := ofTenant(cmd, "integrations", args[0], "report")
			if err != nil {
				return err
			}
			if csv {
				path += "?format=csv"
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				resp, err := c.send(ctx, http.MethodGet, path, nil)
				if err != nil {
					return err
				}
				defer resp.Body.Close()
				if csv {
					_, err := io.Copy(cmd.OutOrStdout(), resp.Body)
					return err
				}
				return sayReport(cmd, resp.Body)
			})
		},
	})
	cmd.Flags().BoolVar(&csv, "csv", false, "print all rows as CSV that is safe to open in a spreadsheet")
	return cmd
}

func sayReport(cmd *cobra.Command, body io.Reader) error {
	var r jobs.Report
	if err := json.NewDecoder(body).Decode(&r); err != nil {
		return errors.New("the server's answer cannot be read")
	}
	rows := make([][]string, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = []string{string(row.Reason), row.ID, joinNonEmpty(row.Name, row.Company), row.Value}
	}
	return list(cmd, r, []string{"REASON", "RECORD", "NAME", "VALUE"}, rows)
}
