package presets

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func northwind(t testing.TB) *Preset {
	t.Helper()
	p, lints := LoadChecked(os.DirFS("testdata"), "northwind", map[string]Kind{"rest": anyKind{}})
	for _, l := range lints {
		t.Error(l)
	}
	return p
}

// The example of the design is read as it was meant.
func TestLoadNorthwind(t *testing.T) {
	p := northwind(t)
	if p.ID != "northwind" || p.Auth.Keep["instance"] != "instance_url" || len(p.Icon) == 0 {
		t.Errorf("%+v", p)
	}
	rates := []Rate{{Limit: Limit{10, time.Second}, Per: "connection"}, {Limit: Limit{100000, 24 * time.Hour}, Per: "account", Leave: 20}}
	if diff := cmp.Diff(rates, p.HTTP.Rate); diff != "" {
		t.Error(diff)
	}
	s, ok := p.Stream("contact")
	if !ok || s.Since.Lookback != 10*time.Minute || s.Page.Kind != "next_url" || len(s.Phones) != 2 {
		t.Errorf("%+v", s)
	}
	if diff := cmp.Diff([]FieldPath{{Name: "Title", Path: "Title"}}, s.Fields); diff != "" {
		t.Error(diff)
	}
	if o, _ := p.Options.Find("client_secret"); !o.IsSecret() || !o.ForOperator() {
		t.Errorf("%+v", o)
	}
	if p.HTTP.Errors[1].After != 15*time.Minute || p.HTTP.Errors[1].Do != "retry" {
		t.Errorf("%+v", p.HTTP.Errors)
	}
}

// Texts in another language replace the English ones, and only where there are any.
func TestTranslations(t *testing.T) {
	p := northwind(t)
	nl := p.In("nl-BE")
	if nl.Scripts[0].Name != "Openen in Northwind" || nl.Options[0].Title != "Mijn domein" || nl.Streams[0].Fields[0].Title != "Functie" || nl.Name != p.Name {
		t.Errorf("Dutch texts: %+v", nl)
	}
	if p.Scripts[0].Name != "Open in Northwind" || p.Options[0].Title != "My Domain" {
		t.Error("the English preset was changed")
	}
	if p.In("xx") != p {
		t.Error("a language without texts gives another preset")
	}
}

