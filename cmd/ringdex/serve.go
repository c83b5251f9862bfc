package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

func newServe() *cobra.Command {
	var config string
	set := serverOptions()
	cmd := &cobra.Command{
		Use: "serve [--config FILE]", Short: "Run the service", Args: takes(),
		Long: "Runs the service. Each setting is a flag, a RINGDEX_… variable, or a line of the configuration file, in this order of strength.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := serveSettings(cmd, set, config)
			if err != nil {
				return err
			}
			a, other, err := openInTurn(cmd.Context(), s, newLogger(cmd, s.Get("log-level")))
			if err != nil {
				return err
			}
			if other != nil {
				return errors.Join(fmt.Errorf("%w: a server runs on %s already; stop it first", store.ErrInUse, s.dir), other.close())
			}
			return a.serve(cmd.Context())
		},
	}
	set.BindFlags(cmd.Flags())
	cmd.Flags().StringVar(&config, "config", "", "YAML file with settings")
	return cmd
}

func serveSettings(cmd *cobra.Command, set option.Set, config string) (settings, error) {
	var file map[string]string
	if config != "" {
		raw, err := os.ReadFile(config)
		if err != nil {
			return settings{}, fmt.Errorf("read the configuration: %w", err)
		}
		if file, err = option.ReadFile(raw); err != nil {
			return settings{}, fmt.Errorf("%s: %w", config, err)
		}
	}
	s, err := loadSettings(set, cmd.Flags(), file)
	if err != nil {
		return s, usagef(cmd, "%s", strings.TrimSpace(err.Error()))
	}
	if s.Has("tls-cert") != s.Has("tls-key") {
		return s, usagef(cmd, "--tls-cert and --tls-key go together: one is the certificate, the other its key")
	}
	s.warn = func(format string, args ...any) { warn(cmd, format, args...) }
	if s.publicURL == "" {
		s.publicURL = publicURL(s.Get("listen"), s.Has("tls-cert"))
	}
	return s, nil
}

// publicURL is a guess for a server nobody named: right for somebody who tries it on this machine.
func publicURL(listen string, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func newLogger(cmd *cobra.Command, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: l}))
}

// serve answers until ctx is over, then stops gracefully: no new requests, those under way finish, runs save their page.
func (a *app) serve(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, a.close()) }()
	noCoreDumps(a.log)
	if err := badgerkv.Ballast(a.settings.dir, badgerkv.DefaultBallast); err != nil {
		a.log.Warn("no ballast file: a disk that runs full leaves nothing to free", "error", err)
	}
	listeners, err := a.listen()
	if err != nil {
		return err
	}
	phones, err := a.listenLDAP()
	if err != nil {
		return errors.Join(err, listeners.close())
	}
	if err := errors.Join(a.notices.Start(ctx), a.jobs.Start(ctx), a.calls.Start(ctx), a.lines.Start(ctx)); err != nil {
		return errors.Join(err, listeners.close(), phones.close())
	}
	a.log.Info("serving", "address", listeners.public.Addr().String(), "public_url", a.settings.publicURL, "data", a.settings.dir)
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range listeners.servers {
		s.RegisterOnShutdown(a.calls.EndWatches)
		group.Go(func() error { return s.run(ctx) })
	}
	if phones != nil {
		group.Go(func() error { return phones.run(ctx) })
	}
	return group.Wait()
}

// served is one server with its listener.
type served struct {
	*http.Server
	listener net.Listener
}

type listeners struct {
	public  net.Listener
	servers []served
}

func (a *app) listen() (l listeners, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.public, err = a.listenPublic(); err != nil {
		return l, err
	}
	l.servers = append(l.servers, served{api.NewServer(a.publicHandler(), a.log), l.public})
	socket, err := listenSocket(a.settings.dir)
	if err != nil {
		return l, err
	}
	admin := api.NewServer(a.socketHandler(), a.log)
	admin.WriteTimeout = 0 // a backup or a verification of everything takes as long as it takes
	l.servers = append(l.servers, served{admin, socket})
	if address := a.settings.Get("metrics-listen"); address != "" {
		metrics, err := net.Listen("tcp", address)
		if err != nil {
			return l, fmt.Errorf("listen for metrics: %w", err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", a.api.MetricsHandler())
		l.servers = append(l.servers, served{api.NewServer(mux, a.log), metrics})
	}
	return l, nil
}

func (a *app) listenPublic() (net.Listener, error) {
	l, err := net.Listen("tcp", a.settings.Get("listen"))
	if err != nil {
		return nil, fmt.Errorf("listen: %w; choose another address with --listen", err)
	}
	cert, key := a.settings.Get("tls-cert"), a.settings.Get("tls-key")
	if cert == "" && key == "" {
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read --tls-cert and --tls-key: %w", err), l.Close())
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}), nil
}

func (l listeners) close() error {
	var err error
	for _, s := range l.servers {
		err = errors.Join(err, s.listener.Close())
	}
	if l.public != nil && len(l.servers) == 0 {
		err = l.public.Close()
	}
	return err
}

// run serves until ctx is over and then lets requests under way finish.
func (s served) run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.Serve(s.listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve %s: %w", s.listener.Addr(), err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
	defer cancel()
	if err := s.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("some requests were cut off: %w", err), s.Close())
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// noCoreDumps keeps a crash from writing what is in memory, keys among it, to a disk.
func noCoreDumps(log *slog.Logger) {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		log.Warn("core dumps could not be turned off", "error", err)
	}
}
