package presets

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The schema accepts what the loader accepts and refuses unknown keys and values
// that are not of a closed list; an independent validator is the judge.
func TestSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("preset.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("preset.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/northwind/preset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for change, valid := range map[string]bool{"": true, "maturity: beta|maturity: best": false, "kind: next_url|kind: next": false, "summary:|sumary:": false, "deleted: IsDeleted|deleted: [a]": false, "fields: [ Title ]|fields: [ { name: Title } ]": true} {
		from, to, _ := strings.Cut(change, "|")
		var value any
		changed := strings.Replace(string(text), from, to, 1)
		raw, err := yaml.YAMLToJSON([]byte(changed))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != valid {
			t.Errorf("%q: %v", change, err)
		}
	}
}

// The page of a preset is made from its declaration.
func TestMarkdown(t *testing.T) {
	const golden = "testdata/northwind.golden.md"
	got := Markdown(northwind(t))
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// docs/presets.md has the example as it is tested, and the reference of keys as
// the loader reads them; -update writes both anew.
func TestGuideIsCurrent(t *testing.T) {
	const guide = "../docs/presets.md"
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("testdata/northwind/preset.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fresh := between(t, string(text), "example", "```yaml\n"+string(example)+"```\n")
	fresh = between(t, fresh, "reference", formatMarkdown())
	if *update {
		if err := os.WriteFile(guide, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if fresh != string(text) {
		t.Error("docs/presets.md is stale: run go test ./presets -run Guide -update")
	}
}

// between replaces what stands between two marks of a page.
func between(t *testing.T, page, name, content string) string {
	t.Helper()
	before, rest, ok := strings.Cut(page, "<!-- "+name+" -->\n")
	_, after, closed := strings.Cut(rest, "<!-- end of "+name+" -->")
	if !ok || !closed {
		t.Fatalf("the page has no marks for %s", name)
	}
	return before + "<!-- " + name + " -->\n" + content + "<!-- end of " + name + " -->" + after
}

// Every key has a sentence for docs and editors, and names only lists that exist.
func TestEveryKeyIsExplained(t *testing.T) {
	p := northwind(t)
	for _, e := range p.entries() {
		if table, ok := strings.CutPrefix(e.form, "name:"); ok && len(names[table]) == 0 {
			t.Errorf("%s: there is no list %s", e.path, table)
		}
	}
	for _, line := range strings.Split(formatMarkdown(), "\n") {
		if strings.HasPrefix(line, "| `") && strings.HasSuffix(line, "|  |") {
			t.Errorf("a key without explanation: %s", line)
		}
	}
}
