package presets

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/wording"
)

// With is the preset as it is for one connection: options that stand in selectors, names, paths of requests and closed lists
// are replaced by their values. A selector that is an option as a whole is what the admin wrote; inside a longer one an
// option is one key. Of a list, phones, fields, select.fields and notification get one element per value. What an empty
// option would be part of is left out. The receiver is not changed. Values that cannot stand where they are wanted are
// [option.Problems].
//
// Values of secret and operator-level options never stand in such places, so v may lack them.
func (p *Preset) With(v option.Values) (*Preset, error) {
	if p.expanded {
		return p, nil
	}
	q := *p
	q.given, q.expanded = v, true
	if !p.templated && p.source != nil {
		return &q, nil
	}
	x := &expander{preset: p, values: v}
	from, to := reflect.ValueOf(p).Elem(), reflect.ValueOf(&q).Elem()
	for _, c := range columns(from.Type()) {
		switch c.key {
		case "options", "tests", "scripts":
			continue
		}
		x.column(from, to, c, "")
	}
	if len(x.problems) > 0 {
		return nil, x.problems
	}
	if _, chosen := wholeOption(p.Auth.Kind); chosen {
		q.Auth.onlyKind()
	}
	return &q, nil
}

// onlyKind leaves out what other ways of signing in than the chosen one would send.
func (a *Auth) onlyKind() {
	if a.Kind != "query" {
		a.Query = nil
	}
	if a.Kind != "header" && a.Kind != "oauth2" && a.Kind != "session" {
		a.Headers = nil
	}
}

// expander copies a preset with options put in.
type expander struct {
	preset   *Preset
	values   option.Values
	problems option.Problems
}

// column copies one key of a struct.
func (x *expander) column(from, to reflect.Value, c column, path string) {
	like := entry{path: join(path, c.key), form: c.tag.Get("form"), refs: strings.Fields(c.tag.Get("refs"))}
	to.FieldByIndex(c.index).Set(x.copy(from.FieldByIndex(c.index), like))
}

// copy is a deep copy of a value; like has path and tags.
func (x *expander) copy(v reflect.Value, like entry) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() || v.String() == "" {
			return v
		}
		like.text = v.String()
		return reflect.ValueOf(x.text(like))
	case reflect.Int, reflect.Int64, reflect.Bool:
		return x.number(v, like)
	case reflect.Struct:
		return x.group(v, like)
	case reflect.Pointer:
		if v.IsNil() || x.unset(v.Type().Elem(), like) {
			return reflect.Zero(v.Type())
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(x.copy(v.Elem(), like))
		return out
	case reflect.Interface:
		return x.any(v, like)
	case reflect.Slice:
		return x.list(v, like)
	case reflect.Map:
		return x.mapped(v, like)
	}
	return v
}

func (x *expander) group(v reflect.Value, like entry) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for _, c := range columns(v.Type()) {
		x.column(v, out, c, like.path)
	}
	if r, ok := requestIn(out); ok && r.Method == "post" && r.Post == "" {
		r.Get, r.Post = "", r.Get
	}
	return out
}

// requestIn is the request a group is.
func requestIn(v reflect.Value) (*Request, bool) {
	if v.Type() != reflect.TypeFor[Request]() {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Anonymous && f.Type == reflect.TypeFor[Request]() {
				return v.Field(i).Addr().Interface().(*Request), true
			}
		}
		return nil, false
	}
	r, ok := v.Addr().Interface().(*Request)
	return r, ok
}

// any copies a JSON body. One that is an option as a whole is the admin's own JSON.
func (x *expander) any(v reflect.Value, like entry) reflect.Value {
	if v.IsNil() {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	if text, ok := v.Interface().(string); ok {
		if name, whole := wholeOption(text); whole && strings.HasSuffix(like.path, ".json") {
			if body := x.body(name); body != nil {
				out.Set(reflect.ValueOf(body))
			}
			return out
		}
	}
	out.Set(x.copy(v.Elem(), like))
	return out
}

// body reads the JSON an admin wrote.
func (x *expander) body(name string) any {
	text := x.values.Get(name)
	if text == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var body any
	if Unfit([]byte(text)) || d.Decode(&body) != nil || d.More() {
		x.problem(name, wording.New("presets.no_json", "is no JSON"), wording.New("presets.write_like_limit_100", `write it like {"limit": 100}`))
		return nil
	}
	return x.written(name, body)
}

// written is a tree of JSON as a body of the format has it.
func (x *expander) written(name string, v any) any {
	switch v := v.(type) {
	case json.Number:
		return Number(v)
	case string:
		x.admins(name, v)
	case []any:
		for i := range v {
			v[i] = x.written(name, v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = x.written(name, v[key])
		}
	}
	return v
}

// admins judges the $(…) of a text an admin wrote: it may ask for pages and changes, and for nothing else.
func (x *expander) admins(name, text string) bool {
	t, err := ParseText(text)
	if err != nil {
		x.problem(name, wording.New("presets.cannot_read_reason", "cannot be read: {Reason}", "Reason", err), wording.Text{})
		return false
	}
	for _, ref := range t.References() {
		if !slices.Contains([]string{"page", "since", "stream"}, ref.Space) || !slices.Contains(x.preset.namesIn(ref.Space, ""), ref.Name) {
			x.problem(name, wording.New("presets.has_value_which_means_nothing", "has $({Value}), which means nothing here", "Value", ref), wording.New("presets.possible_page_number_page_offset", "possible are $(page.number), $(page.offset), $(page.cursor), $(page.size), $(page.key) and $(since.value)"))
			return false
		}
	}
	return true
}

// mapped copies named texts; an entry whose name or selector comes of an empty option is left out.
func (x *expander) mapped(v reflect.Value, like entry) reflect.Value {
	if v.IsNil() {
		return v
	}
	out := reflect.MakeMapWithSize(v.Type(), v.Len())
	for _, key := range v.MapKeys() {
		inner, name := like, key.String()
		inner.path = join(like.path, name)
		if called, whole := wholeOption(name); whole {
			name = x.values.Get(called)
		}
		value := x.copy(v.MapIndex(key), inner)
		gone := value.Kind() == reflect.String && value.String() == "" && v.MapIndex(key).Kind() == reflect.String && v.MapIndex(key).String() != ""
		if name != "" && !gone {
			out.SetMapIndex(reflect.ValueOf(name), value)
		}
	}
	return out
}

// link is an address template an admin wrote.
func (x *expander) link(name string) string {
	text := x.values.Get(name)
	if _, err := scripts.Parse(text, x.preset.LinkNames()); text != "" && err != nil {
		x.problem(name, wording.New("presets.no_address_record_reason", "is no address of a record: {Reason}", "Reason", err), wording.New("presets.write_like_https_crm_example", "write it like https://crm.example.com/contacts/$(id)"))
		return ""
	}
	return text
}

func (x *expander) problem(name string, text, hint wording.Text) {
	o, _ := x.preset.Options.Find(name)
	for _, p := range x.problems {
		if p.Option == either(o.Name, name) {
			return
		}
	}
	x.problems = append(x.problems, option.Problem{Option: either(o.Name, name), Code: option.CodeMalformed, Text: text, Hint: hint})
}
