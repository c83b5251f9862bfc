package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// A backup is one age file (age-encryption.org/v1) whose passphrase is derived from the master key: it shows nothing, a cut
// or changed one is noticed before anything is written, and the master key that opens the data opens it. Inside are frames:
//
//	kind (1 byte) | length of key | key | length of value | value      lengths as uvarint
const (
	frameHead    = 'H' // JSON head
	frameKeyFile = 'K' // name and content of a key file
	frameControl = 'C' // key and value of the control store
	frameState   = 'G' // published state of an integration
	frameEntry   = 'T' // sealed entry of the cache
	frameFile    = 'F' // name and next piece of an uploaded file, sealed as it lies on disk
	framePreset  = 'P' // name and content of an uploaded preset
	frameCall    = 'L' // key and value of the store of calls
	frameEnd     = 'E' // JSON counts; a backup without it is not whole
)

const (
	backupFormat = 3 // 2 holds uploaded files, 3 calls
	filePiece    = 1 << 20
)

// maxFrame is the longest key or value of a frame: above what a store holds.
const maxFrame = 16 << 20

type backupHead struct {
	Format  int       `json:"format"`
	Made    time.Time `json:"made"`
	Version string    `json:"version"`
}

// backupCounts end a backup and say what is in it.
type backupCounts struct {
	KeyFiles int `json:"key_files"`
	Control  int `json:"control"`
	Presets  int `json:"presets,omitempty"`
	States   int `json:"integrations"`
	Entries  int `json:"entries"`
	Pieces   int `json:"file_pieces,omitempty"`
	Calls    int `json:"calls,omitempty"`
}

// backupPath is the endpoint of the admin socket; it does not exist on the network.
const backupPath = "/v1/backup"

func newBackup() *cobra.Command {
	return dataFlags(&cobra.Command{
		Use: "backup FILE", Short: "Write a sealed copy of everything, also while the server runs", Args: takes("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			if _, err := os.Stat(filepath.Dir(file)); err != nil {
				return fmt.Errorf("write the backup: %w; make that folder first", err)
			}
			return withClient(cmd, func(ctx context.Context, c *client) error {
				resp, err := c.send(ctx, http.MethodGet, backupPath[len("/v1"):], nil)
				if err != nil {
					return err
				}
				defer resp.Body.Close()
				written, err := keepBackup(cmd, file, resp.Body)
				if err != nil {
					return err
				}
				if text := resp.Trailer.Get(backupTrailer); text != "" && text != backupWhole {
					return errors.Join(errors.New(text), os.Remove(file))
				}
				say(cmd, "%s: %d bytes; it can be opened with the master key only", file, written)
				return nil
			})
		},
	})
}

// keepBackup writes to a file of its own and renames it, so that FILE is a whole backup or what it was before.
func keepBackup(cmd *cobra.Command, file string, from io.Reader) (written int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".ringdex-backup-")
	if err != nil {
		return 0, fmt.Errorf("write the backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	p := newProgress(cmd.ErrOrStderr(), "backup")
	defer p.end()
	written, err = io.Copy(io.MultiWriter(f, progressBytes{p, &written}), from)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return written, fmt.Errorf("write the backup: %w", err)
	}
	return written, os.Rename(f.Name(), file)
}

// progressBytes shows how many bytes went by.
type progressBytes struct {
	p     *progress
	total *int64
}

func (w progressBytes) Write(b []byte) (int, error) {
	*w.total += int64(len(b))
	w.p.show(int(*w.total>>20), 0, "MiB")
	return len(b), nil
}

// backupTrailer follows the body, because the status was sent before anything could go wrong.
const (
	backupTrailer = "Ringdex-Backup"
	backupWhole   = "whole"
)

// backupHandler writes a backup to whoever may open the admin socket.
func (a *app) backupHandler(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", backupTrailer)
	w.Header().Set("Content-Type", "application/octet-stream")
	err := a.backup(r.Context(), w)
	result := backupWhole
	if err != nil {
		a.log.Error("backup failed", "error", err)
		result = "the backup is not whole: " + err.Error()
	}
	w.Header().Set(backupTrailer, result)
}

