package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/cmd/internal/bench"
	"github.com/ringdex/ringdex/webconfig"
)

func newBench() *cobra.Command {
	return group("bench", "The project's own benchmark, printed as Markdown with ratios to rivals of the same run",
		newBenchNumber(), newBenchSync(), newBenchCRM(), newBenchMatch(), newBenchPhones(), newBenchCalls(), newBenchPages(), newBenchServe(), newBenchOpen(), newBenchAsk())
}

// benchFlags give a benchmark its folder and rounds.
func benchFlags(cmd *cobra.Command) *cobra.Command {
	f := cmd.Flags()
	f.Int("rounds", 5, "rounds of each comparison; the median counts")
	f.String("dir", "", "folder for benchmark data, kept for the next time; default: a temporary one")
	f.String("cpuprofile", "", "file for a processor profile of this process")
	return cmd
}

// measure runs a benchmark in its folder.
func measure(cmd *cobra.Command, do func(ctx context.Context, r *bench.Run) error) (err error) {
	f := cmd.Flags()
	rounds, _ := f.GetInt("rounds")
	dir, _ := f.GetString("dir")
	profile, _ := f.GetString("cpuprofile")
	dir, end, err := benchDir(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	stop, err := profiled(profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	r := &bench.Run{
		Out: cmd.OutOrStdout(), Rounds: rounds, Dir: dir, Self: self,
		Log: func(format string, args ...any) { warn(cmd, format, args...) },
		Progress: func(label string) (func(done, total int), func()) {
			p := newProgress(cmd.ErrOrStderr(), label)
			return func(done, total int) { p.show(done, total, "") }, p.end
		},
	}
	r.Header("ringdex " + strings.Join(os.Args[1:], " "))
	return do(cmd.Context(), r)
}

func benchDir(dir string) (abs string, end func() error, err error) {
	end = func() error { return nil }
	if dir == "" {
		dir, err = os.MkdirTemp("", "ringdex-bench-")
		return dir, func() error { return os.RemoveAll(dir) }, err
	}
	if abs, err = filepath.Abs(dir); err != nil {
		return "", end, err
	}
	return abs, end, os.MkdirAll(abs, 0o700)
}

// profiled writes a processor profile until it is stopped, if a file is named.
func profiled(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

func newBenchNumber() *cobra.Command {
	return benchFlags(&cobra.Command{
		Use: "number", Short: "Reading numbers, beside the bare library", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(_ context.Context, r *bench.Run) error { return r.Number() })
		},
	})
}

func newBenchSync() *cobra.Command {
	var contacts int
	var alone bool
	cmd := benchFlags(&cobra.Command{
		Use: "sync", Short: "Synchronisations, beside the least they can cost, and look-ups while one writes", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(ctx context.Context, r *bench.Run) error {
				if err := r.Sync(ctx, contacts); err != nil || alone {
					return err
				}
				return r.ReadWhileSync(ctx, contacts)
			})
		},
	})
	cmd.Flags().IntVar(&contacts, "contacts", 1_000_000, "how many")
	cmd.Flags().BoolVar(&alone, "alone", false, "without the look-ups beside it")
	return cmd
}

func newBenchCRM() *cobra.Command {
	var contacts int
	var think time.Duration
	cmd := benchFlags(&cobra.Command{
		Use: "crm", Short: "Synchronisations with a simulated CRM over HTTP, beside the time it takes to send its pages", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(ctx context.Context, r *bench.Run) error { return r.CRM(ctx, contacts, think) })
		},
	})
	cmd.Flags().IntVar(&contacts, "contacts", 100_000, "how many")
	cmd.Flags().DurationVar(&think, "think", 250*time.Millisecond, "what the CRM takes for a page, beside sending it")
	return cmd
}

func newBenchMatch() *cobra.Command {
	var entries, tenants int
	var overHTTP, peers, screenPop bool
	cmd := benchFlags(&cobra.Command{
		Use: "match", Short: "Look-ups in process, over HTTP beside an empty handler, and beside peers that are installed", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(ctx context.Context, r *bench.Run) error {
				r.ScreenPop = screenPop
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
				return r.HTTP(ctx, entries, peers)
			})
		},
	})
	f := cmd.Flags()
	f.IntVar(&entries, "entries", 1_000_000, "how many numbers")
	f.IntVar(&tenants, "tenants", 0, "also open so many tenants of 1,000 contacts")
	f.BoolVar(&overHTTP, "http", true, "also over HTTP; needs wrk and taskset")
	f.BoolVar(&screenPop, "screen-pop", false, "answers with three notification fields and a screen pop, instead of one field as in the targets")
	f.BoolVar(&peers, "peers", true, "also Redis, PostgreSQL and OpenLDAP, as far as they are installed; they are started and stopped")
	return cmd
}

func newBenchCalls() *cobra.Command {
	return benchFlags(&cobra.Command{
		Use: "calls", Short: "Events of calls over HTTP, durable before they are acknowledged, and live lists, also in a browser; needs taskset", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(ctx context.Context, r *bench.Run) error { return r.Calls(ctx) })
		},
	})
}

func newBenchPages() *cobra.Command {
	var size bench.PageSizes
	cmd := benchFlags(&cobra.Command{
		Use: "pages", Short: "Server time of every page as each role, with much to show", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(ctx context.Context, r *bench.Run) error {
				return r.Pages(ctx, size, func(dir string) (bench.PageServer, error) { return pageServer(cmd, dir) })
			})
		},
	})
	f := cmd.Flags()
	f.IntVar(&size.Contacts, "contacts", 10_000, "of the first integration; the others have 200")
	f.IntVar(&size.Integrations, "integrations", 50, "of one tenant")
	f.IntVar(&size.Tenants, "tenants", 200, "how many others there are")
	return cmd
}

