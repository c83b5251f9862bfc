package setup

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

const sheet = "id;name;phone;Branch\n1;Ada;020 1234567;North\n"

func (w *world) write(path string) string {
	w.t.Helper()
	w.must(os.MkdirAll(filepath.Dir(path), 0o700))
	w.must(os.WriteFile(path, []byte(sheet), 0o600))
	return path
}

// Promise: commands may name any file of their machine; everybody else only files below the import folder; nobody a name
// that depends on where the server was started.
func TestPaths(t *testing.T) {
	w := newWorld(t)
	inside, outside := w.write(filepath.Join(w.imports, "a", "contacts.csv")), w.write(filepath.Join(t.TempDir(), "contacts.csv"))
	sibling := w.write(w.imports + "-other/contacts.csv")
	for name, c := range map[string]struct {
		by      tenant.Actor
		path    string
		refused bool
	}{
		"command, anywhere":       {command, outside, false},
		"command, relative":       {command, "contacts.csv", true},
		"admin, import folder":    {w.admin(), inside, false},
		"admin, unclean":          {w.admin(), w.imports + "/a/../a/contacts.csv", false},
		"admin, elsewhere":        {w.admin(), outside, true},
		"admin, similar folder":   {w.admin(), sibling, true},
		"admin, climbs out":       {w.admin(), w.imports + "/../" + filepath.Base(w.imports) + "-other/contacts.csv", true},
		"admin, relative":         {w.admin(), "a/contacts.csv", true},
		"admin, the server's own": {w.admin(), "/etc/passwd", true},
	} {
		t.Run(name, func(t *testing.T) {
			i, err := w.add(c.by, "csv", "path", c.path)
			if c.refused {
				if p := aboutOption(t, err, "path"); p.Hint.IsZero() || strings.Contains(p.Text.String(), w.imports) {
					t.Errorf("got %+v", p)
				}
				return
			}
			w.must(err)
			w.check(i)
		})
	}
}

// check reads an integration's source through.
func (w *world) check(i tenant.Integration) presets.Report {
	w.t.Helper()
	source, err := w.Open(w.t.Context(), i.Tenant, i.ID)
	w.must(err)
	defer source.Close()
	r, err := source.Check(w.t.Context())
	w.must(err)
	return r
}

// Promise: a link that leads out of the import folder is not followed, also if it was put there later.
func TestLinkOutOfImportFolder(t *testing.T) {
	w := newWorld(t)
	secret := w.write(filepath.Join(t.TempDir(), "secret.csv"))
	path := w.write(filepath.Join(w.imports, "contacts.csv"))
	i := w.mustAdd(w.admin(), "csv", "path", path)
	w.check(i)
	w.must(os.Remove(path))
	w.must(os.Symlink(secret, path))
	source, err := w.Open(t.Context(), i.Tenant, i.ID)
	w.must(err)
	defer source.Close()
	if r, err := source.Check(t.Context()); err == nil {
		t.Errorf("the link was followed: %+v", r)
	}
}

// Promise: whoever named the file is who is trusted with it: an operator who changes something else of an admin's
// integration does not lift the admin's limits, and an admin does not take the operator's trust to another file.
func TestTrustFollowsThePath(t *testing.T) {
	w := newWorld(t)
	inside, outside := w.write(filepath.Join(w.imports, "contacts.csv")), w.write(filepath.Join(t.TempDir(), "contacts.csv"))
	i := w.mustAdd(w.admin(), "csv", "path", inside)
	if i = w.mustChange(i, command, "region", "DE"); i.PathsTrusted {
		t.Error("a command that did not name the file made it trusted")
	}
	i = w.mustChange(i, command, "path", outside)
	if !i.PathsTrusted {
		t.Error("a command named the file")
	}
	if i = w.mustChange(i, w.admin(), "region", "NL"); !i.PathsTrusted || i.Region != "NL" {
		t.Errorf("an admin may change the rest: %+v", i)
	}
	_, err := w.change(i, w.admin(), "PATH", "/etc/passwd")
	aboutOption(t, err, "path")
	if i = w.mustChange(i, w.admin(), "path", inside); i.PathsTrusted {
		t.Error("the admin's file is trusted")
	}
}

