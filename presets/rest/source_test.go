package rest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
)

const plainStream = `
streams:
  - id: contact
    request: { get: /people }
    records: people
    record: { id: id, name: name, changed: at }
`

// Promise: each way of signing in puts the key where the vendor wants it and nowhere else.
func TestSigning(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ auth, asked, header, value string }{
		"header":            {`auth: { kind: header, headers: { X-Api-Key: "Token $(option.key)" } }`, "GET /v1/people", "X-Api-Key", "Token k'1"},
		"query":             {`auth: { kind: query, query: { token: $(option.key) } }`, "GET /v1/people?token=k'1", "Authorization", ""},
		"basic":             {`auth: { kind: basic, username: "$(option.list)/token", password: $(option.key) }`, "GET /v1/people", "Authorization", "Basic cGVvcGxlL3Rva2VuOmsnMQ=="},
		"none":              {`auth: { kind: none }`, "GET /v1/people", "Authorization", ""},
		"pasted":            {`auth: { kind: oauth2, token: $(option.key) }`, "GET /v1/people", "Authorization", "Bearer k'1"},
		"pasted, otherwise": {`auth: { kind: oauth2, token: $(option.key), token_headers: { X-Api-Token: $(option.key) }, token_keep: { a: x } }`, "GET /v1/people", "X-Api-Token", "k'1"},
	} {
		s := &server{answers: map[string][]string{c.asked: {`{"people":[]}`}}}
		if _, err := opened(t, made(t, c.auth+"\nhttp: { base_url: https://$(option.host)/v1 }"+plainStream), s, ""); err != nil {
			t.Errorf("%s: %v, asked %v", name, err, s.asked)
		} else if s.header.Get(c.header) != c.value {
			t.Errorf("%s: header %q", name, s.header.Get(c.header))
		}
	}
}

