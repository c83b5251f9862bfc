package rest_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/rest"
)

const choosing = `format: 1
id: sample
name: Sample
summary: A CRM with fields of its own.
kind: rest
maturity: beta
options:
  - { name: field, title: Phone field }
  - { name: board, title: Board }
  - { name: api_key, type: secret }
auth: { kind: header, headers: { X-Key: $(option.api_key) } }
http: { base_url: https://crm.example.com }
choices:
  - option: field
    get: /fields
    query: { size: $(page.size) }
    records: items
    page: { kind: cursor, next: next, param: after, size: 2 }
    value: key
    title: label
  - { option: board, post: /boards, json: { all: true }, records: boards, title: name }
streams:
  - id: contact
    request: { get: /contacts }
    records: items
    record: { id: id }
    phones: [ { path: $(option.field) } ]
    url: https://crm.example.com/b/$(option.board)
tests:
  - { name: all, options: { field: phone }, exchange: [ list.http ], want: list.json }
  - { name: fields, choices: field, exchange: [ fields.http ], want: fields.json }
  - { name: boards, choices: board, exchange: [ boards.http ], want: boards.json }
`

var choosingFiles = map[string]string{
	"preset.yaml": choosing,
	"icon.svg":    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`,
	"list.http":   "GET /contacts\n\nHTTP/1.1 200 OK\n\n{\"items\": [{\"id\": 1, \"phone\": \"020 123 45 67\"}]}\n",
	"list.json":   `{"full":true,"records": [` + "\n" + `{"id":"1","identifier":"1","url":"https://crm.example.com/b/","phones":[{"raw":"020 123 45 67","column":"phone"}]}` + "\n]}\n",
	"fields.http": `GET /fields?size=2
X-Key: *

HTTP/1.1 200 OK

{"items": [{"key": "phone", "label": "Phone"}, {"key": "c_1"}], "next": "b"}

###
GET /fields?after=b

HTTP/1.1 200 OK

{"items": [{"key": "phone", "label": "Again"}, {"key": "", "label": "None"}, {"key": "c_2", "label": "Mobiel privé"}]}
`,
	"fields.json": `{"choices": [
{"value":"phone","title":"Phone"},
{"value":"c_1","title":"c_1"},
{"value":"c_2","title":"Mobiel privé"}
]}
`,
	"boards.http": `POST /boards

{"all": true}

HTTP/1.1 200 OK

{"boards": {"12": {"name": "Sales"}, "7": {"name": ""}}}
`,
	"boards.json": `{"choices": [
{"value":"12","title":"Sales"},
{"value":"7","title":"7"}
]}
`,
}

func choosingFS(change ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range choosingFiles {
		if name == "preset.yaml" {
			text = strings.NewReplacer(change...).Replace(text)
		}
		fsys["sample/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// Promise: what there is for an option is listed over all pages, each value once and with a title, out of lists and objects,
// whatever goes wrong on the way, and before anything else of the integration is set.
func TestChoices(t *testing.T) {
	t.Parallel()
	p, lints := presets.LoadChecked(choosingFS(), "sample", kinds)
	for _, l := range lints {
		t.Fatal(l)
	}
	for _, r := range presettest.All(t.Context(), rest.Kind{}, p) {
		for _, problem := range r.Problems {
			t.Errorf("%s (%s): %s", r.Test, r.Fault, problem)
		}
	}
}

// Promise: mistakes in a list of choices are told with their place.
func TestLintOfChoices(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"option: board, post", "option: borad, post", "did you mean board?"},
		{"option: board, post", "option: api_key, post", "nobody chooses"},
		{"option: board, post", "option: field, post", "two lists of choices"},
		{"post: /boards, ", "", "neither get nor post"},
		{"value: key", "value: kee", "did you mean key?"},
		{"next: next, ", "", "cursor needs next"},
		{"choices: board, ex", "choices: bord, ex", "there are no choices"},
	} {
		_, lints := presets.LoadChecked(choosingFS(c[0], c[1]), "sample", kinds)
		found := false
		for _, l := range lints {
			found = found || strings.Contains(l.Error(), c[2]) && l.Line > 0
		}
		if !found {
			t.Errorf("%s: %v", c[1], lints)
		}
	}
}
