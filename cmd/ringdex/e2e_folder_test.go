package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// picture is what lies in a folder: the digest of each file.
func picture(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	everyFile(t, dir, func(path string, content []byte) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = fmt.Sprintf("%x %s", sha256.Sum256(content), info.ModTime())
	})
	return all
}

// filled is a folder with a tenant, a spreadsheet's contacts, and a master key of its own.
func filled(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.run("tenant", "add", e2eTenant, "--region", "NL")
	sheet := filepath.Join(t.TempDir(), "contacts.csv")
	if err := os.WriteFile(sheet, []byte("id;name;phone\n1;Ada Muster;0201234567\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "csv", "--name", "Sheet", "--set", "path="+sheet)
	h.run("integration", "sync", "Sheet", "--tenant", e2eTenant)
	return h
}

// TestWrongMasterKey guards E4: with a wrong or without the master key nothing starts, one sentence says why, and no byte
// of the folder changes.
func TestWrongMasterKey(t *testing.T) {
	t.Parallel()
	h := filled(t)
	right := filepath.Join(t.TempDir(), "right.key")
	if err := os.Rename(filepath.Join(h.dir, "master.key"), right); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"missing": "", "wrong": base64.StdEncoding.EncodeToString(random32()), "short": "c2hvcnQ=", "no key at all": "hello\n"}
	before := picture(t, h.dir)
	for name, content := range files {
		var flags []string
		if content != "" {
			file := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			flags = []string{"--master-key", file}
		}
		for _, args := range [][]string{
			{"serve", "--listen", "127.0.0.1:0"},
			{"tenant", "list"},
			{"tenant", "add", "Other", "--region", "NL"},
			{"verify"},
			{"match", "--tenant", e2eTenant, "0201234567"},
			{"backup", filepath.Join(t.TempDir(), "b")},
		} {
			s := h.try(append(args, flags...)...)
			if s.code != exitFailed || s.out != "" || strings.Count(strings.TrimSpace(s.err), "\n") > 0 || !strings.Contains(s.err, "master key") {
				t.Errorf("%s, %v: %+v", name, args, s)
			}
			if content != "" && strings.Contains(s.err, strings.TrimSpace(content)) {
				t.Errorf("%s: the key is shown: %s", name, s.err)
			}
		}
	}
	if diff := cmp.Diff(before, picture(t, h.dir)); diff != "" {
		t.Errorf("the folder changed: %s", diff)
	}
	if s := h.run("match", "--tenant", e2eTenant, "0201234567", "--master-key", right); !strings.Contains(s.out, "Ada Muster") {
		t.Errorf("with the right key: %+v", s)
	}
}

func random32() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never returns an error
	return key
}

// TestDamagedBackup guards G14: a backup that was cut or changed anywhere is refused before anything is written.
func TestDamagedBackup(t *testing.T) {
	t.Parallel()
	h := filled(t)
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	h.run("backup", good)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{"empty": {}, "two joined": append(append([]byte{}, whole...), whole...), "one byte more": append(append([]byte{}, whole...), 0)}
	for _, percent := range []int{1, 50, 99} {
		damaged[fmt.Sprintf("cut at %d %%", percent)] = whole[:len(whole)*percent/100]
	}
	damaged["last byte missing"] = whole[:len(whole)-1]
	for _, percent := range []int{2, 30, 60, 98} {
		flipped := append([]byte{}, whole...)
		flipped[len(flipped)*percent/100] ^= 1
		damaged[fmt.Sprintf("flipped at %d %%", percent)] = flipped
	}
	for name, content := range damaged {
		file, to := filepath.Join(dir, "damaged"), filepath.Join(dir, "restored "+name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s := h.try("restore", file, "--data", to, "--master-key", filepath.Join(h.dir, "master.key"))
		if s.code != exitFailed || !strings.Contains(s.err, "nothing was written") {
			t.Errorf("%s: %+v", name, s)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
	to := filepath.Join(dir, "restored")
	h.run("restore", good, "--data", to, "--master-key", filepath.Join(h.dir, "master.key"))
}

// TestCommandsAtOnce guards that commands work without a server, also several at once on one folder, and while one runs.
func TestCommandsAtOnce(t *testing.T) {
	t.Parallel()
	h := filled(t)
	many := func(what string) {
		t.Helper()
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				s := h.try("system", "add", fmt.Sprintf("%s %d", what, n), "--tenant", e2eTenant)
				if s.code != exitDone || !strings.HasPrefix(s.last(), "p_") {
					t.Errorf("%s %d: %+v", what, n, s)
				}
			})
		}
		all.Wait()
		if s := h.run("system", "list", "--tenant", e2eTenant); strings.Count(s.out, what) != 4 {
			t.Errorf("%s: %s", what, s.out)
		}
	}
	many("alone")
	h.serve()
	many("served")
	if s := h.run("match", "--tenant", e2eTenant, "0201234567"); !strings.Contains(s.out, "Ada Muster") {
		t.Errorf("while the server runs: %+v", s)
	}
	if s := h.try("serve", "--listen", "127.0.0.1:0"); s.code != exitFailed || !strings.Contains(s.err, "in use") {
		t.Errorf("a second server: %+v", s)
	}
	h.stop()
	if s := h.run("match", "--tenant", e2eTenant, "0201234567"); !strings.Contains(s.out, "Ada Muster") {
		t.Errorf("after the server: %+v", s)
	}
}
