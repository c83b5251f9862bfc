package badgerkv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"github.com/ringdex/ringdex/store"
)

// open makes the folder where it is missing, checks that it is one this release may write to, and opens Badger on it.
//
// Of opt it takes when blocks are verified: before Badger is opened (OnTableRead), or not here.
func (k kind) open(dir string, opt badger.Options, start func(badger.Options) (*badger.DB, error)) (*badger.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	if err := suitable(dir); err != nil {
		return nil, err
	}
	if err := k.check(dir); err != nil {
		return nil, err
	}
	if _, free, err := space(dir); err == nil {
		if err := openable(dir, free); err != nil {
			return nil, err
		}
	}
	db, err := k.start(dir, opt, start)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w: %s is held by %s: stop it first, or let the command talk to the running server",
			store.ErrInUse, dir, holder(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: open %s: %w: %s", store.ErrDamaged, dir, err, k.rescue)
	}
	return db, nil
}

// start verifies and sweeps the files while nobody else may change them, then opens Badger, which takes the same lock.
func (k kind) start(dir string, opt badger.Options, start func(badger.Options) (*badger.DB, error)) (*badger.DB, error) {
	release, err := lock(dir)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(verify(dir, opt, opt.ChecksumVerificationMode), sweep(dir), release()); err != nil {
		return nil, err
	}
	opt = opt.WithChecksumVerificationMode(options.NoVerification) // done
	return guarded(func() (*badger.DB, error) { return start(opt) })
}

// guarded turns a panic of Badger on damaged files into an error.
func guarded(start func() (*badger.DB, error)) (db *badger.DB, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("engine stopped: %v", p)
		}
	}()
	return start()
}

// holder names the process that holds a folder, by the number it left in Badger's lock file.
func holder(dir string) string {
	pid, err := os.ReadFile(filepath.Join(dir, "LOCK"))
	if text := strings.TrimSpace(string(pid)); err == nil && text != "" {
		return "process " + text
	}
	return "another process"
}

// translate gives an error of Badger its name in the contract.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, badger.ErrKeyNotFound):
		return store.ErrNotFound
	case errors.Is(err, badger.ErrTxnTooBig):
		return fmt.Errorf("%w: %w", store.ErrTooBig, err)
	case errors.Is(err, badger.ErrDBClosed), errors.Is(err, badger.ErrBlockedWrites):
		return fmt.Errorf("%w: %w", store.ErrClosed, err)
	case errors.Is(err, badger.ErrConflict):
		return store.ErrConflict
	}
	return err
}
