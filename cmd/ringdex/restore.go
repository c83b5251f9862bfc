package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/tenant"
)

func newRestore() *cobra.Command {
	var ledger string
	cmd := dataFlags(&cobra.Command{
		Use: "restore FILE --data DIR", Short: "Restore a backup into an empty folder; needs the master key it was made under", Args: takes("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := readSettings(cmd)
			if err != nil {
				return err
			}
			r := restore{cmd: cmd, settings: s, file: args[0], ledger: ledger}
			return r.run(cmd.Context())
		},
	})
	cmd.Flags().StringVar(&ledger, "ledger", "", "what was erased since the backup (`ringdex erase --report --json`): it is erased again")
	return cmd
}

type restore struct {
	cmd          *cobra.Command
	settings     settings
	file, ledger string
	master       []byte
}

// run reads the backup twice: once to its end, so that a damaged one is noticed before anything is written.
func (r *restore) run(ctx context.Context) error {
	if err := r.checkEmpty(); err != nil {
		return err
	}
	if r.settings.Get("master-key") == "" && os.Getenv(masterKeyVariable) == "" {
		return usagef(r.cmd, "give the master key of the backup by --master-key FILE or %s", masterKeyVariable)
	}
	keys, err := masterKey(r.settings)
	if err != nil {
		return err
	}
	r.master = keys[0]
	counts, err := r.check()
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was written", r.file, err)
	}
	if err := r.write(ctx); err != nil {
		return fmt.Errorf("restore: %w; remove %s before trying again", err, r.settings.dir)
	}
	if err := r.eraseAgain(ctx); err != nil {
		return err
	}
	say(r.cmd, "restored %d settings records, %d integrations, %d sealed entries", counts.Control, counts.States, counts.Entries)
	return nil
}

// checkEmpty refuses a folder with anything in it but a master key.
func (r *restore) checkEmpty() error {
	entries, err := os.ReadDir(r.settings.dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "master.key" {
			return fmt.Errorf("%s is not empty (%s); restore into a new folder", r.settings.dir, e.Name())
		}
	}
	return nil
}

// frame is one frame of a backup.
type frame struct {
	kind       byte
	key, value []byte
}

