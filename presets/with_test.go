package presets

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
)

const templated = `format: 1
id: sample
name: Sample
summary: A CRM whose fields the customer names.
kind: rest
maturity: beta
options:
  - { name: address, type: url, example: "https://crm.example.com", required: true }
  - { name: way, type: choice, choices: [ { value: offset }, { value: page_number } ], default: offset }
  - { name: size, type: integer, default: "50" }
  - { name: phones, list: true, default: "phone,mobile" }
  - { name: custom, example: c_phone }
  - { name: fields, list: true, example: "segment" }
  - { name: first, default: first }
  - { name: last, default: last }
  - { name: list, default: /contacts }
  - { name: method, type: choice, choices: [ { value: get }, { value: post } ], default: get }
  - { name: body, example: '{"page": "$(page.number)"}' }
  - { name: param, default: skip }
  - { name: record, example: "https://crm.example.com/c/$(id)" }
  - { name: old, type: boolean, default: "false" }
http: { base_url: $(option.address), headers: { "$(option.param)": x } }
streams:
  - id: contact
    optional: $(option.old)
    request: { get: $(option.list), method: $(option.method), json: $(option.body), query: { "$(option.param)": "1" } }
    records: items
    page: { kind: $(option.way), size: $(option.size), param: $(option.param) }
    select: { fields: [ id, $(option.phones) ] }
    record: { id: id, name: "$(option.first) $(option.last)", company: custom.$(option.custom), email: '$(mail) $(option.first)' }
    phones:
      - { path: $(option.phones), label: business }
      - { path: fields.$(option.custom).value, label: mobile }
      - { path: 'list.#(id=="$(option.custom)").value' }
    fields: [ $(option.fields), title ]
    url: $(option.record)
notification: [ DisplayName, $(option.fields) ]
tests:
  - { name: one, exchange: [ one.http ], want: one.json, options: { phones: phone, custom: c, body: "" } }
  - { name: two, exchange: [ two.http ], want: one.json, options: { phones: other, custom: 'the "d"', body: "", way: page_number } }
`

const templatedOne = `GET /contacts

HTTP/1.1 200 OK

{"items": [{"id": 1, "first": "A", "last": "M", "mail": "a@b.c", "phone": "1", "custom": {"c": "M"}, "fields": {"c": {"value": "2"}}, "list": [{"id": "c", "value": "3"}], "segment": "s", "title": "t"}]}
`

func templatedPreset(t *testing.T, yaml string) (*Preset, []Lint) {
	t.Helper()
	two := strings.NewReplacer(`"phone"`, `"other"`, `"c"`, `"the \"d\""`).Replace(templatedOne)
	fsys := fstest.MapFS{
		"sample/preset.yaml": {Data: []byte(yaml)}, "sample/icon.svg": {Data: []byte(plainIcon)}, "sample/one.http": {Data: []byte(templatedOne)},
		"sample/two.http": {Data: []byte(two)}, "sample/one.json": {Data: []byte("{}")},
	}
	return LoadChecked(fsys, "sample", map[string]Kind{"rest": anyKind{}})
}

// Promise: what an admin names takes its place in selectors, names, numbers and closed lists, each value as one key or as
// the selector it is, and the preset itself stays as it was.
func TestWith(t *testing.T) {
	p, lints := templatedPreset(t, templated)
	for _, l := range lints {
		t.Error(l)
	}
	values, err := p.Options.Validate(map[string]string{
		"address": "https://x.example", "custom": `a "b".c`, "fields": "x.segment, y", "last": "page.name", "size": "20", "method": "post", "old": "yes",
		"body": `{"n": 1, "page": "$(page.number)"}`, "param": "from", "record": "https://x.example/$(id)",
	})
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.With(values)
	if err != nil {
		t.Fatal(err)
	}
	s := q.Streams[0]
	key := `"a \"b\".c"`
	want := Stream{
		ID: "contact", Optional: true, Records: "items",
		Request: Request{Post: "/contacts", Method: "post", Query: map[string]string{"from": "1"}, JSON: map[string]any{"n": Number("1"), "page": "$(page.number)"}},
		Page:    Paging{Kind: "offset", Size: 20, Param: "from"},
		Select:  Select{Fields: []string{"id", "phone", "mobile"}},
		Record:  RecordPaths{ID: "id", Name: `$(first) $("page".name)`, Company: "custom." + key, Email: "$(mail) $(first)"},
		Phones: []PhonePath{
			{Path: "phone", Label: "business"},
			{Path: "mobile", Label: "business"},
			{Path: "fields." + key + ".value", Label: "mobile"},
			{Path: `list.#(id==` + key + `).value`},
		},
		Fields: []FieldPath{{Name: "segment", Path: "x.segment"}, {Name: "y", Path: "y"}, {Name: "title", Path: "title"}},
		URL:    "https://x.example/$(id)",
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"DisplayName", "segment", "y"}, q.Notification); diff != "" || q.HTTP.Headers["from"] != "x" {
		t.Error(diff, q.HTTP.Headers)
	}
	if p.Streams[0].Page.Kind != "$(option.way)" || p.Streams[0].Phones[0].Path != "$(option.phones)" || p.HTTP.Headers["$(option.param)"] != "x" {
		t.Error("the preset itself was changed")
	}
	if again, err := q.With(option.Values{}); again != q || err != nil {
		t.Error("a preset that has its options takes others")
	}
	if cmp.Equal(q.Reading(), mustWith(t, p, option.Values{}).Reading()) {
		t.Error("another meaning does not show")
	}
}

