package rest

import (
	"slices"
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// Promise: the account's fields are found in a list of names, in a list of objects, and in an object by its keys.
func TestNamesOfFields(t *testing.T) {
	for name, c := range map[string]struct{ selector, doc string }{
		"names":   {"fields", `{"fields": ["phone", "mobile"]}`},
		"objects": {"fields.#.name", `{"fields": [{"name": "phone"}, {"name": ""}, {"name": "mobile"}]}`},
		"keys":    {"result", `{"result": {"phone": {"type": "char"}, "mobile": {"type": "char"}}}`},
	} {
		doc, ok := presets.ParseValue([]byte(c.doc))
		if !ok {
			t.Fatal(name)
		}
		got, err := pickTexts(c.selector, doc)
		if want := []string{"phone", "mobile"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
}