// pageServer is the whole server on a benchmark's folder, without a listener.
func pageServer(cmd *cobra.Command, dir string) (bench.PageServer, error) {
	if err := os.Setenv(masterKeyVariable, bench.MasterKey()); err != nil {
		return bench.PageServer{}, err
	}
	const public = "http://127.0.0.1"
	a, err := openApp(cmd.Context(), settings{dir: dir, publicURL: public, warn: func(string, ...any) {}}, newLogger(cmd, "error"))
	if err != nil {
		return bench.PageServer{}, err
	}
	return bench.PageServer{
		Handler: a.publicHandler(), URL: public, Paths: a.web.Paths(), Directory: a.directory, Setup: a.setup, Jobs: a.jobs, Calls: a.calls,
		Notices: a.notices, Close: a.close,
	}, nil
}

func newBenchPhones() *cobra.Command {
	var entries int
	cmd := benchFlags(&cobra.Command{
		Use: "phones", Short: "LDAP look-ups beside a real slapd with the same numbers, and names over HTTP beside whole matches", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return measure(cmd, func(ctx context.Context, r *bench.Run) error { return r.Phones(ctx, entries) })
		},
	})
	cmd.Flags().IntVar(&entries, "entries", 1_000_000, "how many numbers")
	return cmd
}

// newBenchServe is what the HTTP benchmark starts on a core of its own.
func newBenchServe() *cobra.Command {
	var dir, listen, peer, profile, phones string
	cmd := &cobra.Command{
		Use: "serve noop|match|pages|PEER", Hidden: true, Args: takes("noop, match, pages or a peer"),
		RunE: func(cmd *cobra.Command, args []string) error {
			handler, end, err := benchHandler(cmd, args[0], dir, peer, phones)
			if err != nil {
				return err
			}
			defer end()
			stop, err := profiled(profile)
			if err != nil {
				return err
			}
			server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
			if args[0] == "pages" {
				server = api.NewServer(handler, newLogger(cmd, "error")) // streams outlive its limits
			}
			return errors.Join(bench.Serve(cmd.Context(), listen, server), stop())
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "data folder")
	f.StringVar(&listen, "listen", "", "address")
	f.StringVar(&peer, "peer", "", "address of the peer")
	f.StringVar(&phones, "ldap", "", "address for phones; none: no LDAP")
	f.StringVar(&profile, "cpuprofile", "", "file for a processor profile")
	return cmd
}

// benchHandler is the empty handler, the one in front of a peer, or the whole API on a benchmark's folder.
func benchHandler(cmd *cobra.Command, kind, dir, peer, phones string) (h http.Handler, end func(), err error) {
	switch kind {
	case "noop":
		return bench.Noop(), func() {}, nil
	case "match", "pages":
	default:
		h, err = bench.PeerHandler(cmd.Context(), kind, peer)
		return h, func() {}, err
	}
	if err := os.Setenv(masterKeyVariable, bench.MasterKey()); err != nil {
		return nil, nil, err
	}
	a, err := openApp(cmd.Context(), settings{dir: dir, warn: func(string, ...any) {}}, newLogger(cmd, "error"))
	if err != nil {
		return nil, nil, err
	}
	if kind == "pages" {
		a.web.MostStreams = webconfig.Streams{OfPerson: math.MaxInt, InTenant: math.MaxInt} // few people open all of them
		if err := a.calls.Start(cmd.Context()); err != nil {
			return nil, nil, errors.Join(err, a.close())
		}
		return bench.Rest(a.publicHandler()), func() { _ = a.close() }, nil
	}
	if phones == "" {
		return a.api.Handler(), func() { _ = a.close() }, nil
	}
	l, err := net.Listen("tcp", phones)
	if err != nil {
		return nil, nil, errors.Join(err, a.close())
	}
	directory := a.api.LDAP(nil)
	go func() { _ = directory.Serve(l) }()
	return a.api.Handler(), func() { directory.Close(); _ = a.close() }, nil
}

// newBenchOpen is a process whose memory is that of serving and nothing else.
func newBenchOpen() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "open", Hidden: true, Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return told(cmd, func() (any, error) { return bench.Open(cmd.Context(), dir) })
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "data folder")
	return cmd
}

// newBenchAsk loads a directory from a core of its own.
func newBenchAsk() *cobra.Command {
	var q bench.LDAPQuestions
	cmd := &cobra.Command{
		Use: "ask", Hidden: true, Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return told(cmd, func() (any, error) { return bench.AskLDAP(cmd.Context(), q) })
		},
	}
	cmd.Flags().StringVar(&q.Address, "peer", "", "address of the directory")
	cmd.Flags().StringVar(&q.Base, "base", "", "where its people are")
	cmd.Flags().StringVar(&q.Key, "key", "", "to sign in with; none: nobody signs in")
	cmd.Flags().IntVar(&q.Numbers, "numbers", 0, "how many it holds")
	return cmd
}

// told prints what a process of its own has measured as one line of JSON.
func told(cmd *cobra.Command, do func() (any, error)) error {
	v, err := do()
	if err != nil {
		return fmt.Errorf("measure: %w", err)
	}
	return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
}