// Promise: without an import folder nobody but commands names files, and what was stored before is not opened.
func TestNoImportFolder(t *testing.T) {
	w := newWorld(t)
	path := w.write(filepath.Join(w.imports, "contacts.csv"))
	i := w.mustAdd(w.admin(), "csv", "path", path)
	w.d.ImportDir = ""
	_, err := w.add(w.admin(), "csv", "path", path)
	aboutOption(t, err, "path")
	source, err := w.Open(t.Context(), i.Tenant, i.ID)
	w.must(err)
	defer source.Close()
	if _, err := source.Check(t.Context()); err == nil {
		t.Error("the file was opened")
	}
}

// Promise: an open file is read as it is, and errors name the file and no folder of this machine.
func TestOpenFile(t *testing.T) {
	w := newWorld(t)
	path := w.write(filepath.Join(w.imports, "contacts.csv"))
	f, err := (files{dir: w.imports}).Open(t.Context(), path)
	w.must(err)
	defer f.Close()
	if raw, err := io.ReadAll(f); err != nil || string(raw) != sheet {
		t.Errorf("got %q, %v", raw, err)
	}
	for _, trusted := range []bool{true, false} {
		_, err = (files{trusted: trusted, dir: w.imports}).Open(t.Context(), filepath.Join(w.imports, "gone.csv"))
		if err == nil || strings.Contains(err.Error(), w.imports) || !strings.Contains(err.Error(), "gone.csv") {
			t.Errorf("got %v", err)
		}
	}
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Promise: a path that turns out to be a pipe is refused at once, and does not wait for somebody to write into it.
func TestOpenPipe(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(w.imports, "pipe.csv")
	w.must(syscall.Mkfifo(path, 0o600))
	for _, by := range []tenant.Actor{tenant.Command("test"), w.admin()} {
		i := w.mustAdd(by, "csv", "path", path)
		source, err := w.Open(t.Context(), i.Tenant, i.ID)
		w.must(err)
		if _, err := source.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "no ordinary file") {
			t.Errorf("a pipe named by %s gave %v", by.Kind, err)
		}
		w.must(source.Close())
	}
}

// Promise: a file is watched only where it may be read, and only if it is on this machine.
func TestFileInfo(t *testing.T) {
	w := newWorld(t)
	path := w.write(filepath.Join(w.imports, "contacts.csv"))
	i := w.mustAdd(w.admin(), "csv", "path", path)
	if info, err := w.FileInfo(t.Context(), i.Tenant, i.ID); err != nil || info == nil || info.Size() == 0 {
		t.Errorf("%v, %v", info, err)
	}
	outside := w.write(filepath.Join(t.TempDir(), "outside.csv"))
	i = w.mustChange(i, command, "path", outside)
	if info, err := w.FileInfo(t.Context(), i.Tenant, i.ID); err != nil || info == nil {
		t.Errorf("named by a command: %v, %v", info, err)
	}
	_, err := w.directory.SetIntegration(t.Context(), command, w.tenant, i.ID, func(i *tenant.Integration) error {
		i.PathsTrusted = false
		return nil
	})
	w.must(err)
	if _, err := w.FileInfo(t.Context(), i.Tenant, i.ID); err == nil {
		t.Error("a file outside the import folder is looked at")
	}
	for _, options := range [][]string{{"url", "https://x.example/a.csv"}, {"pushed", "yes"}, nil} {
		other := w.mustAdd(w.admin(), "csv", options...)
		if info, err := w.FileInfo(t.Context(), other.Tenant, other.ID); info != nil || err != nil {
			t.Errorf("%v: %v, %v", options, info, err)
		}
	}
}
