package tenant

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant/signin"
)

// world is a directory over an empty store, with a clock of its own.
type world struct {
	*Directory
	t      testing.TB
	dir    string
	kv     store.Store
	master []byte
	clock  time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	kv := memkv.New()
	t.Cleanup(func() { _ = kv.Close() })
	return newWorldOn(t, kv, t.TempDir())
}

func newWorldOn(t testing.TB, kv store.Store, dir string) *world {
	t.Helper()
	w := &world{t: t, dir: dir, kv: kv, master: bytes.Repeat([]byte{7}, 32), clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	w.open()
	return w
}

// open opens the directory on the same store and key files, as after a restart.
func (w *world) open() {
	w.t.Helper()
	keys, err := OpenKeyring(w.dir+"/keys", w.master)
	must(w.t, err)
	w.t.Cleanup(func() { _ = keys.Close() })
	w.Directory, err = Open(w.t.Context(), Deps{
		Store: w.kv, Keys: keys, Now: func() time.Time { return w.clock }, Hasher: signin.NewHasher(cheap),
	})
	must(w.t, err)
}

// cheap keeps the tests fast; what a hash costs is not what they are about.
var cheap = signin.Cost{Memory: 16, Time: 1, Lanes: 1}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tenant adds a Dutch tenant below parent ("" is the operator).
func (w *world) tenant(name string, parent ID) Account {
	w.t.Helper()
	a, err := w.AddTenant(w.t.Context(), Command("test"), parent, map[string]string{"name": name, "region": "NL"})
	must(w.t, err)
	return a
}

func (w *world) reseller(name string) Account {
	w.t.Helper()
	a, err := w.AddReseller(w.t.Context(), Command("test"), map[string]string{"name": name})
	must(w.t, err)
	return a
}

// person adds somebody with the password "correct horse".
func (w *world) person(account ID, email string, role Role) Person {
	w.t.Helper()
	p, err := w.AddPerson(w.t.Context(), Command("test"), Person{Account: account, Email: email, Role: role}, NewSecret("correct horse"))
	must(w.t, err)
	return p
}

func (w *world) key(t ID) (Key, string) {
	w.t.Helper()
	k, text, err := w.AddKey(w.t.Context(), Command("test"), Key{Tenant: t, Scopes: ScopeMatch, Rate: DefaultRate})
	must(w.t, err)
	return k, text
}

func (w *world) integration(t ID) Integration {
	w.t.Helper()
	i, err := w.AddIntegration(w.t.Context(), Command("test"), t, Integration{Preset: "csv", Name: "Contacts", State: StateEnabled})
	must(w.t, err)
	return i
}

// dump returns the whole control store.
func (w *world) dump() map[string][]byte {
	w.t.Helper()
	out := map[string][]byte{}
	must(w.t, w.kv.View(w.t.Context(), func(r store.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			out[string(pair.Key)] = pair.Value
		}
		return nil
	}))
	return out
}

// write changes the store behind the directory's back.
func (w *world) write(fn func(store.Writer) error) {
	w.t.Helper()
	must(w.t, w.kv.Update(w.t.Context(), fn))
}

// newEmptyWorld is a world that is not open yet, with these key files.
func newEmptyWorld(t *testing.T, master []byte, keyFiles map[string]string) *world {
	t.Helper()
	kv := memkv.New()
	t.Cleanup(func() { _ = kv.Close() })
	w := &world{t: t, dir: t.TempDir(), kv: kv, master: master, clock: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	must(t, os.Mkdir(w.dir+"/keys", 0o700))
	for name, content := range keyFiles {
		must(t, os.WriteFile(filepath.Join(w.dir, "keys", name), []byte(content), 0o600))
	}
	return w
}
