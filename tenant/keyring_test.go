package tenant

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var errCrash = errors.New("crash")

func testMaster(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func openRing(t *testing.T, dir string, masters ...[]byte) *Keyring {
	t.Helper()
	k, err := OpenKeyring(dir, masters[0], masters[1:]...)
	must(t, err)
	t.Cleanup(func() { _ = k.Close() })
	return k
}

// ringKeys are all keys of some tenants with one integration each.
type ringKeys map[ID][3][32]byte

func fillRing(t *testing.T, k *Keyring, count int) (ringKeys, map[ID]IntegrationID) {
	t.Helper()
	integrations := map[ID]IntegrationID{}
	for range count {
		id, i := NewID(), NewIntegrationID()
		must(t, k.AddTenant(id))
		must(t, k.AddIntegration(id, i))
		integrations[id] = i
	}
	return readRing(t, k, integrations), integrations
}

func readRing(t *testing.T, k *Keyring, of map[ID]IntegrationID) ringKeys {
	t.Helper()
	out := ringKeys{}
	for id, i := range of {
		tenantKey, err := k.TenantKey(id)
		must(t, err)
		data, err := k.IntegrationKey(id, i)
		must(t, err)
		secrets, err := k.SecretsKey(id, i)
		must(t, err)
		out[id] = [3][32]byte{tenantKey, data, secrets}
	}
	return out
}

func same(t *testing.T, a, b ringKeys) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d and %d tenants", len(a), len(b))
	}
	for id, keys := range a {
		if keys != b[id] {
			t.Errorf("keys of %s differ", id)
		}
	}
}

// TestKeyringReopen: keys are the same after a restart, all different, and adding twice changes none.
func TestKeyringReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	before, ids := fillRing(t, k, 5)
	for id, i := range ids {
		must(t, k.AddTenant(id))
		must(t, k.AddIntegration(id, i))
	}
	must(t, k.Close())
	same(t, before, readRing(t, openRing(t, dir, testMaster(1)), ids))
	seen := map[[32]byte]bool{{}: true}
	for _, keys := range before {
		for _, key := range keys {
			if seen[key] {
				t.Error("a key is there twice or zero")
			}
			seen[key] = true
		}
	}
}

// TestMasterKeyRefused: a missing, malformed or wrong master key refuses to start with a sentence and touches nothing (E4).
func TestMasterKeyRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	fillRing(t, k, 2)
	must(t, k.Close())
	before := folder(t, dir)
	for name, c := range map[string]struct {
		master []byte
		says   string
	}{
		"missing": {nil, "is missing"},
		"short":   {[]byte("short"), "has 5 bytes"},
		"wrong":   {testMaster(2), "is not the one this data folder was made with"},
	} {
		_, err := OpenKeyring(dir, c.master)
		if !errors.Is(err, ErrMasterKey) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if check := CheckMasterKey(dir, c.master); check == nil || check.Error() != err.Error() {
			t.Errorf("%s: the check alone says %v", name, check)
		}
	}
	sameFolder(t, before, folder(t, dir))
	must(t, CheckMasterKey(dir, testMaster(1)))
	fresh := filepath.Join(t.TempDir(), "none")
	must(t, CheckMasterKey(fresh, testMaster(2)))
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the check made the folder: %v", err)
	}
}

// TestEmptyKeyringProvesMaster: also a folder without any key yet accepts only the key it was made with.
func TestEmptyKeyringProvesMaster(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	must(t, openRing(t, dir, testMaster(1)).Close())
	if _, err := OpenKeyring(dir, testMaster(2)); !errors.Is(err, ErrMasterKey) {
		t.Errorf("opened with another key: %v", err)
	}
}

