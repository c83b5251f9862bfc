package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crmsim:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var o crmsim.Options
	flags := flag.NewFlagSet("crmsim", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8090", "address to serve on")
	flags.IntVar(&o.Contacts, "contacts", 1000, "number of invented contacts")
	flags.Uint64Var(&o.Seed, "seed", 1, "which contacts: the same seed gives the same ones")
	flags.StringVar(&o.APIKey, "api-key", "", "an API key to accept beside OAuth2 tokens")
	flags.StringVar(&o.OAuth.ClientID, "client-id", "demo", "OAuth2 client id")
	flags.StringVar(&o.OAuth.ClientSecret, "client-secret", "demo-secret", "OAuth2 client secret")
	flags.DurationVar(&o.OAuth.AccessLife, "access-life", time.Hour, "life of an access token")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fmt.Printf("simulated CRM on http://%s/ with %d contacts; faults: POST http://%s/sim/faults\n", *listen, o.Contacts, *listen)
	return serve(ctx, *listen, crmsim.New(o))
}

// serve runs until ctx ends, then lets open answers finish for a moment.
func serve(ctx context.Context, listen string, h http.Handler) error {
	server := &http.Server{Addr: listen, Handler: h, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve on %s: %w", listen, err)
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(closing); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
