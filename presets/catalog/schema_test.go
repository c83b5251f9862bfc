package catalog_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
)

// Promise: the schema for editors accepts every preset there is, with the options that stand for numbers and closed values; an
// independent validator is the judge.
func TestSchemaFitsTheCatalogue(t *testing.T) {
	t.Parallel()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(presets.Schema()))
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
	found, err := fs.Glob(catalog.FS(), "*/preset.yaml")
	if err != nil || len(found) == 0 {
		t.Fatal("no presets", err)
	}
	for _, file := range found {
		text, err := fs.ReadFile(catalog.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := yaml.YAMLToJSON(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