// An operator's preset replaces one of the program; one with mistakes does not.
func TestCatalogOverrides(t *testing.T) {
	text, err := os.ReadFile("testdata/northwind/preset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := func(yaml string) fstest.MapFS {
		fsys := fstest.MapFS{"northwind/preset.yaml": {Data: []byte(yaml)}, "northwind/icon.svg": {Data: []byte(plainIcon)}, "readme.txt": {Data: []byte("x")}}
		for _, name := range []string{"contacts-1.http", "contacts-2.http", "contacts.golden.json"} {
			data, err := os.ReadFile("testdata/northwind/testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			fsys["northwind/testdata/"+name] = &fstest.MapFile{Data: data}
		}
		return fsys
	}
	kinds := map[string]Kind{"rest": anyKind{}}
	program := os.DirFS("testdata")
	c, lints := NewCatalog(kinds, program, own(strings.Replace(string(text), "name: Northwind CRM", "name: Our Northwind", 1)))
	if p, ok := c.Get("Northwind"); !ok || p.Name != "Our Northwind" || len(lints) != 0 {
		t.Errorf("own preset: %v %v", p, lints)
	}
	c, lints = NewCatalog(kinds, program, own(strings.Replace(string(text), "kind: next_url", "kind: next_yrl", 1)))
	if p, ok := c.Get("northwind"); !ok || p.Name != "Northwind CRM" || len(lints) != 1 {
		t.Errorf("a preset with a mistake: %v %v", p, lints)
	}
	if c.Nearest("nortwind") != "northwind" || c.Nearest("xyz") != "" || len(c.All()) != 1 {
		t.Error("nearest and all")
	}
	c, _ = NewCatalog(map[string]Kind{"file": anyKind{}}, program)
	if _, ok := c.Get("northwind"); ok || len(c.All()) != 0 || !c.BuiltIn("northwind") {
		t.Error("a preset of a kind that is not there is offered")
	}
}

// Whatever a stranger uploads, the loader answers with messages that have a place
// in the file, and never panics.
func FuzzLoad(f *testing.F) {
	text, err := os.ReadFile("testdata/northwind/preset.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	for _, s := range []string{"a: [1", "- - - -", "a: &b *b", "? x\n: y", "format: 1\nstreams: [{phones: [{path: \"\\\"\"}]}]", "options: {}", "a: |\n  b\n c", "\t", "%YAML 1.2\n---\na: b", "auth: {keep: {1: 2, ~: x}}", "scripts: [{url: '$('}]", "setup: >-\n\n  $(x)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{"sample/preset.yaml": {Data: []byte(text)}, "sample/icon.svg": {Data: []byte(plainIcon)}}
		_, lints := LoadChecked(fsys, "sample", map[string]Kind{"rest": anyKind{}, "file": anyKind{}})
		if len(lints) == 0 {
			t.Skip("a preset without a mistake")
		}
		for _, l := range lints {
			if l.File == "" || l.Text == "" || l.Line < 0 || l.Column < 0 || l.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+2 {
				t.Fatalf("%+v", l)
			}
		}
	})
}

// Documents made to exhaust the reader are refused before they are parsed.
func TestHostileDocuments(t *testing.T) {
	var aliases strings.Builder
	aliases.WriteString("a: &a [x, x]\n")
	for i := range 30 {
		aliases.WriteString("b" + strings.Repeat("b", i) + ": &b" + strings.Repeat("b", i) + " [*a, *a]\n")
	}
	for name, test := range map[string][2]string{
		"deep lists":    {"a: " + strings.Repeat("[", 100_000), "nested more than 24 deep"},
		"deep groups":   {strings.Repeat("{a: ", 100_000), "nested more than 24 deep"},
		"deep dashes":   {strings.Repeat("- ", 100_000), "nested more than 24 deep"},
		"large":         {"summary: " + strings.Repeat("a", 600<<10), "larger than 512 KiB"},
		"NUL":           {"summary: a\x00b\n", "NUL byte"},
		"not UTF-8":     {"summary: a\xffb\n", "not UTF-8"},
		"aliases":       {aliases.String(), "has no key"},
		"two documents": {"format: 1\n---\nformat: 1\n", "second document"},
		"a list":        {"- format: 1\n", "a list stands here, a group of keys is wanted"},
		"empty":         {"# nothing\n", "the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{"sample/preset.yaml": {Data: []byte(test[0])}, "sample/icon.svg": {Data: []byte(plainIcon)}}
			_, lints := Load(fsys, "sample")
			for _, l := range lints {
				if strings.Contains(l.Text, test[1]) {
					return
				}
			}
			t.Errorf("%q is not among %d lints: %.300v", test[1], len(lints), lints)
		})
	}
}

// Icons shown to admins hold no code and nothing from elsewhere.
func TestIconsRefused(t *testing.T) {
	for icon, good := range map[string]bool{
		plainIcon: true, `<svg><path d="M0 0"/></svg>`: true, `<svg><use href="#a"/></svg>`: true,
		`<svg><script>alert(1)</script></svg>`: false, `<svg onload="x()"/>`: false, `<svg><a href="javascript:x"/></svg>`: false, `<svg><image xlink:href="https://x/y.png"/></svg>`: false,
		`<!DOCTYPE svg [<!ENTITY a "b">]><svg/>`: false, `<svg><style>@import url(x)</style></svg>`: false, `<svg><foreignObject/></svg>`: false, `no drawing`: false,
	} {
		fsys := fstest.MapFS{"sample/preset.yaml": {Data: []byte("format: 1\n")}, "sample/icon.svg": {Data: []byte(icon)}}
		_, lints := Load(fsys, "sample")
		refused := false
		for _, l := range lints {
			refused = refused || strings.HasSuffix(l.File, "icon.svg")
		}
		if refused == good {
			t.Errorf("%s: refused is %v", icon, refused)
		}
	}
}
