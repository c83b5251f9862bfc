package cache

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/store/memkv"
)

// TestHashIsHMAC: keys are the keyed hash the design names, not something like it.
func TestHashIsHMAC(t *testing.T) {
	t.Parallel()
	w := memory(t)
	key, _ := w.keys.IntegrationKey("", "")
	p, err := prefixOf(w.in)
	w.no(err)
	z, err := newSealer(p, key)
	w.no(err)
	sub, err := hkdf.Expand(sha256.New, key[:], purposeHash, 32)
	w.no(err)
	for _, text := range []string{"", "+31201234567", strings.Repeat("x", 300)} {
		mac := hmac.New(sha256.New, sub)
		fmt.Fprintf(mac, "%c%s", kindNumber, text)
		if got, want := newScratch().hash(z, kindNumber, []byte(text)), hash(mac.Sum(nil)[:hashSize]); got != want {
			t.Errorf("hash of %q is %x, want %x", text, got, want)
		}
	}
}

// TestFlippedBit: one wrong bit in a stored entry, or an entry under another's key, is unavailable, never another person.
func TestFlippedBit(t *testing.T) {
	t.Parallel()
	w := memory(t)
	w.publish(person{ID: "1", Name: "Ada", Phones: []string{"+31201234567"}}, person{ID: "2", Name: "Bob", Phones: []string{"+31201234568"}})
	ig, err := w.cache.integration(w.in)
	w.no(err)
	z, at := ig.sealer.Load(), ig.published.Load().Version
	s := newScratch()
	var values, keys [][]byte
	for _, e164 := range []string{"+31201234567", "+31201234568"} {
		s.setKey(z, kindNumber, s.numberHash(z, number(e164)))
		keys = append(keys, append([]byte{}, s.key...))
		w.no(w.table.Get(s.key, at, func(v []byte) error { values = append(values, append([]byte{}, v...)); return nil }))
	}
	ask := func(value []byte, what string) {
		b, err := w.table.WriteAt(context.Background(), at)
		w.no(err)
		w.no(b.Put(keys[0], value))
		_, err = b.Commit()
		w.no(err)
		if got, err := w.cache.Match(w.in, number("+31201234567"), nil); !errors.Is(err, ErrUnavailable) || len(got) != 0 {
			t.Fatalf("%s: %d matches, %v", what, len(got), err)
		}
	}
	for bit := range 8 * len(values[0]) {
		flipped := append([]byte{}, values[0]...)
		flipped[bit/8] ^= 1 << (bit % 8)
		ask(flipped, fmt.Sprint("bit ", bit))
	}
	ask(values[1], "another's entry")
	ask(values[0][:20], "cut entry")
	ask(nil, "empty entry")
	if entries, broken, err := w.cache.Verify(context.Background(), w.in); entries != 4 || broken != 1 || err != nil {
		t.Errorf("verify counts %d of %d broken, %v", broken, entries, err)
	}
	r := w.refresh(RefreshOptions{Rebuild: true})
	w.no(feed(r, []person{{ID: "1", Name: "Ada", Phones: []string{"+31201234567"}}}))
	_, err = r.Publish(context.Background())
	w.no(err)
	w.wantNames("+31201234567", "Ada")
	w.check(map[string]person{"1": {ID: "1", Name: "Ada", Phones: []string{"+31201234567"}}}, []string{"+31201234567", "+31201234568"})
}

// TestNothingReadableOnDisk: neither numbers nor names are in the files, and after erasing and destroying the key nothing
// can be opened even before it is swept.
func TestNothingReadableOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func() store.Table {
		table, err := badgerkv.OpenTable(dir, badgerkv.Options{MinFree: -1})
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	control := memkv.New()
	w := newWorld(t, open(), control)
	p := person{ID: "canary-id", Name: "CanaryName", Company: "CanaryCompany", Phones: []string{"+31201234567"}, Bad: 1}
	w.publish(p)
	w.wantNames("+31201234567", "CanaryName")
	w.no(w.cache.Erase(context.Background(), w.in))
	w.wantNames("+31201234567")
	if _, err := w.begin(RefreshOptions{}); !errors.Is(err, ErrErased) {
		t.Errorf("refresh of an erased integration: %v", err)
	}
	w.keys.destroyed[w.in.Integration] = true
	w.reopen()
	w.wantNames("+31201234567")
	if refs, err := w.cache.Erased(context.Background()); err != nil || len(refs) != 1 || refs[0] != w.in {
		t.Errorf("erased and not swept: %v, %v", refs, err)
	}
	n, err := w.cache.Sweep(context.Background(), w.in)
	w.no(err)
	if n != 2 {
		t.Errorf("%d entries swept, want 2", n)
	}
	w.no(w.cache.Erase(context.Background(), w.in))
	w.no(w.table.Close())
	for _, canary := range []string{"31201234567", "0201234567", "201234567", "Canary", "canary", base64.StdEncoding.EncodeToString([]byte("Canary"))[:6]} {
		if files := containing(t, dir, canary); len(files) > 0 {
			t.Errorf("%q stands in %v", canary, files)
		}
	}
}

func containing(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), text) {
			files = append(files, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
