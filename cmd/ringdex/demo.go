package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/presets/outbound"
)

// demoSpreadsheet is what a small company keeps beside its CRM, numbers as people type them.
//
//go:embed demo-contacts.csv
var demoSpreadsheet []byte

func newDemo() *cobra.Command {
	var listen, data string
	cmd := &cobra.Command{
		Use: "demo", Short: "Try Ringdex: a tenant, a simulated CRM, a spreadsheet, and a key that answers", Args: takes(),
		Long: `Starts the service with a demo tenant. Its contacts come from a simulated CRM in this process and from a spreadsheet;
nothing of them is real. Everything is removed at the end, unless --data names a folder to keep.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := demo{cmd: cmd, listen: listen, dir: data}
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address of the HTTP server")
	cmd.Flags().StringVar(&data, "data", "", "folder to keep the demo in; default: a temporary one")
	return cmd
}

// demo is one demonstration.
type demo struct {
	cmd         *cobra.Command
	listen, dir string
	url         string
	crm         *crmsim.Server
	crmURL      string
	app         *app
	client      *client
}

func (d *demo) run(ctx context.Context) (err error) {
	if err := d.folder(); err != nil {
		return err
	}
	if d.dir != "" && d.temporary() {
		defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	}
	public, err := net.Listen("tcp", d.listen)
	if err != nil {
		return fmt.Errorf("listen: %w; choose another address with --listen", err)
	}
	at := public.Addr().(*net.TCPAddr)
	if d.url = publicURL(at.String(), false); !at.IP.IsLoopback() {
		warn(d.cmd, "warning: others reach %s as well, and the demo's passwords are known to everybody", at)
	}
	crm, err := d.listenCRM()
	if err != nil {
		return errors.Join(fmt.Errorf("listen for the simulated CRM: %w", err), public.Close())
	}
	d.crm = crmsim.New(crmsim.Options{Contacts: demoContacts, Seed: demoSeed, APIKey: demoAPIKey, OAuth: crmsim.OAuth{ClientSecret: demoClientSecret}})
	d.crmURL = "http://" + crm.Addr().String()
	if err := d.open(ctx, crm.Addr().(*net.TCPAddr)); err != nil {
		return errors.Join(err, public.Close(), crm.Close())
	}
	defer func() { err = errors.Join(err, d.app.close()) }()
	return d.serve(ctx, public, crm)
}

// listenCRM is where the simulated CRM was at the last start, so that what was set up then goes on, or anywhere free.
func (d *demo) listenCRM() (net.Listener, error) {
	var last demoShown
	raw, err := os.ReadFile(filepath.Join(d.dir, demoFile))
	if err == nil && json.Unmarshal(raw, &last) == nil {
		if at, err := url.Parse(last.CRM); err == nil && at.Hostname() == "127.0.0.1" {
			if l, err := net.Listen("tcp", at.Host); err == nil {
				return l, nil
			}
		}
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// The demo's CRM is always the same.
const (
	demoContacts = 400
	demoSeed     = 20261120
	demoAPIKey   = "demo-key-of-the-simulated-crm"

	demoClientSecret = "demo-secret-of-the-simulated-crm"
)

// folder makes the data folder.
func (d *demo) folder() (err error) {
	if d.dir == "" {
		d.dir, err = os.MkdirTemp("", demoFolder)
		return err
	}
	if d.dir, err = filepath.Abs(d.dir); err != nil {
		return err
	}
	return os.MkdirAll(d.dir, 0o700)
}

const demoFolder = "ringdex-demo-"

func (d *demo) temporary() bool { return !d.cmd.Flags().Changed("data") }

// open builds the app; the one private address it may reach is the simulated CRM's.
func (d *demo) open(ctx context.Context, crm *net.TCPAddr) error {
	rule, err := outbound.ParseRule(fmt.Sprintf("127.0.0.1/32:%d", crm.Port))
	if err != nil {
		return err
	}
	s := settings{demo: true, dir: d.dir, publicURL: d.url, allow: []outbound.Rule{rule}, warn: func(string, ...any) {}}
	d.app, err = openApp(ctx, s, newLogger(d.cmd, "warn"))
	if err != nil {
		return err
	}
	d.client = d.app.client(func() error { return nil })
	err = os.Remove(filepath.Join(d.dir, demoFile)) // of the last start: who waits for it must not get an old key
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// demoFile tells programs what the terminal tells people; it is there once the demo answers.
const demoFile = "demo.json"

// serve runs the CRM, fills the cache, and then answers until ctx is over.
func (d *demo) serve(ctx context.Context, public, crm net.Listener) error {
	if err := errors.Join(d.app.calls.Start(ctx), d.app.lines.Start(ctx)); err != nil {
		return errors.Join(err, public.Close(), crm.Close())
	}
	pages := api.NewServer(d.app.publicHandler(), d.app.log)
	pages.RegisterOnShutdown(d.app.calls.EndWatches)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return served{&http.Server{Handler: d.crm, ReadHeaderTimeout: 5 * time.Second}, crm}.run(ctx)
	})
	group.Go(func() error {
		return served{pages, public}.run(ctx)
	})
	socket, err := listenSocket(d.dir)
	if err != nil {
		return errors.Join(err, public.Close(), crm.Close(), group.Wait())
	}
	admin := api.NewServer(d.app.socketHandler(), d.app.log)
	admin.WriteTimeout = 0
	group.Go(func() error { return served{admin, socket}.run(ctx) })
	group.Go(func() error {
		shown, err := d.fill(ctx)
		if err != nil {
			return err
		}
		if err := errors.Join(d.app.notices.Start(ctx), d.app.jobs.Start(ctx)); err != nil {
			return err
		}
		return d.tell(shown)
	})
	return group.Wait()
}
