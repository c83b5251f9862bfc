package rest

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
)

// Promise D12: ids keep all their digits, of keys that come twice the last one counts, and odd values harm nothing.
func TestOddRecords(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    record: { id: id, name: "$(first) $(last)", company: org.name, email: mails.#.value, url: page }
    phones:
      - { path: phone, label: business }
      - { path: "more.#(kind==\"gsm\").number", label: mobile }
      - { path: fax, label: fax }
      - { path: list, value: v, label_at: k, labels: { w: business }, country: land }
    fields: [ "odd key", { name: Vat, path: custom.vat_no } ]
    url: https://$(option.host)/p/$(id)
`)
	s := &server{answers: map[string][]string{"GET /people": {`{"people":[
		{"id":9007199254740993,"first":"A\u0000da ","last":false,"last":"Mu  ster","org":null,"mails":[{"value":""},{"value":"a@b.example"}],"page":"javascript:alert(1)",
		 "phone":31201234567,"more":[{"kind":"fax","number":"1"},{"kind":"gsm","number":"06 1"}],"fax":"020 2","odd key":"yes","custom":{"vat_no":12},
		 "list":[{"k":"w","v":"020 3"},{"k":"Home","v":"020 4"},{"k":"w","v":""},{"k":"w"},"x"],"land":"DE"},
		{"id":"a/b?c","phone":["1",["2"],{}],"page":"https://crm.example/own/7"}]}`}}}
	pages, err := opened(t, p, s, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []presets.Record{{
		ID: "9007199254740993", Name: "Ada Mu ster", Email: "a@b.example", Identifier: "9007199254740993", URL: "https://crm.example/p/9007199254740993",
		Fields: []presets.Field{{Name: "odd key", Value: "yes"}, {Name: "Vat", Value: "12"}},
		Phones: []presets.Phone{
			{Raw: "31201234567", Label: "business", Column: "phone", Numeric: true},
			{Raw: "06 1", Label: "mobile", Column: `more.#(kind=="gsm").number`},
			{Raw: "020 2", Label: "fax", Column: "fax", Fax: true},
			{Raw: "020 3", Label: "business", Column: "list", Country: "DE"},
			{Raw: "020 4", Label: "home", Column: "list", Country: "DE"},
		},
	}, {ID: "a/b?c", Identifier: "a/b?c", URL: "https://crm.example/own/7", Phones: []presets.Phone{{Raw: "1", Label: "business", Column: "phone"}}}}
	if diff := cmp.Diff(want, pages[0].Records); diff != "" {
		t.Error(diff)
	}
}

// Promise: whatever stands in a record, reading it ends without a panic, and never with a record that has no id.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"id":1,"phones":[{"v":"1"}],"a":{"b":[1,{"c":null}]}}`))
	f.Add([]byte(`{"id":{"id":[]},"phones":{"v":{}},"at":"/Date(9999999999999999999)/"}`))
	stream := presets.Stream{
		ID: "x", Record: presets.RecordPaths{ID: "id", Name: "$(a.b) $(a)", Company: "a.b.#.c", Email: "#(x==1).y"}, OtherFields: true,
		Phones: []presets.PhonePath{{Path: "phones", Value: "v", LabelAt: "k"}}, Since: presets.Since{Field: "at", Format: "unix_ms"}, Deleted: "d",
	}
	st, err := newStream(&presets.Preset{}, stream, scope{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		a := answer{body: raw, header: http.Header{}}
		if a.parse() != nil {
			return
		}
		if r, err := st.mapping.record(a.doc, scope{}); err == nil && r.ID == "" {
			t.Error("a record without an id")
		}
		if _, err := json.Marshal(a.said()); err != nil {
			t.Error(err)
		}
	})
}
