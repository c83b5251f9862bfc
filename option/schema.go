package option

import (
	"cmp"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Schema returns the JSON Schema (draft 2020-12) of the values as JSON gives them: integers and booleans as such, lists as arrays,
// everything else as text. [Texts] turns such values into what [Set.Validate] reads. The schema says as much as JSON Schema
// can; Validate is stricter about host names, addresses and regions.
func (s Set) Schema() map[string]any {
	properties := map[string]any{}
	required := []any{}
	for _, o := range s {
		properties[o.Name] = o.schema()
		if o.Required {
			required = append(required, o.Name)
		}
	}
	return map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"type":                 "object",
		"properties":           properties,
		"required":             required,
		"additionalProperties": false,
	}
}

// schema describes one option.
func (o Option) schema() map[string]any {
	value := o.valueSchema()
	if o.List {
		value = map[string]any{"type": "array", "items": value}
	}
	for name, text := range map[string]string{"title": o.Title, "description": o.Help} {
		if text != "" {
			value[name] = text
		}
	}
	if o.Default != "" {
		value["default"] = o.typed(o.Default)
	}
	if o.Example != "" {
		value["examples"] = []any{o.typed(o.Example)}
	}
	if o.IsSecret() {
		value["writeOnly"] = true
	}
	return value
}

func (o Option) valueSchema() map[string]any {
	v := map[string]any{"type": "string"}
	switch o.Kind() {
	case Integer:
		v["type"] = "integer"
		o.addBounds(v, "minimum", "maximum")
	case Boolean:
		return map[string]any{"type": "boolean"}
	case OneOf:
		values := []any{}
		for _, c := range o.Choices {
			values = append(values, c.Value)
		}
		return map[string]any{"enum": values}
	case Text, Secret:
		o.addBounds(v, "minLength", "maxLength")
	case URL:
		v["format"] = "uri"
	case Email:
		v["format"] = "email"
	case Duration:
		v["pattern"] = `^([0-9]+d)?(([0-9]+(\.[0-9]+)?(h|m|s|ms))+|0)?$`
	case Region:
		v["pattern"] = "^[A-Za-z]{2}$"
	}
	if o.Pattern != "" && o.Kind() != Integer {
		v["pattern"] = anchored(o.Pattern)
	}
	if o.Required && v["type"] == "string" {
		v["minLength"] = max(1, orZero(o.Min))
	}
	return v
}

func (o Option) addBounds(v map[string]any, low, high string) {
	if o.Min != nil {
		v[low] = *o.Min
	}
	if o.Max != nil {
		v[high] = *o.Max
	}
}

func orZero(n *int) int { return *cmp.Or(n, new(int)) }

// typed is a canonical text as JSON writes it.
func (o Option) typed(text string) any {
	if o.List {
		single := o
		single.List = false
		values := []any{}
		for _, element := range split(text) {
			values = append(values, single.typed(element))
		}
		return values
	}
	if n, err := strconv.Atoi(text); err == nil && o.Kind() == Integer {
		return n
	}
	if o.Kind() == Boolean {
		return text == "true"
	}
	return text
}

// JSON returns values as the schema describes them, without secrets and without what is empty.
func (s Set) JSON(v Values) map[string]any {
	out := map[string]any{}
	for _, o := range s {
		if text := v.Get(o.Name); text != "" && !o.IsSecret() {
			out[o.Name] = o.typed(text)
		}
	}
	return out
}

// Texts turns decoded JSON or YAML into what [Set.Validate] and [Set.Change] read: numbers and booleans in their usual spelling,
// arrays of them joined. null is empty. Anything deeper is a [Problem].
func Texts(in map[string]any) (map[string]string, error) {
	out := make(map[string]string, len(in))
	var problems Problems
	for name, value := range in {
		text, ok := textOf(value)
		if !ok {
			problems = append(problems, Problem{Option: name, Code: CodeMalformed, Text: wording.New("option.must_text_number_true_false", "must be a text, a number, true or false, or a list of these")})
			continue
		}
		out[name] = text
	}
	sort.Slice(problems, func(i, j int) bool { return problems[i].Option < problems[j].Option })
	return out, problems.orNil()
}

func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int, int64, uint64, fmt.Stringer: // json.Number is a Stringer
		return fmt.Sprint(v), true
	case []any:
		return textOfList(v)
	}
	return "", false
}

func textOfList(list []any) (string, bool) {
	texts := make([]string, 0, len(list))
	for _, element := range list {
		text, ok := textOf(element)
		if _, nested := element.([]any); !ok || nested || strings.ContainsAny(text, ",\n\r") {
			return "", false
		}
		texts = append(texts, text)
	}
	return join(texts), true
}
