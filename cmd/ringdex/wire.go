package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/directory"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/link"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/presets/rest"
	"github.com/ringdex/ringdex/presets/shelf"
	"github.com/ringdex/ringdex/presets/sql"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/recognition/ring"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/webconfig"
)

// What lies in the data folder.
const (
	controlDir = "control" // settings, secrets, published versions, audit: precious
	cacheDir   = "cache"   // contacts: can be read again from the CRMs
	keysDir    = "keys"    // wrapped keys
	filesDir   = "files"   // uploaded files, sealed
	callsDir   = "calls"   // the history of calls, sealed
	presetsDir = "presets" // what operators uploaded
)

// kinds are the readers presets can name. A new kind is one line here.
func kinds() map[string]presets.Kind {
	return map[string]presets.Kind{
		"directory": directory.Kind{},
		"file":      file.Kind{},
		"link":      link.Kind{},
		"push":      push.Kind{},
		"rest":      rest.Kind{},
		"sql":       sql.Kind{},
	}
}

// app is everything, built once and closed once.
type app struct {
	settings  settings
	log       *slog.Logger
	lock      *os.File
	control   store.Store
	mark      *mark
	table     store.Table
	callStore store.Store
	calls     *calls.Desk
	lines     *exchange.Lines
	keys      *tenant.Keyring
	directory *tenant.Directory
	cache     *cache.Cache
	catalog   *presets.Catalog
	shelf     *shelf.Shelf
	setup     *setup.Setup
	uploads   *upload.Store
	jobs      *jobs.Scheduler
	notices   *notice.Desk
	recognize *recognition.Recognizer
	ring      *ring.Runner
	metrics   *prometheus.Registry
	api       *api.API
	web       *webconfig.Web
	stopping  atomic.Bool
}

// openApp builds everything on a data folder, which it makes where it is missing. On an error nothing is left open.
func openApp(ctx context.Context, s settings, log *slog.Logger) (a *app, err error) {
	a = &app{settings: s, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.closeStores())
			a = nil
		}
	}()
	if err := a.openStores(ctx); err != nil {
		return a, err
	}
	if a.catalog, err = openCatalog(s.presets); err != nil {
		return a, err
	}
	var lints []presets.Lint
	if a.shelf, lints, err = shelf.Open(filepath.Join(s.dir, presetsDir), a.catalog); err != nil {
		return a, err
	}
	for _, l := range lints {
		a.log.Warn("uploaded preset left out", "mistake", l.Error())
	}
	if err := a.wire(); err != nil {
		return a, err
	}
	return a, a.finishErasures(ctx)
}

// finishErasures ends what a crash interrupted: answers had stopped and keys were gone, bytes may have been left.
func (a *app) finishErasures(ctx context.Context) error {
	ledger, err := a.directory.Erasures(ctx)
	if err != nil {
		return err
	}
	for _, e := range ledger {
		if !e.Finished.IsZero() {
			continue
		}
		if err := a.api.FinishErasure(ctx, e); err != nil {
			return fmt.Errorf("finish an interrupted erasure: %w", err)
		}
	}
	return nil
}