// frames reads the backup; the last element carries the error, if there is one.
func (r *restore) frames() iter.Seq2[frame, error] {
	return func(yield func(frame, error) bool) {
		f, err := os.Open(r.file)
		if err != nil {
			yield(frame{}, err)
			return
		}
		defer f.Close()
		plain, err := openBackup(bufio.NewReaderSize(f, 256<<10), r.master)
		if err != nil {
			yield(frame{}, err)
			return
		}
		in := bufio.NewReaderSize(plain, 256<<10)
		for {
			one, err := readFrame(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

func readFrame(in *bufio.Reader) (f frame, err error) {
	if f.kind, err = in.ReadByte(); err != nil {
		if errors.Is(err, io.EOF) {
			return f, err
		}
		return f, fmt.Errorf("%w: %w", errNotBackup, err)
	}
	for _, part := range []*[]byte{&f.key, &f.value} {
		n, err := binary.ReadUvarint(in)
		if err != nil || n > maxFrame {
			return f, fmt.Errorf("%w: %w", errNotBackup, io.ErrUnexpectedEOF)
		}
		*part = make([]byte, n)
		if _, err := io.ReadFull(in, *part); err != nil {
			return f, fmt.Errorf("%w: %w", errNotBackup, io.ErrUnexpectedEOF)
		}
	}
	return f, nil
}

// check reads to the end and compares what was seen with what the end says.
func (r *restore) check() (said backupCounts, err error) {
	var seen backupCounts
	whole := false
	for f, err := range r.frames() {
		if err != nil {
			return said, err
		}
		switch f.kind {
		case frameHead:
			err = checkHead(f.value)
		case frameKeyFile:
			seen.KeyFiles++
		case frameControl:
			seen.Control++
		case framePreset:
			seen.Presets++
		case frameState:
			seen.States++
		case frameEntry:
			seen.Entries++
		case frameFile:
			seen.Pieces++
		case frameCall:
			seen.Calls++
		case frameEnd:
			whole = true
			err = json.Unmarshal(f.value, &said)
		default:
			err = errNotBackup
		}
		if err != nil {
			return said, err
		}
	}
	if !whole || seen != said {
		return said, errNotBackup
	}
	return said, nil
}

func checkHead(raw []byte) error {
	var head backupHead
	if err := json.Unmarshal(raw, &head); err != nil {
		return errNotBackup
	}
	if head.Format > backupFormat {
		return fmt.Errorf("backup has format %d, this release knows %d: %w", head.Format, backupFormat, store.ErrNewer)
	}
	return nil
}

// write fills the folder: key files, settings, contacts.
func (r *restore) write(ctx context.Context) (err error) {
	dir := r.settings.dir
	if err := os.MkdirAll(filepath.Join(dir, keysDir), 0o700); err != nil {
		return err
	}
	control, err := badgerkv.Open(filepath.Join(dir, controlDir), badgerkv.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, control.Close()) }()
	table, err := badgerkv.OpenTable(filepath.Join(dir, cacheDir), badgerkv.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	history, err := badgerkv.Open(filepath.Join(dir, callsDir), badgerkv.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, history.Close()) }()
	settle, calls := &settling{store: control}, &settling{store: history}
	_, err = cache.Import(ctx, table, control, func(yield func(cache.Exported, error) bool) {
		for f, err := range r.frames() {
			piece, ok, placeErr := r.place(ctx, f, settle, calls)
			if err = errors.Join(err, placeErr); err != nil {
				yield(cache.Exported{}, err)
				return
			}
			if ok && !yield(piece, nil) {
				return
			}
		}
		if err := errors.Join(settle.flush(ctx), calls.flush(ctx)); err != nil {
			yield(cache.Exported{}, err)
		}
	})
	return err
}

// place puts a frame where it belongs; ok is true for those the cache imports.
func (r *restore) place(ctx context.Context, f frame, settle, calls *settling) (piece cache.Exported, ok bool, err error) {
	switch f.kind {
	case frameKeyFile:
		name := string(f.key)
		if name != filepath.Base(name) {
			return piece, false, errNotBackup
		}
		return piece, false, os.WriteFile(filepath.Join(r.settings.dir, keysDir, name), f.value, 0o600)
	case framePreset:
		return piece, false, r.keepPreset(string(f.key), f.value)
	case frameControl:
		return piece, false, settle.put(ctx, f.key, f.value)
	case frameCall:
		return piece, false, calls.put(ctx, f.key, f.value)
	case frameFile:
		return piece, false, upload.New(filepath.Join(r.settings.dir, filesDir), nil).Import(string(f.key), f.value)
	case frameState:
		return cache.Exported{State: f.value}, true, nil
	case frameEntry:
		return cache.Exported{Key: f.key, Value: f.value}, true, nil
	}
	return piece, false, nil
}

// keepPreset stores an uploaded preset.
func (r *restore) keepPreset(name string, content []byte) error {
	dir := filepath.Join(r.settings.dir, presetsDir)
	if name != filepath.Base(name) {
		return errNotBackup
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), content, 0o600)
}

// settling writes settings in transactions that are small enough.
type settling struct {
	store store.Store
	pairs []store.Pair
	size  int
}

func (s *settling) put(ctx context.Context, key, value []byte) error {
	s.pairs = append(s.pairs, store.Pair{Key: key, Value: value})
	s.size += len(key) + len(value) + store.PairCost
	if s.size < store.MaxUpdate/4 {
		return nil
	}
	return s.flush(ctx)
}

func (s *settling) flush(ctx context.Context) error {
	err := s.store.Update(ctx, func(w store.Writer) error {
		for _, p := range s.pairs {
			if err := w.Put(p.Key, p.Value); err != nil {
				return err
			}
		}
		return nil
	})
	s.pairs, s.size = nil, 0
	return err
}

// eraseAgain opens the restored data and removes what was erased after the backup was made, by its own ledger and by the one given.
func (r *restore) eraseAgain(ctx context.Context) (err error) {
	a, err := openApp(ctx, r.settings, newLogger(r.cmd, "warn"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	ledger, err := a.directory.Erasures(ctx)
	if err != nil {
		return err
	}
	if r.ledger != "" {
		raw, err := os.ReadFile(r.ledger)
		if err != nil {
			return err
		}
		var given []tenant.Erasure
		if err := json.Unmarshal(raw, &given); err != nil {
			return fmt.Errorf("%s is not what `ringdex erase --report --json` prints: %w", r.ledger, err)
		}
		ledger = append(ledger, given...)
	}
	again, err := a.directory.Replay(ctx, ledger)
	if err != nil {
		return err
	}
	for _, e := range again {
		say(r.cmd, "erased again: %s %s", e.Account, e.Integration)
	}
	return nil
}
