package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/cmd/internal/bench"
)

func newBench() *cobra.Command {
	return group("bench", "The project's own benchmark, printed as Markdown with ratios to rivals of the same run",
		newBenchNumber(), newBenchSync(), newBenchMatch(), newBenchServe())
}

// benchFlags give a benchmark its folder and rounds.
func benchFlags(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().Int("rounds", 5, "rounds of each comparison; the median counts")
	cmd.Flags().String("dir", "", "folder for benchmark data, kept for the next time; default: a temporary one")
	return cmd
}

// measure runs a benchmark in its folder.
func measure(cmd *cobra.Command, name string, do func(ctx context.Context, r *bench.Run) error) (err error) {
	rounds, _ := cmd.Flags().GetInt("rounds")
	dir, _ := cmd.Flags().GetString("dir")
	if dir == "" {
		if dir, err = os.MkdirTemp("", "ringdex-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	r := &bench.Run{
		Out: cmd.OutOrStdout(), Rounds: rounds, Dir: dir,
		Log: func(format string, args ...any) { warn(cmd, format, args...) },
	}
	r.Header("ringdex bench " + name)
	return do(cmd.Context(), r)
}

func newBenchNumber() *cobra.Command {
	return benchFlags(&cobra.Command{
		Use: "number", Short: "Reading numbers, beside the bare library", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, "number", func(_ context.Context, r *bench.Run) error { return r.Number() })
		},
	})
}

func newBenchSync() *cobra.Command {
	var contacts int
	cmd := benchFlags(&cobra.Command{
		Use: "sync", Short: "Synchronisations, beside the least they can cost, and look-ups while one writes", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, fmt.Sprintf("sync --contacts %d", contacts), func(ctx context.Context, r *bench.Run) error {
				return errors.Join(r.Sync(ctx, contacts), r.ReadWhileSync(ctx, contacts))
			})
		},
	})
	cmd.Flags().IntVar(&contacts, "contacts", 1_000_000, "how many")
	return cmd
}

func newBenchMatch() *cobra.Command {
	var entries, tenants int
	var overHTTP bool
	cmd := benchFlags(&cobra.Command{
		Use: "match", Short: "Look-ups in process, over HTTP beside an empty handler, and beside peers that are installed", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, fmt.Sprintf("match --entries %d", entries), func(ctx context.Context, r *bench.Run) error {
				if err := r.Match(ctx, entries); err != nil {
					return err
				}
				if tenants > 0 {
					if err := r.Tenants(ctx, tenants, 1000); err != nil {
						return err
					}
				}
				if !overHTTP {
					return nil
				}
				self, err := os.Executable()
				if err != nil {
					return err
				}
				return r.HTTP(ctx, self, entries)
			})
		},
	})
	f := cmd.Flags()
	f.IntVar(&entries, "entries", 1_000_000, "how many numbers")
	f.IntVar(&tenants, "tenants", 0, "also open so many tenants of 1,000 contacts")
	f.BoolVar(&overHTTP, "http", true, "also over HTTP; needs wrk and taskset")
	return cmd
}

// newBenchServe is what the HTTP benchmark starts on a core of its own.
func newBenchServe() *cobra.Command {
	var dir, listen string
	cmd := &cobra.Command{
		Use: "serve noop|match", Hidden: true, Args: takes("noop or match"),
		RunE: func(cmd *cobra.Command, args []string) error {
			handler := bench.Noop()
			if args[0] == "match" {
				s := settings{dir: dir, warn: func(string, ...any) {}}
				opened, end, err := benchHandler(cmd, s)
				if err != nil {
					return err
				}
				defer end()
				handler = opened
			}
			return bench.Serve(cmd.Context(), listen, handler)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "data folder")
	cmd.Flags().StringVar(&listen, "listen", "", "address")
	return cmd
}

// benchHandler is the whole API on a benchmark's folder.
func benchHandler(cmd *cobra.Command, s settings) (http.Handler, func(), error) {
	if err := os.Setenv(masterKeyVariable, bench.MasterKey()); err != nil {
		return nil, nil, err
	}
	a, err := openApp(cmd.Context(), s, newLogger(cmd, "error"))
	if err != nil {
		return nil, nil, err
	}
	return a.api.Handler(), func() { _ = a.close() }, nil
}
