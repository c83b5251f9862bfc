package oidctest

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

//go:embed testdata
var files embed.FS

// install returns a folder with the provider and what it needs, fetched by the first test that asks.
func install(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIPPED: %s is not installed", tool)
		}
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "ringdex-tests", "oidc-"+edition(t))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if err := fetch(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fetch fills a folder beside dir and renames it, so that tests of several packages do not meet in it.
func fetch(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if err := unpack(temp); err != nil {
		return err
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved")
	npm.Dir = temp
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	err = os.Rename(temp, dir)
	if _, done := os.Stat(dir); done == nil {
		return nil // by another test too
	}
	return err
}

func unpack(dir string) error {
	inside, err := fs.Sub(files, "testdata")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, inside)
}

// edition names the content of the folder.
func edition(t *testing.T) string {
	t.Helper()
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(path)
		_, _ = fmt.Fprintf(sum, "%s %d %s", path, len(raw), raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

//go:embed all:presets
var folder embed.FS

// Presets are the presets for the list behind the provider.
func Presets() fs.FS {
	inside, err := fs.Sub(folder, "presets")
	if err != nil {
		panic(err) // the name is a constant
	}
	return inside
}