// Promise: a JSON body carries values as strings, counts as numbers, and leaves out what has no value yet.
func TestJSONBody(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { post: /search, json: { list: $(option.list), after: $(page.cursor), limit: $(page.size), deep: [ { q: "name = '$(option.key)'" } ] } }
    records: people
    page: { kind: cursor, next: next, size: 2 }
    record: { id: id }
`)
	first := `{"deep":[{"q":"name = 'k\\'1'"}],"limit":2,"list":"people"}`
	second := `{"after":"c2","deep":[{"q":"name = 'k\\'1'"}],"limit":2,"list":"people"}`
	s := &server{answers: map[string][]string{
		"POST /search " + first:  {`{"people":[{"id":1},{"id":2}],"next":"c2"}`},
		"POST /search " + second: {`{"people":[{"id":3}]}`},
	}}
	pages, err := opened(t, p, s, "")
	if err != nil || len(pages) != 2 {
		t.Errorf("%v, asked %v", err, s.asked)
	}
}

// Promise: a company's name is found by its id, read as a whole or only for the ids met, each asked for once.
func TestJoin(t *testing.T) {
	t.Parallel()
	stream := `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    page: { kind: cursor, next: next, param: after }
    record: { id: id, name: name, company: $(join.company) }
    joins: [ { name: company, by: org, JOIN, key: id, value: name } ]
`
	answers := func(more map[string][]string) map[string][]string {
		more["GET /people"] = []string{`{"people":[{"id":1,"org":7},{"id":2,"org":8},{"id":3}],"next":"b"}`}
		more["GET /people?after=b"] = []string{`{"people":[{"id":4,"org":7},{"id":5,"org":9}]}`}
		return more
	}
	for name, c := range map[string]struct {
		join    string
		answers map[string][]string
	}{
		"all of them": {`records: orgs, request: { get: /orgs }, page: { kind: offset, param: from, more: more }`, answers(map[string][]string{
			"GET /orgs?from=0": {`{"orgs":[{"id":7,"name":"Seven"}],"more":true}`}, "GET /orgs?from=1": {`{"orgs":[{"id":8,"name":"Eight"}],"more":false}`},
		})},
		"those met": {`records: orgs, request: { get: /orgs, query: { ids: $(join.ids) } }, batch: 50`, answers(map[string][]string{
			"GET /orgs?ids=7,8": {`{"orgs":[{"id":7,"name":"Seven"},{"id":8,"name":"Eight"}]}`}, "GET /orgs?ids=9": {`{"orgs":[]}`},
		})},
		"the answer itself": {`records: "#", request: { get: /list }`, answers(map[string][]string{"GET /list": {`[{"id":7,"name":"Seven"},{"id":8,"name":"Eight"}]`}})},
		"one by one": {`records: orgs, request: { get: /orgs, query: { ids: $(join.ids) } }, batch: 1`, answers(map[string][]string{
			"GET /orgs?ids=7": {`{"orgs":[{"id":7,"name":"Seven"}]}`}, "GET /orgs?ids=8": {`{"orgs":[{"id":8,"name":"Eight"}]}`}, "GET /orgs?ids=9": {`{"orgs":[]}`},
		})},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{answers: c.answers}
			pages, err := opened(t, made(t, strings.Replace(stream, "JOIN", c.join, 1)), s, "")
			if err != nil {
				t.Fatalf("%v, asked %v", err, s.asked)
			}
			var got []string
			for _, page := range pages {
				for _, r := range page.Records {
					got = append(got, r.Company)
				}
			}
			if diff := cmp.Diff([]string{"Seven", "Eight", "", "Seven", ""}, got); diff != "" || len(s.asked) != len(c.answers) {
				t.Errorf("%s, asked %v", diff, s.asked)
			}
		})
	}
}

// Promise: lists that go in a circle, never end or contradict themselves are errors, and never an end.
func TestBadLists(t *testing.T) {
	t.Parallel()
	stream := func(page string) string {
		return `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    page: ` + page + `
    record: { id: id }
`
	}
	for name, c := range map[string]struct {
		page    string
		answers map[string][]string
	}{
		"cursor that stays": {`{ kind: cursor, next: next, param: c }`, map[string][]string{
			"GET /people": {`{"people":[{"id":1}],"next":"x"}`}, "GET /people?c=x": {`{"people":[{"id":2}],"next":"x"}`},
		}},
		"cursor back to an earlier one": {`{ kind: cursor, next: next, param: c }`, map[string][]string{
			"GET /people": {`{"people":[],"next":"x"}`}, "GET /people?c=x": {`{"people":[],"next":"y"}`}, "GET /people?c=y": {`{"people":[],"next":"x"}`},
		}},
		"address of the page itself": {`{ kind: next_url, next: next }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"next":"/people"}`}}},
		"address on another host":    {`{ kind: next_url, next: next }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"next":"https://crm.example.evil.example/people"}`}}},
		"address without encryption": {`{ kind: next_url, next: next }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"next":"http://crm.example/people"}`}}},
		"address with a user":        {`{ kind: next_url, next: next }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"next":"https://a@crm.example/x"}`}}},
		"more, but not where":        {`{ kind: cursor, next: next, more: more, param: c }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"more":true}`}}},
		"not done, but no next":      {`{ kind: next_url, next: next, done: done }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"done":false}`}}},
		"neither done nor next":      {`{ kind: next_url, next: next, done: done }`, map[string][]string{"GET /people": {`{"people":[{"id":1}]}`}}},
		"fewer than counted":         {`{ kind: cursor, next: next, total: total, param: c }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"total":50}`}}},
		"none of those counted":      {`{ kind: cursor, next: next, total: total, param: c }`, map[string][]string{"GET /people": {`{"people":[],"total":1}`}}},
		"key that stays":             {`{ kind: keyset, param: k, more: more }`, map[string][]string{"GET /people": {`{"people":[{"id":1}],"more":true}`}, "GET /people?k=1": {`{"people":[{"id":1}],"more":true}`}}},
		"no list":                    {`{ kind: none }`, map[string][]string{"GET /people": {`{"hello":1}`}}},
		"no list but null":           {`{ kind: none }`, map[string][]string{"GET /people": {`{"people":null}`}}},
		"no list but one":            {`{ kind: none }`, map[string][]string{"GET /people": {`{"people":{"id":1}}`}}},
		"a record without id":        {`{ kind: none }`, map[string][]string{"GET /people": {`{"people":[{"id":1},{"id":null}]}`}}},
		"empty pages for ever":       {`{ kind: offset, param: o, more: more }`, map[string][]string{"GET /people?o=0": {`{"people":[],"more":true}`}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{answers: c.answers}
			pages, err := opened(t, made(t, stream(c.page)), s, "")
			if err == nil {
				t.Errorf("no error, %d pages", len(pages))
			} else if strings.Contains(err.Error(), "nobody expected") {
				t.Error(err)
			}
		})
	}
}

// An empty list may be left out of an answer that brings the CRM's own watermark, and of no other.
func TestListLeftOut(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    page: { kind: cursor, next: next, param: c }
    since: { field: token, format: opaque, param: since }
    record: { id: id }
`)
	for answer, want := range map[string]string{
		`{"token":"t2"}`:                "t2",
		`{"people":[],"token":"t3"}`:    "t3",
		`{"people":null,"token":"t4"}`:  "",
		`{"error":"later"}`:             "",
		`{"people":{},"token":"t5"}`:    "",
		`{"message":"gone","token":""}`: "",
	} {
		s := &server{answers: map[string][]string{"GET /people?since=t1": {answer}}}
		pages, err := opened(t, p, s, "t1")
		switch {
		case want == "" && err == nil:
			t.Errorf("%s is taken for a page", answer)
		case want != "" && (err != nil || len(pages) != 1 || pages[0].Since != want):
			t.Errorf("%s gives %+v, %v", answer, pages, err)
		}
	}
}