// TestParseMasterKeys: what a key file may hold; errors never show it.
func TestParseMasterKeys(t *testing.T) {
	one, two := FormatMasterKey(testMaster(1)), FormatMasterKey(testMaster(2))
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"one": {one + "\n", 1}, "two lines": {one + "\n" + two + "\n", 2}, "blank lines": {"\n" + one + "\n\n", 1},
		"no padding": {strings.TrimRight(one, "="), 1}, "windows": {one + "\r\n", 1},
		"url alphabet": {base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, 32)), 1},
		"empty":        {"", 0}, "short": {"c2hvcnQ=", 0}, "not base64": {"pass word!", 0},
	} {
		keys, err := ParseMasterKeys(c.text)
		if len(keys) != c.want || (err == nil) != (c.want > 0) || err != nil && !errors.Is(err, ErrMasterKey) {
			t.Errorf("%s: %d keys, %v", name, len(keys), err)
		}
		if err != nil && c.text != "" && strings.Contains(err.Error(), strings.TrimSpace(c.text)) {
			t.Errorf("%s: the error shows the text", name)
		}
	}
}

// TestDestroyIsFinal: after a key was destroyed, an older copy of its key file no longer opens, not even with the master
// key, and the neighbours in the shard still have theirs (Q1).
func TestDestroyIsFinal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	victim, neighbour := NewID(), NewID()
	for shardOf(neighbour) != shardOf(victim) {
		neighbour = NewID()
	}
	must(t, k.AddTenant(victim))
	must(t, k.AddTenant(neighbour))
	kept, err := k.TenantKey(neighbour)
	must(t, err)
	path := filepath.Join(dir, shardName(shardOf(victim)))
	old, err := os.ReadFile(path)
	must(t, err)

	must(t, k.DestroyTenant(victim))
	if _, err := k.TenantKey(victim); !errors.Is(err, ErrErased) {
		t.Errorf("destroyed key is there: %v", err)
	}
	copied := t.TempDir()
	must(t, os.CopyFS(copied, os.DirFS(dir)))
	must(t, os.WriteFile(filepath.Join(copied, filepath.Base(path)), old, 0o600))
	if k, err := OpenKeyring(copied, testMaster(1)); err == nil {
		t.Errorf("an old copy of the key file opens")
		must(t, k.Close())
	}
	must(t, k.Close())
	k = openRing(t, dir, testMaster(1))
	if again, err := k.TenantKey(neighbour); err != nil || again != kept {
		t.Errorf("the neighbour lost its key: %v", err)
	}
	if _, err := k.TenantKey(victim); !errors.Is(err, ErrErased) {
		t.Errorf("destroyed key came back: %v", err)
	}
}

// TestDestroyIntegration ends both its keys and nobody else's.
func TestDestroyIntegration(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	before, ids := fillRing(t, k, 3)
	for id := range ids {
		extra := NewIntegrationID()
		must(t, k.AddIntegration(id, extra))
		must(t, k.DestroyIntegration(id, extra))
		must(t, k.DestroyIntegration(id, extra))
		if _, err := k.IntegrationKey(id, extra); !errors.Is(err, ErrErased) {
			t.Errorf("data key: %v", err)
		}
		if _, err := k.SecretsKey(id, extra); !errors.Is(err, ErrErased) {
			t.Errorf("secrets key: %v", err)
		}
	}
	must(t, k.Close())
	same(t, before, readRing(t, openRing(t, dir, testMaster(1)), ids))
}

// TestKeyFileChanged: whatever byte of a key file changes, and wherever a whole file is moved, is noticed at start.
func TestKeyFileChanged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	_, ids := fillRing(t, k, 1)
	must(t, k.Close())
	var name string
	for id := range ids {
		name = shardName(shardOf(id))
	}
	path := filepath.Join(dir, name)
	good, err := os.ReadFile(path)
	must(t, err)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		must(t, os.WriteFile(path, bad, 0o600))
		if k, err := OpenKeyring(dir, testMaster(1)); err == nil {
			t.Errorf("byte %d of the key file may change unnoticed", i)
			must(t, k.Close())
		}
	}
	must(t, os.WriteFile(path, good, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, other(name)), good, 0o600))
	if _, err := OpenKeyring(dir, testMaster(1)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a copied key file opens under another name: %v", err)
	}
}

