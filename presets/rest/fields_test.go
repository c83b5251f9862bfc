package rest

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// Promise: the account's fields are found in a list of names, in a list of objects, and in an object by its keys.
func TestNamesOfFields(t *testing.T) {
	for name, c := range map[string]struct{ selector, doc string }{
		"names":   {"fields", `{"fields": ["phone", "mobile"]}`},
		"objects": {"fields.#.name", `{"fields": [{"name": "phone"}, {"name": ""}, {"name": "mobile"}]}`},
		"whole":   {"#", `{"phone": {"type": "char"}, "mobile": {"type": "char"}}`},
		"list":    {"#", `["phone", "mobile"]`},
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

// Promise: an address may need only the part of an id behind a mark; an id without the mark stands whole.
func TestAddressNeedsPartOfID(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    record: { id: id }
    url: https://$(option.host)/p?record=$(id)
    url_after: x
`)
	s := &server{answers: map[string][]string{"GET /people": {`{"people":[{"id":"12x501"},{"id":"7"}]}`}}}
	pages, err := opened(t, p, s, "")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"https://crm.example/p?record=501", "https://crm.example/p?record=7"} {
		if got := pages[0].Records[i].URL; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Promise: an optional stream is also left out where the rule for it fits what the CRM answers to a question before the list,
// and a stream that is not optional fails there, rather than come out empty.
func TestLeftOutBeforeTheList(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"fields":       `{ optional: true, select: { fields: [ phone ], describe: { get: /before }, names: names }`,
		"ask":          `{ optional: true, ask: { get: /before, keep: { view: view } }`,
		"not optional": `{ ask: { get: /before, keep: { view: view } }`,
	} {
		p := made(t, `
http: { base_url: https://$(option.host), errors: [ { path: error, equals: denied, do: skip_stream } ] }
streams: [ `+key+`, id: contact, request: { get: /people }, records: people, record: { id: id } } ]
`)
		s := &server{answers: map[string][]string{"GET /before": {`{"error":"denied"}`}}}
		pages, err := opened(t, p, s, "")
		if name == "not optional" {
			if err == nil || !strings.Contains(err.Error(), "may not read contact") {
				t.Errorf("%s: %+v, %v", name, pages, err)
			}
			continue
		}
		if err != nil || len(pages) != 1 || !pages[0].Skipped {
			t.Errorf("%s: %+v, %v, asked %v", name, pages, err, s.asked)
		}
	}
}

// Promise: where lists lack something, each record that may have it is asked for by itself, and one that has gone since
// stays as the list has it.
func TestDetail(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    detail: { get: /people/$(item.id), record: person, when: phone, unless: all }
    record: { id: id }
    phones: [ { path: phone }, { path: all, value: n } ]
`)
	s := &server{answers: map[string][]string{
		"GET /people":     {`{"people":[{"id":"a b","phone":"020 1"},{"id":2},{"id":3,"phone":"020 3","all":[{"n":"020 4"}]},{"id":4,"phone":"020 5"}]}`},
		"GET /people/a b": {`{"person":{"id":"a b","all":[{"n":"020 1"},{"n":"06 1"}]}}`},
		"GET /people/4":   {`404 {"error":"gone"}`},
	}}
	pages, err := opened(t, p, s, "")
	if err != nil {
		t.Fatal(err, s.asked)
	}
	var got []string
	for _, r := range pages[0].Records {
		got = append(got, r.ID)
		for _, phone := range r.Phones {
			got = append(got, phone.Raw)
		}
	}
	if want := []string{"a b", "020 1", "06 1", "2", "3", "020 3", "020 4", "4", "020 5"}; !slices.Equal(got, want) {
		t.Errorf("got %v, asked %v", got, s.asked)
	}
}

// Promise: an account that shows none of the phone fields is not read, and one that shows a single one is, wherever in a
// record it stands.
func TestPhoneFieldsAreThere(t *testing.T) {
	t.Parallel()
	for path, ok := range map[string]bool{"phone": true, "attributes.phone": true, "phone.number": true, "telephone": false, "attributes.mobile": false} {
		st := &stream{Stream: presets.Stream{Phones: []presets.PhonePath{{Path: "fax"}, {Path: path}}}}
		if err := st.mayRead([]string{"id", "phone"}); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
}
