package jobs

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// Promise: a file that has changed is read soon after it stopped changing, once; one that is being written, that is missing or
// that was read already is left alone.
func TestWatchedFile(t *testing.T) {
	t.Parallel()
	c := newCRM(5)
	w := newWorld(t, c)
	w.preset.Kind = "file"
	if err := w.dir.change(w.in, func(i *tenant.Integration) { i.Options = map[string]string{"path": "/srv/x.csv"} }); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	file := &fstest.MapFile{Data: []byte("a"), ModTime: now.Add(-time.Hour)}
	missing := false
	w.deps.Watched = func(context.Context, tenant.ID, tenant.IntegrationID) (fs.FileInfo, error) {
		if missing {
			return nil, errors.New("gone")
		}
		return fs.Stat(fstest.MapFS{"x.csv": file}, "x.csv")
	}
	w.s = w.scheduler()
	w.mustSync(Full)
	if err := w.s.table.reload(t.Context(), w.in.Tenant); err != nil {
		t.Fatal(err)
	}
	look := func(what string, want int) {
		t.Helper()
		w.s.watch(t.Context())
		if a := w.s.running(w.in); a != nil {
			<-a.done
		}
		if got := len(w.runs()); got != want {
			t.Errorf("%s: %d runs, want %d", what, got, want)
		}
	}
	look("as it was when it was read", 1)
	look("still", 1)
	file = &fstest.MapFile{Data: []byte("ab"), ModTime: now}
	look("changed", 1)
	file = &fstest.MapFile{Data: []byte("abc"), ModTime: now}
	look("being written", 1)
	look("at rest", 2)
	look("read", 2)
	missing = true
	look("missing", 2)
	missing, file = false, &fstest.MapFile{Data: []byte("abc"), ModTime: now.Add(-time.Minute)}
	look("replaced by an older one", 2)
	if err := w.dir.change(w.in, func(i *tenant.Integration) { i.State = tenant.StateDisabled }); err != nil {
		t.Fatal(err)
	}
	look("disabled", 2)
	if runs := w.runs(); runs[0].Trigger != Watched && runs[1].Trigger != Watched {
		t.Errorf("runs: %+v", runs)
	}

	w.s = w.scheduler() // a restart, and the file has changed meanwhile
	if err := w.dir.change(w.in, func(i *tenant.Integration) { i.State = tenant.StateEnabled }); err != nil {
		t.Fatal(err)
	}
	if err := w.s.table.reload(t.Context(), w.in.Tenant); err != nil {
		t.Fatal(err)
	}
	file = &fstest.MapFile{Data: []byte("abcd"), ModTime: time.Now().Add(time.Minute)}
	look("changed while nothing ran", 2)
	look("at rest", 3)
}
