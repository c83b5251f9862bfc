package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// keys gives each integration a key of its own, until they are destroyed.
type keys map[tenant.IntegrationID]bool

func (k keys) IntegrationKey(_ tenant.ID, i tenant.IntegrationID) ([32]byte, error) {
	if k[i] {
		return [32]byte{}, tenant.ErrErased
	}
	return sha256.Sum256([]byte(i)), nil
}

func newStore(t *testing.T) (*Store, keys, tenant.ID, tenant.IntegrationID) {
	k := keys{}
	return New(filepath.Join(t.TempDir(), "files"), k), k, tenant.NewID(), tenant.NewIntegrationID()
}

func put(t *testing.T, s *Store, id tenant.ID, i tenant.IntegrationID, content string) {
	t.Helper()
	info, err := s.Put(t.Context(), id, i, Info{Name: `C:\Users\Ada\contacts.csv`, Uploaded: time.Unix(1, 0)}, iotest.OneByteReader(strings.NewReader(content)))
	if err != nil || info.Name != "contacts.csv" || info.Size != int64(len(content)) {
		t.Fatalf("%+v, %v", info, err)
	}
}

// Promise: what comes out is what went in, from the beginning and from any place, at every size around the pieces.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, pieceSize - 1, pieceSize, pieceSize + 1, 3 * pieceSize} {
		s, _, id, i := newStore(t)
		content := make([]byte, size)
		for n := range content {
			content[n] = byte(rand.Uint32())
		}
		put(t, s, id, i, string(content))
		f, err := s.Open(id, i, Waiting)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(content, got) {
			t.Errorf("%d bytes: %d came back, %v", size, len(got), err)
		}
		if err := iotest.TestReader(io.NewSectionReader(f, 0, int64(size)), content); size < 1000 && err != nil {
			t.Error(err)
		}
		for range 50 {
			at := rand.IntN(size)
			b := make([]byte, rand.IntN(size-at)+1)
			if n, err := f.ReadAt(b, int64(at)); n != len(b) || !bytes.Equal(b, content[at:at+n]) {
				t.Errorf("%d bytes at %d of %d: %d, %v", len(b), at, size, n, err)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Promise: a new file waits and does not touch the one in use until it is taken; what is erased is gone.
func TestSlots(t *testing.T) {
	t.Parallel()
	s, _, id, i := newStore(t)
	if err := errors.Join(s.Take(id, i), s.Drop(id, i)); !errors.Is(err, ErrNone) {
		t.Errorf("nothing there: %v", err)
	}
	text := func(slot Slot) string {
		f, err := s.Open(id, i, slot)
		if errors.Is(err, ErrNone) {
			return "none"
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return string(all)
	}
	put(t, s, id, i, "one")
	if err := s.Take(id, i); err != nil {
		t.Fatal(err)
	}
	put(t, s, id, i, "two")
	put(t, s, id, i, "three")
	if text(Used) != "one" || text(Waiting) != "three" {
		t.Errorf("used %s, waiting %s", text(Used), text(Waiting))
	}
	if info, err := s.Stat(id, i, Waiting); err != nil || info != (Info{"contacts.csv", 5, time.Unix(1, 0).In(info.Uploaded.Location())}) {
		t.Errorf("%+v, %v", info, err)
	}
	if err := s.Drop(id, i); err != nil || text(Waiting) != "none" || text(Used) != "one" {
		t.Errorf("dropped: %v", err)
	}
	put(t, s, id, i, "four")
	if n, err := s.Erase(id, i); n != 2 || err != nil || text(Used) != "none" {
		t.Errorf("erased %d, %v", n, err)
	}
	if left, _ := os.ReadDir(s.dir); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// Promise: the disk shows nothing of a file, and a file that was changed, cut, exchanged or whose key is gone does not open.
func TestSealed(t *testing.T) {
	t.Parallel()
	s, gone, id, i := newStore(t)
	content := strings.Repeat("canary ", pieceSize/3)
	put(t, s, id, i, content)
	path := s.path(id, i, Waiting)
	whole, err := os.ReadFile(path)
	if err != nil || bytes.Contains(whole, []byte("canary")) || bytes.Contains(whole, []byte("contacts")) {
		t.Fatalf("it shows what is in it (%v)", err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %s", info.Mode())
	}
	read := func(b []byte) error {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := s.Open(id, i, Waiting)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(io.Discard, f)
		return err
	}
	if err := read(whole); err != nil {
		t.Fatal(err)
	}
	piece := pieceSize + tenant.Overhead
	start := len(whole) - 2*piece - (len(content) - 2*pieceSize) - tenant.Overhead
	swapped := bytes.Clone(whole)
	copy(swapped[start:], whole[start+piece:start+2*piece])
	copy(swapped[start+piece:], whole[start:start+piece])
	for name, b := range map[string][]byte{
		"empty": nil, "head only": whole[:headSize], "cut": whole[:len(whole)-1], "cut at a piece": whole[:start+2*piece], "swapped": swapped,
	} {
		if read(b) == nil {
			t.Errorf("%s: it opens", name)
		}
	}
	for n := 0; n < len(whole); n += 997 {
		changed := bytes.Clone(whole)
		changed[n] ^= 1
		if read(changed) == nil {
			t.Fatalf("byte %d changed: it opens", n)
		}
	}
	other := tenant.NewIntegrationID()
	if err := os.WriteFile(s.path(id, other, Waiting), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(id, other, Waiting); err == nil {
		t.Error("another integration opens it")
	}
	gone[i] = true
	if err := read(whole); !errors.Is(err, tenant.ErrErased) {
		t.Errorf("without its key: %v", err)
	}
}

// Promise: a file that is too large, empty or breaks off leaves what waited before.
func TestRefused(t *testing.T) {
	t.Parallel()
	s, _, id, i := newStore(t)
	put(t, s, id, i, "before")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		from io.Reader
		want error
	}{
		"too large": {t.Context(), io.LimitReader(zeros{}, MaxSize+1), ErrTooLarge},
		"empty":     {t.Context(), strings.NewReader(""), ErrEmpty},
		"broken":    {t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)), nil},
		"timeout":   {t.Context(), iotest.TimeoutReader(io.LimitReader(zeros{}, 3*pieceSize)), iotest.ErrTimeout},
		"hung up":   {ctx, strings.NewReader("x"), context.Canceled},
	} {
		if _, err := s.Put(c.ctx, id, i, Info{}, c.from); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if info, err := s.Stat(id, i, Waiting); err != nil || info.Size != 6 {
		t.Errorf("%+v, %v", info, err)
	}
	if left, _ := os.ReadDir(filepath.Join(s.dir, string(id))); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
