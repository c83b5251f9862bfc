package presets

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// Schema is the JSON Schema (draft 2020-12) of preset.yaml, for completion and
// checks in editors. It says what the tags of [Preset] say; the linter knows more.
func Schema() []byte {
	s := schemaOf(reflect.TypeFor[Preset](), "", false)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Ringdex preset"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // a tree of texts and flags always has JSON
	}
	return append(text, '\n')
}

// textual are the YAML scalars a text may be written as without quotes.
var textual = []string{"string", "number", "boolean"}

func schemaOf(t reflect.Type, form string, free bool) map[string]any {
	switch {
	case t == durationType:
		return map[string]any{"type": "string", "pattern": `^([0-9]+d|([0-9.]+(ms|s|m|h))+|\$\(option\.[^)]+\))$`}
	case t == reflect.TypeFor[option.Type]():
		return map[string]any{"enum": option.Types()}
	case t == reflect.TypeFor[option.Level]():
		return map[string]any{"enum": []option.Level{option.Tenant, option.Operator}}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem(), form, free)
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), form, free)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), form, free)}
	case reflect.Int:
		return orOption(map[string]any{"type": "integer"})
	case reflect.Bool:
		return orOption(map[string]any{"type": "boolean"})
	case reflect.Interface:
		return map[string]any{}
	}
	if table, ok := strings.CutPrefix(form, "name:"); ok {
		if free {
			return orOption(map[string]any{"enum": nameList(table)})
		}
		return map[string]any{"enum": nameList(table)}
	}
	return map[string]any{"type": textual}
}

func structSchema(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, c := range columns(t) {
		s := schemaOf(c.typ, c.tag.Get("form"), strings.Contains(c.tag.Get("refs"), "option"))
		if help := c.tag.Get("help"); help != "" {
			s["description"] = help
		}
		properties[c.key] = s
		if c.need() {
			required = append(required, c.key)
		}
	}
	s := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[scalarReader]()) {
		return map[string]any{"anyOf": []any{map[string]any{"type": textual}, s}}
	}
	return s
}

// orOption is a schema of what an option may stand for.
func orOption(s map[string]any) map[string]any {
	return map[string]any{"anyOf": []any{s, map[string]any{"type": "string", "pattern": `^\$\(option\.[^)]+\)$`}}}
}