func mustWith(t *testing.T, p *Preset, v option.Values) *Preset {
	t.Helper()
	q, err := p.With(v)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Promise: what an empty option would be part of is left out, and nothing else.
func TestWithEmpty(t *testing.T) {
	p, _ := templatedPreset(t, templated)
	s := mustWith(t, p, option.Values{"first": "name"}).Streams[0]
	if len(s.Phones) != 0 || len(s.Fields) != 1 || s.Record.Company != "" || s.Record.Name != "$(name)" || s.URL != "" || len(s.Request.Query) != 0 || s.Request.JSON != nil {
		t.Errorf("%+v", s)
	}
	if len(s.Select.Fields) != 1 {
		t.Errorf("fields asked for: %v", s.Select.Fields)
	}
}

// Promise: a value that cannot stand where it is wanted is refused by the name of its option, before anything is asked.
func TestWithRefuses(t *testing.T) {
	p, _ := templatedPreset(t, templated)
	for name, bad := range map[string][]string{
		"phones": {"phone,a..b", "x(y)", `"open`},
		"first":  {"#(x)", "$(option.address)"},
		"list":   {"contacts", "//evil.example/x", "/a/../b", "/a b", "/a#b", "https://evil.example", "/a?x=$(option.address)", "/a?x=$(auth.token)", "/x?y=$(page.nothing)"},
		"body":   {"{", `{"x": "$(option.address)"}`, "1 2", strings.Repeat("[", 100)},
		"way":    {"sideways"},
		"record": {"javascript:alert(1)", "$(id)"},
	} {
		for _, value := range bad {
			_, err := p.With(option.Values{name: value})
			var problems option.Problems
			if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Option != name {
				t.Errorf("%s = %s: %v", name, value, err)
			}
		}
	}
}

// Promise: a preset whose options cannot give what their places want is told so with the place.
func TestLintOfOptionsInPlaces(t *testing.T) {
	for change, want := range map[string]string{
		"kind: $(option.way)|kind: $(option.first)":               "option first is no choice",
		"{ value: page_number }|{ value: pages }":                 `may be "pages"`,
		"size: $(option.size)|size: $(option.first)":              "is no number",
		"$(option.custom).value|$(option.costum).value":           "did you mean custom?",
		"name: custom, example|name: custom, type: secret, title": "are no secrets",
		"records: items|records: $(option.phones)":                "has several values",
		"name: first, default: first|name: first, default: a..b":  "the default or example of first",
		"records: items|records: a..$(option.first)":              "a key is missing",
	} {
		from, to, _ := strings.Cut(change, "|")
		_, lints := templatedPreset(t, strings.Replace(templated, from, to, 1))
		found := false
		for _, l := range lints {
			found = found || strings.Contains(l.Error(), want) && l.Line > 0
		}
		if !found {
			t.Errorf("%s: %v", to, lints)
		}
	}
}

// Promise: an option with several values inside a longer selector stands for one number, and one field, each.
func TestWithListInside(t *testing.T) {
	t.Parallel()
	p, lints := templatedPreset(t, strings.Replace(strings.Replace(templated,
		"{ path: $(option.phones), label: business }", `{ path: 'fields.$(option.phones).value', label: business }`, 1),
		"fields: [ $(option.fields), title ]", "fields: [ { name: $(option.fields), path: custom.$(option.fields) } ]", 1))
	for _, l := range lints {
		if strings.Contains(l.Text, "several") {
			t.Error(l)
		}
	}
	values, err := p.Options.Validate(map[string]string{"address": "https://x.example", "phones": "a,b.c", "fields": "tier,vip", "custom": "z", "body": ""})
	if err != nil {
		t.Fatal(err)
	}
	q, err := p.With(values)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range q.Streams[0].Phones {
		got = append(got, one.Path)
	}
	for _, f := range q.Streams[0].Fields {
		got = append(got, f.Name+"="+f.Path)
	}
	want := []string{"fields.a.value", `fields."b.c".value`, "fields.z.value", `list.#(id=="z").value`, "tier=custom.tier", "vip=custom.vip"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Promise: options that decide where and what is read show when they change, whether they stand in the streams, in the address, or
// are read by a kind itself; secrets and other files do not.
func TestReading(t *testing.T) {
	for kind, want := range map[string]string{
		"rest": "address custom fields first last list method body param phones record size way",
		"sql":  "address custom fields first last list method body param phones record size way old other",
	} {
		yaml := strings.NewReplacer("kind: rest", "kind: "+kind, "options:\n", "options:\n  - { name: other }\n  - { name: password, type: secret }\n").Replace(templated)
		p, _ := templatedPreset(t, strings.Replace(yaml, "optional: $(option.old)", "optional: false", 1))
		q := mustWith(t, p, option.Values{"address": "https://x.example", "password": "CANARY"})
		got := map[string]bool{}
		for _, line := range q.Reading() {
			name, _, _ := strings.Cut(line, "=")
			got[name] = true
		}
		for _, name := range strings.Fields(want) {
			if !got[name] {
				t.Errorf("%s: a change of %s does not show", kind, name)
			}
		}
		if len(got) != len(strings.Fields(want)) || strings.Contains(strings.Join(q.Reading(), " "), "CANARY") {
			t.Errorf("%s: %v", kind, q.Reading())
		}
	}
}
