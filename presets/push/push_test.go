package push

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
)

// read gives what a body holds: records by type, lines that cannot be used, the error.
func read(body string, others bool) (got map[string][]presets.Record, bad []string, last Page, err error) {
	r, err := NewReader(strings.NewReader(body))
	if err != nil {
		return nil, nil, last, err
	}
	r.Take(others, "contact", "company")
	got = map[string][]presets.Record{}
	for page, err := range r.Pages() {
		if err != nil {
			return got, bad, last, err
		}
		if len(page.Records) > 0 {
			got[page.Type] = append(got[page.Type], page.Records...)
		}
		for _, b := range page.Bad {
			bad = append(bad, fmt.Sprintf("%d %s", b.Line, b.Why))
		}
		last = page
	}
	return got, bad, last, nil
}

// Promise: what is written is read again as it was, in any order of types, with the watermark.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	records := []presets.Record{
		{
			ID: "1", Name: "Ada <Muster>", FirstName: "Ada", LastName: "Muster", Company: "Muster AG", Email: "ada@example.com", Identifier: "K1",
			URL: "https://crm.example/1", Changed: time.Date(2026, 11, 20, 1, 2, 3, 4, time.UTC),
			Fields: []presets.Field{{Name: "Town", Value: "Wien"}, {Name: "Zip", Value: "1010"}},
			Phones: []presets.Phone{
				{Raw: "020 123 45 67", Label: "mobile", Column: "Phone", Country: "NL", Fax: true}, {Raw: "201234567", Label: "business", Column: "business", Numeric: true},
			},
		},
		{ID: "2", Deleted: true},
	}
	var body bytes.Buffer
	w, err := NewWriter(&body, Header{Mode: Changes, Since: map[string]string{"contact": "w1"}})
	for _, err := range []error{err, w.Page("contact", records[:1]), w.Alive(), w.Page("company", records[1:]), w.Page("contact", records[1:]), w.End(map[string]string{"contact": "w2"})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, bad, last, err := read(body.String(), false)
	if err != nil || bad != nil {
		t.Fatal(err, bad)
	}
	if diff := cmp.Diff(map[string][]presets.Record{"contact": records, "company": records[1:]}, got); diff != "" {
		t.Error(diff)
	}
	if !last.Last || last.Since["contact"] != "w2" {
		t.Errorf("end: %+v", last)
	}
}