// backup writes control store, key files and published contacts. The control store is one unchanging picture; each
// integration's contacts are those published when their turn comes.
func (a *app) backup(ctx context.Context, w io.Writer) error {
	recipient, err := age.NewScryptRecipient(a.backupPassphrase())
	if err != nil {
		return err
	}
	recipient.SetWorkFactor(10) // the passphrase has 256 random bits: stretching adds nothing
	sealed, err := age.Encrypt(w, recipient)
	if err != nil {
		return err
	}
	out := &frames{w: bufio.NewWriterSize(sealed, 256<<10)}
	if err := a.writeFrames(ctx, out); err != nil {
		return err
	}
	if err := out.w.Flush(); err != nil {
		return err
	}
	return sealed.Close()
}

func (a *app) backupPassphrase() string {
	return base64.RawStdEncoding.EncodeToString(a.keys.BackupKey())
}

func (a *app) writeFrames(ctx context.Context, out *frames) error {
	if err := out.json(frameHead, backupHead{Format: backupFormat, Made: time.Now().UTC(), Version: version()}); err != nil {
		return err
	}
	var counts backupCounts
	err := a.control.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			if notice.OnItsWay(pair.Key) {
				continue
			}
			if err := out.write(frameControl, pair.Key, pair.Value); err != nil {
				return err
			}
			counts.Control++
		}
		// Key files are copied inside the picture: a key that was destroyed since is then missing in both.
		return a.writeKeyFiles(out, &counts)
	})
	if err != nil {
		return fmt.Errorf("copy settings: %w", err)
	}
	err = a.shelf.Export(func(name string, content []byte) error {
		counts.Presets++
		return out.write(framePreset, []byte(name), content)
	})
	if err != nil {
		return fmt.Errorf("copy uploaded presets: %w", err)
	}
	for piece, err := range a.cache.Export(ctx) {
		if err != nil {
			return err
		}
		kind, key, value := byte(frameEntry), piece.Key, piece.Value
		if piece.State != nil {
			kind, value = frameState, piece.State
			counts.States++
		} else {
			counts.Entries++
		}
		if err := out.write(kind, key, value); err != nil {
			return err
		}
	}
	if err := a.uploads.Export(func(name string, content io.Reader) error { return out.file(name, content, &counts) }); err != nil {
		return err
	}
	if err := a.writeCalls(ctx, out, &counts); err != nil {
		return fmt.Errorf("copy calls: %w", err)
	}
	return out.json(frameEnd, counts)
}

// writeCalls copies the store of calls, sealed as it lies there.
func (a *app) writeCalls(ctx context.Context, out *frames, counts *backupCounts) error {
	return a.callStore.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			if err := out.write(frameCall, pair.Key, pair.Value); err != nil {
				return err
			}
			counts.Calls++
		}
		return nil
	})
}

// file writes an uploaded file in pieces.
func (f *frames) file(name string, content io.Reader, counts *backupCounts) error {
	piece := make([]byte, filePiece)
	for {
		n, err := io.ReadFull(content, piece)
		if n > 0 {
			counts.Pieces++
			if err := f.write(frameFile, []byte(name), piece[:n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

func (a *app) writeKeyFiles(out *frames, counts *backupCounts) error {
	return a.keys.Export(func(name string, content []byte) error {
		counts.KeyFiles++
		return out.write(frameKeyFile, []byte(name), content)
	})
}

// frames writes the frames of a backup.
type frames struct{ w *bufio.Writer }

func (f *frames) write(kind byte, key, value []byte) error {
	var head [1 + 2*binary.MaxVarintLen64]byte
	b := append(head[:0], kind)
	b = binary.AppendUvarint(b, uint64(len(key)))
	if _, err := f.w.Write(append(b, key...)); err != nil {
		return err
	}
	if _, err := f.w.Write(binary.AppendUvarint(head[:0], uint64(len(value)))); err != nil {
		return err
	}
	_, err := f.w.Write(value)
	return err
}

func (f *frames) json(kind byte, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return f.write(kind, nil, raw)
}

var errNotBackup = errors.New("not a whole backup of this program, or it was changed")

// openBackup opens the age file with the master key's passphrase.
func openBackup(r io.Reader, master []byte) (io.Reader, error) {
	identity, err := age.NewScryptIdentity(base64.RawStdEncoding.EncodeToString(tenant.BackupKey(master)))
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(r, identity)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("%w: this backup was made under another one", tenant.ErrMasterKey)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotBackup, err)
	}
	return plain, nil
}