func other(name string) string {
	if name == "00" {
		return "01"
	}
	return "00"
}

// TestKeyringNewer: a later format is refused and nothing is touched (G15).
func TestKeyringNewer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	must(t, openRing(t, dir, testMaster(1)).Close())
	path := filepath.Join(dir, headName)
	raw, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, bytes.Replace(raw, []byte(`"format":1`), []byte(`"format":2`), 1), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "00.tmp"), []byte("left over"), 0o600))
	before := folder(t, dir)
	if _, err := OpenKeyring(dir, testMaster(1)); !errors.Is(err, ErrNewer) {
		t.Errorf("opened: %v", err)
	}
	sameFolder(t, before, folder(t, dir))
}

// TestKeyringHeadLost: key files without their head are damaged, not a new folder to be overwritten.
func TestKeyringHeadLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	fillRing(t, k, 1)
	must(t, k.Close())
	must(t, os.Remove(filepath.Join(dir, headName)))
	if _, err := OpenKeyring(dir, testMaster(1)); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened: %v", err)
	}
}

// TestKeyringExport: a copy of the exported files is a keyring with the same keys.
func TestKeyringExport(t *testing.T) {
	k := openRing(t, filepath.Join(t.TempDir(), "keys"), testMaster(1))
	before, ids := fillRing(t, k, 3)
	dir := t.TempDir()
	must(t, k.Export(func(name string, content []byte) error {
		return os.WriteFile(filepath.Join(dir, name), content, 0o600)
	}))
	same(t, before, readRing(t, openRing(t, dir, testMaster(1)), ids))
}

// TestKeyringGolden: the folder a released version wrote still opens (G15).
func TestKeyringGolden(t *testing.T) {
	golden := filepath.Join("testdata", "keys-1")
	tenant, integration := ID("t_goldengoldeng"), IntegrationID("i_goldengoldeng")
	if *update {
		must(t, os.RemoveAll(golden))
		k := openRing(t, golden, testMaster(1))
		must(t, k.AddTenant(tenant))
		must(t, k.AddIntegration(tenant, integration))
		must(t, k.Close())
		data := readRing(t, openRing(t, golden, testMaster(1)), map[ID]IntegrationID{tenant: integration})[tenant]
		must(t, os.WriteFile(filepath.Join("testdata", "keys-1.txt"), fmt.Appendf(nil, "%x\n", data), 0o600))
	}
	dir := t.TempDir()
	must(t, os.CopyFS(dir, os.DirFS(golden)))
	want, err := os.ReadFile(filepath.Join("testdata", "keys-1.txt"))
	must(t, err)
	got := readRing(t, openRing(t, dir, testMaster(1)), map[ID]IntegrationID{tenant: integration})[tenant]
	if fmt.Sprintf("%x\n", got) != string(want) {
		t.Error("other keys than were written")
	}
}

// TestKeyringConcurrent: readers never see a key missing or wrong while others are added and destroyed.
func TestKeyringConcurrent(t *testing.T) {
	k := openRing(t, filepath.Join(t.TempDir(), "keys"), testMaster(1))
	before, ids := fillRing(t, k, 3)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				for id, i := range ids {
					if key, err := k.IntegrationKey(id, i); err != nil || key != before[id][1] {
						t.Errorf("key of %s: %v", id, err)
						return
					}
				}
			}
		})
	}
	for range 20 {
		id := NewID()
		must(t, k.AddTenant(id))
		must(t, k.DestroyTenant(id))
	}
	close(done)
	readers.Wait()
}

func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		out[e.Name()] = string(raw)
	}
	return out
}

func sameFolder(t *testing.T, a, b map[string]string) {
	t.Helper()
	for name := range union(a, b) {
		if a[name] != b[name] {
			t.Errorf("file %s was touched", name)
		}
	}
}
