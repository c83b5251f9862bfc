package setup

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/rest"
	"github.com/ringdex/ringdex/tenant"
)

const choosing = `format: 1
id: sample
name: Sample
summary: A CRM with fields of its own.
kind: rest
maturity: beta
options:
  - { name: address, type: url, example: "https://crm.example.com", required: true }
  - { name: client_id, default: app }
  - { name: phone, title: Phone field, default: phone }
  - { name: fields, title: Fields, list: true }
auth: { kind: oauth2, grant: authorization_code, authorize_url: "$(option.address)/a", token_url: "$(option.address)/t" }
http: { base_url: $(option.address) }
choices:
  - { option: phone, get: /fields, records: "#", value: key }
streams:
  - id: contact
    request: { get: /contacts }
    records: "#"
    record: { id: id }
    phones: [ { path: $(option.phone) } ]
    fields: [ Title, $(option.fields) ]
  - id: company
    request: { get: /companies }
    records: "#"
    record: { id: id }
notification: [ DisplayName, $(option.fields) ]
tests: [ { name: all, exchange: [ a.http ], want: a.json } ]
`

// withSample is a world whose catalogue has the preset above.
func withSample(t *testing.T) *world {
	w := newWorld(t)
	all, lints := presets.NewCatalog(map[string]presets.Kind{"rest": rest.Kind{}}, fstest.MapFS{
		"sample/preset.yaml": {Data: []byte(choosing)}, "sample/icon.svg": {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		"sample/a.http": {Data: []byte("GET /contacts\n\nHTTP/1.1 200 OK\n\n[{\"id\": 1, \"phone\": \"1\", \"Title\": \"x\"}]\n")}, "sample/a.json": {Data: []byte("{}")},
	})
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	w.d.Catalog = all
	return w
}

// Promise: a draft can ask what there is to choose from, and is told to sign in first where that is missing.
func TestChoicesOfDraft(t *testing.T) {
	w := withSample(t)
	i := w.mustAdd(w.admin(), "sample", "address", "https://crm.example.com")
	if i.State != tenant.StateDraft {
		t.Fatalf("state %s", i.State)
	}
	_, err := w.Choices(t.Context(), i, "Phone")
	var failure *presets.Error
	if !errors.As(err, &failure) || !failure.ReauthNeeded || failure.Hint.IsZero() {
		t.Errorf("without a sign-in: %v", err)
	}
	for _, name := range []string{"address", "nothing"} {
		if _, err := w.Choices(t.Context(), i, name); !errors.Is(err, ErrNoChoices) || !strings.Contains(err.Error(), "possible: phone") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Promise: an integration's preset is as its own options and objects have it: names, notification and streams; a value that
// cannot be a selector is refused when it is set.
func TestPresetOf(t *testing.T) {
	w := withSample(t)
	i := w.mustAdd(w.admin(), "sample", "address", "https://crm.example.com", "phone", "custom.mobile", "fields", "owner.name,segment", "objects", "contact")
	p, ok := w.PresetOf(i)
	if !ok || len(p.Streams) != 1 || p.Streams[0].Phones[0].Path != "custom.mobile" || len(p.Streams[0].Fields) != 3 {
		t.Errorf("%+v", p.Streams)
	}
	if len(i.Notification) != 3 || i.Notification[1].Field != "name" {
		t.Errorf("notification: %+v", i.Notification)
	}
	names, ok := w.Names(i)
	if text := strings.Join(names.Fields, " "); !ok || !strings.Contains(text, "segment") || strings.Contains(text, "$(") {
		t.Errorf("names: %s", text)
	}
	before := p.Reading()
	i = w.mustChange(i, w.admin(), "phone", "mobile", "objects", "")
	if p, _ = w.PresetOf(i); len(p.Streams) != 2 || strings.Join(before, " ") == strings.Join(p.Reading(), " ") {
		t.Errorf("changed: %+v", p.Reading())
	}
	_, err := w.change(i, w.admin(), "fields", "a..b")
	aboutOption(t, err, "fields")
	i = w.mustChange(i, w.admin(), "phone", "Mobile (private)") // as the CRM lists it
	if p, _ = w.PresetOf(i); p.Streams[0].Phones[0].Path != `"Mobile (private)"` {
		t.Errorf("a field of the CRM: %+v", p.Streams[0].Phones)
	}
	_, err = w.change(i, w.admin(), "objects", "deal")
	aboutOption(t, err, "objects")
}