// Promise: a watermark the CRM itself hands out is sent back as it is, and one that is too old means a full read.
func TestOpaqueWatermark(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host), errors: [ { status: [410], do: full_read } ] }
streams:
  - id: contact
    request: { get: /people }
    records: people
    since: { field: delta, format: opaque, param: since }
    record: { id: id }
`)
	s := &server{answers: map[string][]string{
		"GET /people": {`{"people":[{"id":1}],"delta":"d1 /+="}`}, "GET /people?since=d1 /+=": {`{"people":[{"id":2}],"delta":"d2"}`},
		"GET /people?since=old": {`410 {"error":"gone"}`},
	}}
	first, err := opened(t, p, s, "")
	if err != nil || first[0].Since != "d1 /+=" {
		t.Fatalf("%v, %+v", err, first)
	}
	second, err := opened(t, p, s, first[0].Since)
	if err != nil || second[0].Since != "d2" || second[0].Full {
		t.Errorf("%v, %+v", err, second)
	}
	third, err := opened(t, p, s, "old")
	if err != nil || !third[0].Full || third[0].Since != "d1 /+=" {
		t.Errorf("%v, %+v", err, third)
	}
}

// Promise: what the check keeps is there for addresses of records, asked for once and only when there is a record; and
// before the first request where that needs it.
func TestKeptValues(t *testing.T) {
	t.Parallel()
	text := `