// Promise: a line that cannot be used is told with its number and reason, and the others are read; values are taken as people
// and programs write them.
func TestLines(t *testing.T) {
	t.Parallel()
	body := `{"id":1,"name":"Ada","phones":["020 1234567", 201234567, {"number":"06","label":"fax"}, {"number":null}],"country":"NL","fields":{"b":true,"a":1.50,"n":null}}
{"name":"nobody"}
{"id":"2","phone":"020"}
{"id":"3","phones":"020"}
{"id":"4","name":{"first":"x"}}
{"id":"5","type":"lead"}
{"id":"6","changed":"yesterday"}
["7"]
{"id":"8","phones":[{"nummer":"1"}]}

{"id":"9","type":"company"}
{"end":true,"records":10}
`
	got, bad, _, err := read(body, false)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]presets.Record{"company": {{ID: "9"}}, "contact": {{
		ID: "1", Name: "Ada", Fields: []presets.Field{{Name: "a", Value: "1.50"}, {Name: "b", Value: "true"}, {Name: "n"}},
		Phones: []presets.Phone{
			{Raw: "020 1234567", Column: "phone", Country: "NL"},
			{Raw: "201234567", Column: "phone", Country: "NL", Numeric: true},
			{Raw: "06", Label: "fax", Column: "fax", Country: "NL", Fax: true},
		},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for i, part := range []string{
		`2 id is missing`, `3 there is no member "phone"`, `4 member "phones" cannot be a string`, `5 one text is wanted`,
		`6 there is no type "lead"`, `7 changed is no time`, `8 a JSON object is wanted`, `9 there is no member "nummer"`,
	} {
		if i >= len(bad) || !strings.HasPrefix(bad[i], part) {
			t.Errorf("want %q in %q", part, bad)
			break
		}
	}
	if got, _, _, err := read(`{"id":"5","type":"lead"}`+"\n"+`{"end":true,"records":1}`, true); err != nil || len(got["lead"]) != 1 {
		t.Errorf("any type: %v, %v", got, err)
	}
}

// Promise: nothing but a whole body ends well: cut anywhere, miscounted, broken or followed by something, it is an error
// with its line.
func TestEnds(t *testing.T) {
	t.Parallel()
	whole := "{\"run\":{\"mode\":\"full\"}}\n{\"id\":\"1\"}\n{\"id\":\"2\"}\n{\"end\":true,\"records\":2}"
	if _, _, last, err := read(whole, false); err != nil || !last.Last {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		_, _, last, err := read(whole[:cut], false)
		var e *Error
		if !errors.As(err, &e) || !e.Cut || last.Last {
			t.Fatalf("cut at %d %q: %v", cut, whole[:cut], err)
		}
	}
	for body, want := range map[string]string{
		"":                                                     "line 1: the body ended without its end line",
		"\n\nnonsense\n{}":                                     "line 3: this is no JSON object",
		`{"run":{"mode":"all"}}` + "\n":                        `line 1: mode is full or changes, not "all"`,
		`{"phone":"1"}` + "\n":                                 `line 1: there is no member "phone"`,
		`{"id":"1"}` + "\n{\"id\" 2}\n":                        "line 2: this is no JSON object",
		`{"id":"1"}{"id":"2"}` + "\n":                          "line 1: this is no JSON object",
		`{"id":"1"}` + "\n" + `{"run":{}}`:                     "line 2: only the first line",
		`{"id":"1"}` + "\n" + `{"end":true}`:                   "line 2: the end line says how many",
		`{"id":"1"}` + "\n" + `{"end":true,"records":2}`:       "line 2: the end line says 2 records, and 1 came",
		`{"end":true,"records":0}` + "\n" + `{"id":"1"}`:       "line 2: something follows the end line",
		`{"id":"` + strings.Repeat("x", maxLine) + `"}` + "\n": "line 1: longer than 256 KiB",
		strings.Repeat("{\"name\":\"x\"}\n", maxBad+1) + `{"end":true,"records":0}`: "line 1001: id is missing; more than 1000 lines cannot be used",
	} {
		if _, _, _, err := read(body, false); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", body, err, want)
		}
	}
}

// Promise: memory stays flat, whatever is sent.
func TestFlatMemory(t *testing.T) {
	r, err := NewReader(&endless{left: 200_000})
	if err != nil {
		t.Fatal(err)
	}
	r.Take(false, "contact")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	for page, err := range r.Pages() {
		if err != nil {
			break
		}
		if n++; n%100 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			most = max(most, after.HeapAlloc)
		}
		_ = page
	}
	if n < 300 || most > before.HeapAlloc+4<<20 {
		t.Errorf("%d pages, %d KiB more", n, (most-before.HeapAlloc)>>10)
	}
}

// endless is a body of many lines.
type endless struct{ left int }

func (e *endless) Read(b []byte) (int, error) {
	if e.left--; e.left < 0 {
		return 0, errors.New("cut")
	}
	return copy(b, "{\"id\":\"1\",\"name\":\"Ada Muster\",\"phones\":[\"020 123 45 67\"]}\n"), nil
}

// Promise: no body makes the reader panic, and none without its end line ends well.
func FuzzReader(f *testing.F) {
	f.Add("{\"run\":{}}\n{\"id\":1}\n{\"end\":true,\"records\":1}")
	f.Add("{\"run\":{}}\n00\n{\"End\":true,\"reCords\":1}") // names of members are read in any case
	f.Add("{\"id\":1,\"phones\":[{},null,\"\",1]}")
	f.Fuzz(func(t *testing.T, body string) {
		_, _, last, err := read(body, true)
		if err != nil {
			return
		}
		body = strings.TrimSpace(body)
		var end struct{ End bool }
		if json.Unmarshal([]byte(body[strings.LastIndexByte(body, '\n')+1:]), &end) != nil || !end.End || !last.Last {
			t.Errorf("%q ended well", body)
		}
	})
}
