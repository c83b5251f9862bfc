package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPresetPagesAreFresh guards docs/presets against going stale: `make docs` writes it anew.
func TestPresetPagesAreFresh(t *testing.T) {
	c, err := openCatalog("")
	if err != nil {
		t.Fatal(err)
	}
	pages := presetPages(c.All())
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join("../../docs/presets", name))
		if err != nil {
			t.Errorf("%v; run `make docs`", err)
		} else if string(got) != want {
			t.Errorf("docs/presets/%s is stale; run `make docs`", name)
		}
	}
	files, err := os.ReadDir("../../docs/presets")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := pages[f.Name()]; !ok {
			t.Errorf("docs/presets/%s belongs to no preset; remove it", f.Name())
		}
	}
}
