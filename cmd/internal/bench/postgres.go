package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func missingPostgres() string {
	if postgresFolder() != "" {
		return ""
	}
	return "apt-get install postgresql"
}

// postgresFolder is where Debian keeps the programs of the newest version.
func postgresFolder() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(slices.Max(found))
}

// beginPostgres starts a cluster of its own whose table fits into its memory, and copies the numbers into it.
func beginPostgres(ctx context.Context, h *host) (err error) {
	if err := h.own("postgres"); err != nil {
		return err
	}
	name, port, err := net.SplitHostPort(h.address)
	if err != nil {
		return err
	}
	data := filepath.Join(h.dir, "data")
	setup, err := start(ctx, serverCore, h.uid, filepath.Join(postgresFolder(), "initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-sync")
	if err != nil {
		return err
	}
	if err := <-setup.ended; err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	h.server, err = start(ctx, serverCore, h.uid, filepath.Join(postgresFolder(), "postgres"), "-D", data, "-h", name, "-p", port, "-k", h.dir,
		"-c", "shared_buffers=1GB", "-c", "log_min_messages=panic")
	if err != nil {
		return err
	}
	h.server.signal = syscall.SIGINT // its fast shutdown
	if err := h.server.ready(ctx, h.address); err != nil {
		return err
	}
	pool, err := postgresPool(ctx, h.address)
	if err != nil {
		return err
	}
	defer pool.Close()
	return copyAll(ctx, pool, h)
}

func copyAll(ctx context.Context, pool *pgxpool.Pool, h *host) error {
	if err := awake(ctx, pool); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "CREATE TABLE number (e164 text PRIMARY KEY, record bytea NOT NULL)"); err != nil {
		return err
	}
	next := 0
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		if next >= h.numbers {
			return nil, nil
		}
		h.show(next, h.numbers)
		e := entry{next}
		next++
		return []any{e.e164(), e.stored()}, nil
	})
	if _, err := pool.CopyFrom(ctx, pgx.Identifier{"number"}, []string{"e164", "record"}, rows); err != nil {
		return err
	}
	_, err := pool.Exec(ctx, "VACUUM ANALYZE number")
	return err
}

// awake waits until the server, which listens early, takes questions.
func awake(ctx context.Context, pool *pgxpool.Pool) error {
	for {
		err := pool.Ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func postgresPool(ctx context.Context, address string) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, fmt.Sprintf("postgres://bench@%s/postgres?sslmode=disable&pool_max_conns=%d", address, peerConnections))
}

func postgresHandler(ctx context.Context, address string) (http.Handler, error) {
	pool, err := postgresPool(ctx, address)
	if err != nil {
		return nil, err
	}
	return lookupHandler(func(ctx context.Context, e164 string) (record []byte, err error) {
		err = pool.QueryRow(ctx, "SELECT record FROM number WHERE e164 = $1", e164).Scan(&record)
		return record, err
	}), nil
}
