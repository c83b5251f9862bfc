package badgerkv_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

// contents is every file of a folder with what is in it.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func filledStore(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s := openStore(t, dir)
	err := s.Update(t.Context(), func(w store.Writer) error { return w.Put([]byte("a"), []byte("1")) })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestRefusedUntouched guards that a folder this release may not write to is left byte for byte as it was, with a
// sentence that says what to do.
func TestRefusedUntouched(t *testing.T) {
	tests := []struct {
		name   string
		spoil  func(dir string) error
		want   error
		phrase string
	}{
		{"newer format", format("ringdex store 2\n"), store.ErrNewer, "start the release that wrote it"},
		{"a table's folder", format("ringdex table 1\n"), store.ErrDamaged, "holds a table"},
		{"older format", format("ringdex store 0\n"), store.ErrDamaged, "older release"},
		{"no format at all", format("hello"), store.ErrDamaged, "FORMAT"},
		{"somebody else's folder", func(dir string) error { return os.Remove(filepath.Join(dir, "FORMAT")) }, store.ErrDamaged, "check the data folder's setting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filledStore(t)
			if err := tt.spoil(dir); err != nil {
				t.Fatal(err)
			}
			before := contents(t, dir)
			s, err := badgerkv.Open(dir, small())
			if err == nil {
				_ = s.Close()
			}
			checkErr(t, err, tt.want, tt.phrase, dir)
			if !cmp.Equal(before, contents(t, dir)) {
				t.Error("the folder was changed")
			}
		})
	}
}

func format(text string) func(dir string) error {
	return func(dir string) error { return os.WriteFile(filepath.Join(dir, "FORMAT"), []byte(text), 0o600) }
}

func checkErr(t *testing.T, err, want error, phrases ...string) {
	t.Helper()
	if err == nil || !strings.Contains(fmt.Sprint(err), want.Error()) {
		t.Errorf("error = %v, want %v", err, want)
		return
	}
	for _, p := range phrases {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
}

// TestInUse guards that a second opener is refused and told who holds the folder, and that the first goes on.
func TestInUse(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	_, err := badgerkv.Open(dir, small())
	checkErr(t, err, store.ErrInUse, dir, fmt.Sprintf("process %d", os.Getpid()))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openStore(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
}

// TestInterruptedFirstStart guards that a folder whose first opening was killed opens the next time.
func TestInterruptedFirstStart(t *testing.T) {
	for _, name := range []string{"FORMAT.tmp", "FORMAT"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte("ringdex table 1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := openTable(t, dir).Close(); err != nil {
			t.Errorf("with %s: %v", name, err)
		}
	}
}

// TestKilledWhileMakingALog guards that a folder opens, with its data, after a kill that left a log of zero bytes.
func TestKilledWhileMakingALog(t *testing.T) {
	for _, name := range []string{"000009.vlog", "00009.mem"} {
		dir := filledStore(t)
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s := openStore(t, dir)
		err := s.View(t.Context(), func(r store.Reader) error { _, err := r.Get([]byte("a")); return err })
		if err := errors.Join(err, s.Close()); err != nil {
			t.Errorf("with %s: %v", name, err)
		}
	}
}

// TestFolderIsPrivate guards that nobody else on the machine can read the data folder.
func TestFolderIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "long", "way", strings.Repeat("down", 40))
	s := openStore(t, dir)
	defer s.Close()
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode = %v, %v, want 0700", info.Mode(), err)
	}
}
