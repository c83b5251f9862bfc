package setup

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: scripts that come with presets may use options, all of them parse with the names they are rendered with, and
// no secret is among those.
func TestNamesOfPresets(t *testing.T) {
	w := newWorld(t)
	for _, p := range w.d.Catalog.All() {
		names, ok := w.Names(tenant.Integration{Preset: p.ID})
		if !ok {
			t.Fatalf("%s is not in its catalogue", p.ID)
		}
		for _, s := range p.Scripts {
			if _, err := scripts.Parse(s.URL, names); err != nil {
				t.Errorf("%s: %s: %v", p.ID, s.Name, err)
			}
		}
		for _, o := range p.Options {
			if o.IsSecret() && slices.Contains(names.Options, "option."+o.Name) {
				t.Errorf("%s: scripts may show %s", p.ID, o.Name)
			}
		}
	}
	if _, ok := w.Names(tenant.Integration{Preset: "gone"}); ok {
		t.Error("names of a preset that is not there")
	}
}

// Promise (contract, "Scripts"; C11): only scripts a preset brings take anything from options; what an admin writes may use fields.
func TestNamesForWriters(t *testing.T) {
	w := newWorld(t)
	i := w.mustAdd(command, "salesforce", "domain", "acme.my.salesforce.com", "client_id", "id", "client_secret", "s")
	names, ok := w.ScriptNames(t.Context(), i)
	if !ok {
		t.Fatal("no names")
	}
	for text, good := range map[string]bool{
		"https://$(option.domain)/x":            false,
		"https://x.example/$(option.client_id)": false,
		"https://x.example/$(client_secret)":    false,
		"https://x.example/$(access_token)":     false,
		"https://x.example/$(api_key)":          false,
		"https://x.example/$(Title)":            true,
		"https://x.example/$(DisplayName)":      true,
		"$(PopUpUri)":                           true,
	} {
		if _, err := scripts.Parse(text, names); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := scripts.Parse("https://x.example/$(DisplayName)", w.StandAlone()); err == nil {
		t.Error("a script without an integration has a record")
	}
}

// Promise: a script of a file may use its headings, and a typo is found while somebody is looking; if the file cannot be
// read, any name is taken.
func TestNamesOfFile(t *testing.T) {
	w := newWorld(t)
	path := w.write(filepath.Join(w.imports, "contacts.csv"))
	i := w.mustAdd(w.admin(), "csv", "path", path)
	names, _ := w.ScriptNames(t.Context(), i)
	if _, err := scripts.Parse("https://x.example/$(Branch)", names); err != nil {
		t.Error(err)
	}
	if _, err := scripts.Parse("https://x.example/$(Brunch)", names); err == nil || !strings.Contains(err.Error(), "$(Branch)") {
		t.Errorf("a typo: %v", err)
	}
	if stored, _ := w.Names(i); !stored.AnyField {
		t.Error("stored scripts have to go on when a heading disappears")
	}
	w.mustChange(i, command, "path", filepath.Join(w.imports, "gone.csv"))
	names, _ = w.ScriptNames(t.Context(), i)
	if _, err := scripts.Parse("https://x.example/$(Brunch)", names); err != nil {
		t.Errorf("without a file: %v", err)
	}
}

// Promise: a heading counts although none of the first rows has anything in its column.
func TestNamesOfLateColumn(t *testing.T) {
	var report presets.Report
	w := newWorld(t)
	path := filepath.Join(w.imports, "late.csv")
	writeText(t, path, "id;name;phone;Branch\n"+strings.Repeat("1;Ada;020 1234567;\n", 30)+"2;Bo;020 1234568;North\n")
	i := w.mustAdd(w.admin(), "csv", "path", path)
	if report = w.check(i); !slices.Contains(report.Fields, "Branch") {
		t.Errorf("fields: %v", report.Fields)
	}
}
