package presettest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// Run loads every preset of a folder, lints it, and replays its tests as
// subtests. With the test flag -update golden files are written anew.
func Run(t *testing.T, kinds map[string]presets.Kind, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(folder, e.Name(), "preset.yaml")); err != nil {
			continue
		}
		found++
		t.Run(e.Name(), func(t *testing.T) { RunPreset(t, kinds, folder, e.Name()) })
	}
	if found == 0 {
		t.Errorf("%s has no preset", folder)
	}
}

// RunPreset is [Run] for one preset of a folder.
func RunPreset(t *testing.T, kinds map[string]presets.Kind, folder, name string) {
	t.Helper()
	p, lints := presets.LoadChecked(os.DirFS(folder), name, kinds)
	for _, l := range lints {
		t.Error(l)
	}
	if t.Failed() {
		return
	}
	if updating() {
		update(t, kinds[p.Kind], p, filepath.Join(folder, name))
	}
	for _, r := range All(t.Context(), kinds[p.Kind], p) {
		for _, problem := range r.Problems {
			t.Errorf("%s%s: %s", r.Test, behind(r.Fault), problem)
		}
	}
}

func behind(fault string) string {
	if fault == "" {
		return ""
	}
	return " (" + fault + ")"
}

// updating reports the flag -update, which packages of tests define themselves.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func update(t *testing.T, kind presets.Kind, p *presets.Preset, folder string) {
	t.Helper()
	for _, test := range p.Tests {
		r := Replay(t.Context(), kind, p, test, "")
		if r.Got == nil {
			t.Fatalf("%s: %v", test.Name, r.Problems)
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.FromSlash(test.Want)), r.Got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