http: { base_url: https://$(option.host)BASE }
check: { get: "https://$(option.host)/me", keep: { portal: id } }
streams:
  - id: contact
    request: { get: /people }
    records: people
    page: { kind: cursor, next: next, param: c }
    record: { id: id }
    url: https://$(option.host)/$(check.portal)/$(id)
`
	for name, c := range map[string]struct {
		base    string
		answers map[string][]string
		want    []string
	}{
		"no record": {"", map[string][]string{"GET /people": {`{"people":[]}`}}, []string{"GET /people"}},
		"records": {"", map[string][]string{
			"GET /people": {`{"people":[{"id":1}],"next":"x"}`}, "GET /people?c=x": {`{"people":[{"id":2}]}`}, "GET /me": {`{"id":"p9"}`},
		}, []string{"GET /people", "GET /me", "GET /people?c=x"}},
		"in the address": {"/$(check.portal)", map[string][]string{"GET /me": {`{"id":"p9"}`}, "GET /p9/people": {`{"people":[{"id":1}]}`}}, []string{"GET /me", "GET /p9/people"}},
	} {
		s := &server{answers: c.answers}
		pages, err := opened(t, made(t, strings.Replace(text, "BASE", c.base, 1)), s, "")
		if err != nil {
			t.Errorf("%s: %v, asked %v", name, err, s.asked)
			continue
		}
		if diff := cmp.Diff(c.want, s.asked); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, page := range pages {
			for _, r := range page.Records {
				if r.URL != "https://crm.example/p9/"+r.ID {
					t.Errorf("%s: address %s", name, r.URL)
				}
			}
		}
	}
}

// Promise: a watermark older than the vendor keeps changes means a full read, a younger one does not.
func TestMaxAge(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    since: { field: at, format: rfc3339, param: since }
    max_age: 48h
    record: { id: id }
`)
	s := &server{answers: map[string][]string{"GET /people": {`{"people":[{"id":1}]}`}, "GET /people?since=2026-11-19T01:00:00Z": {`{"people":[{"id":2}]}`}}}
	for since, full := range map[string]bool{"2026-11-19T01:00:00Z": false, "2026-11-17T01:00:00Z": true} {
		if pages, err := opened(t, p, s, since); err != nil || pages[0].Full != full {
			t.Errorf("since %s: %v, %+v", since, err, pages)
		}
	}
}

// Promise: a list is over when the answer says so, also where it names a next page for later.
func TestOverThoughNextIsNamed(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"address": "{ kind: next_url, next: next, done: end }",
		"cursor":  "{ kind: cursor, next: next, param: after, done: end }",
	} {
		s := &server{answers: map[string][]string{
			"GET /people":         {`{"people":[{"id":1}],"next":"/people?after=b","end":false}`},
			"GET /people?after=b": {`{"people":[{"id":2}],"next":"/people?after=c","end":true}`},
		}}
		if name == "cursor" {
			s.answers["GET /people"] = []string{`{"people":[{"id":1}],"next":"b","end":false}`}
			s.answers["GET /people?after=b"] = []string{`{"people":[{"id":2}],"next":"c","end":true}`}
		}
		pages, err := opened(t, made(t, "http: { base_url: https://$(option.host) }"+strings.Replace(plainStream, "records: people", "records: people\n    page: "+page, 1)), s, "")
		if err != nil || len(pages) != 2 || !pages[1].Last {
			t.Errorf("%s: %d pages, %v, asked %v", name, len(pages), err, s.asked)
		}
	}
}

// Promise: a stream whose request carries the watermark by itself is asked for changes only.
func TestWatermarkInRequest(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { post: /search, json: { changed_after: $(since.value) } }
    records: people
    since: { field: at, format: rfc3339 }
    record: { id: id }
`)
	s := &server{answers: map[string][]string{
		"POST /search {}": {`{"people":[{"id":1,"at":"2026-11-18T00:00:00Z"}]}`},
		`POST /search {"changed_after":"2026-11-18T00:00:00Z"}`: {`{"people":[{"id":2,"at":"2026-11-19T00:00:00Z"}]}`},
	}}
	full, err := opened(t, p, s, "")
	if err != nil || !full[0].Full || full[0].Since != "2026-11-18T00:00:00Z" {
		t.Fatalf("%+v, %v", full, err)
	}
	if changes, err := opened(t, p, s, full[0].Since); err != nil || changes[0].Full || changes[0].Records[0].ID != "2" {
		t.Errorf("%+v, %v, asked %v", changes, err, s.asked)
	}
}

// Promise: a condition whose values are all empty is left out of a list of conditions, whatever else stands in it.
func TestConditionsInJSON(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request:
      post: /search
      json: { and: [ { type: person }, { field: at, cond: { after: { value: $(since.value) } } }, [ id, ">", $(page.key) ], [ x, "=", "1" ] ] }
    records: people
    page: { kind: keyset, key: id, from: "0", numeric: true, size: 1 }
    since: { field: at, format: rfc3339 }
    record: { id: id }
`)
	s := &server{answers: map[string][]string{
		`POST /search {"and":[{"type":"person"},["id","\u003e",0],["x","=","1"]]}`:                                                                  {`{"people":[]}`},
		`POST /search {"and":[{"type":"person"},{"cond":{"after":{"value":"2026-11-18T00:00:00Z"}},"field":"at"},["id","\u003e",0],["x","=","1"]]}`: {`{"people":[]}`},
	}}
	for _, since := range []string{"", "2026-11-18T00:00:00Z"} {
		if _, err := opened(t, p, s, since); err != nil {
			t.Errorf("since %q: %v, asked %v", since, err, s.asked)
		}
	}
}

