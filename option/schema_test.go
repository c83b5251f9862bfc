package option

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write golden files again")

// TestSchema: an independent judge of JSON Schema accepts the schema, and accepts and refuses the same values as Validate.
func TestSchema(t *testing.T) {
	schema := compile(t, crm.Schema())
	for text, want := range map[string]bool{
		`{"domain": "acme.example.com"}`: true,
		`{"domain": "acme.example.com", "page-size": 50, "archived": true, "objects": ["lead"], "pause": "1d12h", "client_secret": "long enough"}`: true,
		`{"domain": "acme.example.com", "pause": ""}`: true,
		`{}`:             false,
		`{"domain": ""}`: false,
		`{"domain": "acme.example.com", "page-size": 0}`:            false,
		`{"domain": "acme.example.com", "page-size": "many"}`:       false,
		`{"domain": "acme.example.com", "archived": "maybe"}`:       false,
		`{"domain": "acme.example.com", "objects": ["contract"]}`:   false,
		`{"domain": "acme.example.com", "objects": {"a": 1}}`:       false,
		`{"domain": "acme.example.com", "pause": "90"}`:             false,
		`{"domain": "acme.example.com", "client_secret": "short"}`:  false,
		`{"domain": "acme.example.com", "colour": "red"}`:           false,
		`{"domain": ["acme.example.com", ["nested"]], "pause": {}}`: false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := schema.Validate(value) == nil; got != want {
			t.Errorf("%s: the schema says %v", text, got)
		}
		if got := validates(t, text); got != want {
			t.Errorf("%s: Validate says %v", text, got)
		}
	}
}

func validates(t *testing.T, text string) bool {
	t.Helper()
	var in map[string]any
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		t.Fatal(err)
	}
	texts, err := Texts(in)
	if err != nil {
		return false
	}
	_, err = crm.Validate(texts)
	return err == nil
}

func compile(t *testing.T, schema map[string]any) *jsonschema.Schema {
	t.Helper()
	raw, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("options.json", doc); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("options.json")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestJSON: what Validate returned, as JSON, fits the schema and reads as the same values again; secrets are not in it.
func TestJSON(t *testing.T) {
	v, err := crm.Validate(map[string]string{"domain": "acme.example.com", "objects": "lead,contact", "archived": "no", "client_secret": "c4n4ry-secret"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(crm.JSON(v))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"archived":false,"domain":"acme.example.com","objects":["lead","contact"],"page-size":200,"pause":"1m"}`
	if string(raw) != want {
		t.Errorf("%s\nwant %s", raw, want)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t, crm.Schema()).Validate(value); err != nil {
		t.Error(err)
	}
}

// TestMarkdown: the table of the docs, as a golden file; nothing in a declaration breaks it.
func TestMarkdown(t *testing.T) {
	set := append(Set{{Name: "odd", Title: "a | b", Help: "one\ntwo.", Example: "`x|y`"}}, crm...)
	got := set.Markdown()
	if *update {
		if err := os.WriteFile("testdata/options.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/options.md")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s", got)
	}
	for line := range strings.Lines(got) {
		if strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 5 {
			t.Errorf("cells: %s", line)
		}
	}
	if (Set{}).Markdown() != "" {
		t.Error("a table without options")
	}
}