func (a *app) openStores(ctx context.Context) (err error) {
	if err := os.MkdirAll(a.settings.dir, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if a.lock, err = lockFolder(a.settings.dir); err != nil {
		return err
	}
	keys := filepath.Join(a.settings.dir, keysDir)
	master, err := masterKey(a.settings)
	if err == nil {
		err = tenant.CheckMasterKey(keys, master[0], master[1:]...) // a wrong key must not touch anything
	}
	if err != nil {
		return err
	}
	options := badgerkv.Options{Log: a.log}
	if a.control, err = badgerkv.Open(filepath.Join(a.settings.dir, controlDir), options); err != nil {
		return fmt.Errorf("open settings: %w", err)
	}
	if a.mark, err = openMark(ctx, a.control, a.settings.dir); err != nil {
		return fmt.Errorf("open settings: %w", err)
	}
	if a.table, err = badgerkv.OpenTable(filepath.Join(a.settings.dir, cacheDir), badgerkv.Options{
		Log: a.log, VerifyLater: true, // every entry is sealed: a damaged one is noticed when it is opened
	}); err != nil {
		return fmt.Errorf("open contacts: %w", err)
	}
	if a.callStore, err = badgerkv.Open(filepath.Join(a.settings.dir, callsDir), options); err != nil {
		return fmt.Errorf("open calls: %w", err)
	}
	if a.keys, err = tenant.OpenKeyring(keys, master[0], master[1:]...); err != nil {
		return err
	}
	if len(master) > 1 {
		if err := a.keys.Rotate(master[0]); err != nil {
			return fmt.Errorf("change the master key: %w; start again with both keys to go on", err)
		}
		a.settings.warn("the first master key is the only one needed from now on: remove the others")
	}
	if a.directory, err = tenant.Open(ctx, tenant.Deps{Store: a.control, Keys: a.keys}); err != nil {
		return fmt.Errorf("open settings: %w", err)
	}
	a.cache, err = cache.Open(ctx, cache.Deps{Table: a.table, Control: a.control, Keys: a.keys})
	return err
}

// openCatalog reads the built-in presets and a folder of the operator's own. A mistake in the operator's stops the start
// with its place; the built-in ones are checked by tests.
func openCatalog(own string) (*presets.Catalog, error) {
	var folders []fs.FS
	if own != "" {
		if err := holdsPresets(own); err != nil {
			return nil, err
		}
		folders = []fs.FS{os.DirFS(own)}
	}
	c, lints := presets.NewCatalog(kinds(), catalog.FS(), folders...)
	if len(lints) > 0 {
		return nil, fmt.Errorf("preset cannot be used: %s (`ringdex preset lint %s` shows all mistakes)", lints[0].Error(), own)
	}
	return c, nil
}

// holdsPresets tells a folder of presets from one that is not there, and from a preset's own.
func holdsPresets(own string) error {
	if _, err := os.Stat(own); err != nil {
		return fmt.Errorf("open --presets: %w", err)
	}
	if _, err := os.Stat(filepath.Join(own, "preset.yaml")); err == nil {
		return fmt.Errorf("--presets %s is a preset itself; name the folder it lies in, %s", own, filepath.Dir(own))
	}
	return nil
}

func (a *app) wire() (err error) {
	guard := outbound.New(outbound.Options{Allow: a.settings.allow, Used: func(u outbound.Use) {
		a.log.Debug("an operator's rule allowed a private address", "tenant", u.Tenant, "to", u.To, "rule", u.Rule)
	}})
	a.uploads = upload.New(filepath.Join(a.settings.dir, filesDir), a.keys)
	a.setup = setup.New(setup.Deps{
		Directory: a.directory, Catalog: a.catalog, Guard: guard, Pace: rest.NewPacer(time.Now, presets.Sleep),
		PublicURL: a.settings.publicURL, ImportDir: a.settings.importDir, Log: a.log,
		Uploads: a.uploads,
	})
	a.metrics = prometheus.NewRegistry()
	if err := a.wireNotices(guard); err != nil {
		return err
	}
	a.jobs, err = jobs.New(jobs.Deps{
		Store: a.control, Cache: a.cache, Directory: a.directory, Keys: a.keys,
		Preset: a.setup.PresetOf, Open: a.setup.Open, Watched: a.setup.FileInfo, Tidy: a.setup.ExpireDrafts, Log: a.log,
		Published: func(in cache.Ref) { a.calls.Synced(in.Tenant) },
		Notices:   a.notices,
		Alone:     true, // Badger's lock keeps other processes out
	})
	if err != nil {
		return err
	}
	sent := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ringdex_server_scripts_total", Help: "Requests of scripts that the server sent at ringing, by how they ended.",
	}, []string{"outcome"})
	a.ring = ring.New(ring.Deps{
		Client:  func(t tenant.ID) *http.Client { return guard.HTTPClient(string(t), outbound.Client{}) },
		Secrets: a.directory.Secrets, Log: a.log,
		Count: func(o ring.Outcome) { sent.WithLabelValues(string(o)).Inc() },
	})
	a.recognize = recognition.New(recognition.Deps{Directory: a.directory, Index: a.cache, Names: a.setup.Names, Options: a.setup.ScriptOptions, StandAlone: a.setup.StandAlone()})
	a.lines = exchange.New(exchange.Deps{Directory: a.directory, Guard: guard, Log: a.log, Desk: func() exchange.Desk { return a.calls }})
	if a.calls, err = calls.Open(context.Background(), calls.Deps{
		Directory: a.directory, Recognizer: a.recognize, Store: a.callStore, Keys: a.keys, Log: a.log, Dialer: a.lines.Dialer,
	}); err != nil {
		return err
	}
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), sent)
	a.api = api.New(api.Deps{
		Directory: a.directory, Recognizer: a.recognize, Cache: a.cache, Jobs: a.jobs, Calls: a.calls, Lines: a.lines, Notices: a.notices, Setup: a.setup, Catalog: a.catalog, Shelf: a.shelf, Ring: a.ring,
		Metrics: a.metrics, Log: a.log, Now: time.Now, Version: version(), PublicURL: a.settings.publicURL,
		Ready:            func() bool { return !a.stopping.Load() },
		MetricsElsewhere: a.settings.Get("metrics-listen") != "",
		TrustedProxies:   a.settings.proxies(),
	})
	return a.wireWeb()
}

// socketHandler serves whoever may open the admin socket: the operator. Backups are made there and nowhere else.
func (a *app) socketHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+backupPath, a.backupHandler)
	mux.Handle("/", a.api.SocketHandler())
	return mux
}

// stopWithin is how long a graceful stop may take (reliability row G11).
const stopWithin = 15 * time.Second

// close ends what runs and then closes the stores: a run saves its page, a renewed token is kept.
func (a *app) close() error {
	a.stopping.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	a.lines.Stop()
	err := a.jobs.Stop(ctx)
	err = errors.Join(err, a.notices.Stop(ctx))
	a.ring.Close()
	a.api.Close()
	a.calls.EndWatches()
	a.web.Close()
	a.setup.Close()
	err = errors.Join(err, a.directory.FlushUsage(ctx))
	return errors.Join(err, a.closeStores())
}

func (a *app) closeStores() error {
	var err error
	if a.calls != nil {
		err = errors.Join(err, a.calls.Close()) // it seals and writes to its end
	}
	if a.keys != nil {
		err = errors.Join(err, a.keys.Close())
	}
	if a.callStore != nil {
		err = errors.Join(err, a.callStore.Close())
	}
	if a.table != nil {
		err = errors.Join(err, a.table.Close())
	}
	if a.mark != nil {
		a.mark.close()
	}
	if a.control != nil {
		err = errors.Join(err, a.control.Close())
	}
	if a.lock != nil {
		err = errors.Join(err, a.lock.Close())
	}
	return err
}

// drainWithin is how long requests under way may take when the server stops.
const drainWithin = stopWithin / 3