// Promise: a company's name is left out where the CRM refuses to tell it and the preset does not insist; else the run fails.
func TestRefusedJoin(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"optional: true": true, "optional: false": false} {
		p := made(t, strings.Replace(`
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    record: { id: id, company: $(join.company) }
    joins: [ { name: company, by: org, batch: 5, OPTIONAL, request: { get: /orgs, query: { ids: $(join.ids) } }, records: orgs, key: id, value: name } ]
`, "OPTIONAL", name, 1))
		s := &server{answers: map[string][]string{"GET /people": {`{"people":[{"id":1,"org":7}]}`}, "GET /orgs?ids=7": {"403 {}"}}}
		if pages, err := opened(t, p, s, ""); (err == nil) != want || want && len(pages[0].Records) != 1 {
			t.Errorf("%s: %v, %+v", name, err, pages)
		}
	}
}

// Promise: a number in a list is read by its own country where the list says one.
func TestCountryOfEntry(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    record: { id: id, country: land }
    phones: [ { path: phones, value: no, country_at: cc } ]
`)
	s := &server{answers: map[string][]string{"GET /people": {`{"people":[{"id":1,"land":"NL","phones":[{"no":"1","cc":"DE"},{"no":"2"}]}]}`}}}
	pages, err := opened(t, p, s, "")
	if err != nil || pages[0].Records[0].Phones[0].Country != "DE" || pages[0].Records[0].Phones[1].Country != "NL" {
		t.Errorf("%v, %+v", err, pages)
	}
}

// Promise: a test of the connection reads one page of a list of companies, however long that is.
func TestCheckReadsLittle(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: contact
    request: { get: /people }
    records: people
    record: { id: id, company: $(join.company) }
    joins: [ { name: company, by: org, request: { get: /orgs }, records: orgs, page: { kind: cursor, next: next, param: after }, key: id, value: name } ]
`)
	s := &server{answers: map[string][]string{
		"GET /people": {`{"people":[{"id":1,"org":7},{"id":2,"org":8}]}`}, "GET /orgs": {`{"orgs":[{"id":7,"name":"Seven"}],"next":"b"}`}, "GET /orgs?after=b": {`{"orgs":[{"id":8,"name":"Eight"}]}`},
	}}
	source, err := Kind{}.Open(t.Context(), p, presets.Connection{ID: "i_1", HTTP: &http.Client{Transport: s}, Options: settings, Pace: freePace{}, Now: nowFixed})
	if err != nil {
		t.Fatal(err)
	}
	report, err := source.Check(t.Context())
	if err != nil || len(report.Sample) != 2 || report.Sample[0].Company != "Seven" || len(s.asked) != 2 {
		t.Errorf("%v, %+v, asked %q", err, report.Sample, s.asked)
	}
	for page, err := range source.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil || page.Records[1].Company != "Eight" {
			t.Errorf("%v, %+v", err, page.Records)
		}
	}
}
