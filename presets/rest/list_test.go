package rest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listCase is a stream, what the CRM answers, and what comes of it.
type listCase struct {
	http    string // further keys of http
	stream  string // keys of the stream beside id and record
	errors  string // rules
	answers map[string][]string
	since   string
	asked   []string // in order; nil: each answer once
	ids     string   // of the records, deleted ones with -
	mark    string   // the new watermark, where the case is of it
	fails   string   // part of the error
}

func (c listCase) run(t *testing.T) {
	t.Helper()
	text := "http: { base_url: https://$(option.host)/api, errors: [ " + c.errors + " ]" + c.http + " }\nstreams:\n  - id: contact\n"
	if !strings.Contains(c.stream, "record:") {
		text += "    record: { id: id, changed: at }\n"
	}
	text += "    " + strings.ReplaceAll(strings.TrimSpace(c.stream), "\n", "\n    ") + "\n"
	s := &server{answers: c.answers}
	pages, err := opened(t, made(t, text), s, c.since)
	if c.fails != "" {
		if err == nil || !strings.Contains(err.Error(), c.fails) {
			t.Errorf("got %v, want %q; asked %q", err, c.fails, s.asked)
		}
		return
	}
	if err != nil {
		t.Fatalf("%v, asked %q", err, s.asked)
	}
	var ids []string
	for _, page := range pages {
		for _, r := range page.Records {
			if r.Deleted {
				r.ID = "-" + r.ID
			}
			if r.Company != "" {
				r.ID += "@" + r.Company
			}
			ids = append(ids, r.ID)
		}
	}
	if got := strings.Join(ids, " "); got != c.ids {
		t.Errorf("records %s, want %s", got, c.ids)
	}
	if last := pages[len(pages)-1]; c.mark != "" && last.Since != c.mark {
		t.Errorf("watermark %q, want %q", last.Since, c.mark)
	}
	if c.asked != nil {
		if diff := cmp.Diff(c.asked, s.asked); diff != "" {
			t.Error(diff)
		}
	} else if len(s.asked) != len(c.answers) {
		t.Errorf("asked %q", s.asked)
	}
}

// Promise: each way of paging reads its list from the first to the last record, with no request too many.
func TestLists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]listCase{
		"asked first for a view": {
			stream: `
ask: { get: /views, keep: { view: 'views.#(name=="All").id' } }
request: { get: "/view/$(ask.view)/list", query: { same: $(ask.view) } }
records: people
page: { kind: page_number, param: page, pages: meta.pages }`,
			answers: map[string][]string{
				"GET /api/views": {`{"views":[{"name":"Mine","id":4},{"name":"All","id":402000012345678901}]}`},
				"GET /api/view/402000012345678901/list?page=1&same=402000012345678901": {`{"people":[{"id":1}],"meta":{"pages":2}}`},
				"GET /api/view/402000012345678901/list?page=2&same=402000012345678901": {`{"people":[{"id":2}],"meta":{"pages":2}}`},
			},
			asked: []string{"GET /api/views", "GET /api/view/402000012345678901/list?page=1&same=402000012345678901", "GET /api/view/402000012345678901/list?page=2&same=402000012345678901"},
			ids:   "1 2",
		},
		"another request behind the first": {
			stream: `
request: { post: /, json: { query: first } }
records: data.boards.0.page.items
page:
  kind: cursor
  next: data.boards.0.page.cursor
  then: { request: { json: { query: next, cursor: $(page.cursor) } }, records: data.next.items, next: data.next.cursor }`,
			answers: map[string][]string{
				`POST /api/ {"query":"first"}`:             {`{"data":{"boards":[{"page":{"cursor":"a","items":[{"id":1}]}}]}}`},
				`POST /api/ {"cursor":"a","query":"next"}`: {`{"data":{"next":{"cursor":"b","items":[{"id":2}]}}}`},
				`POST /api/ {"cursor":"b","query":"next"}`: {`{"data":{"next":{"cursor":null,"items":[{"id":3}]}}}`},
			},
			ids: "1 2 3",
		},
		"a cursor that says end": {
			stream: `
request: { post: /filter, json: { offset: $(page.cursor) } }
records: records
page: { kind: cursor, next: next_offset, end: "-1" }`,
			answers: map[string][]string{
				`POST /api/filter {}`:             {`{"records":[{"id":1}],"next_offset":200}`},
				`POST /api/filter {"offset":200}`: {`{"records":[{"id":2}],"next_offset":-1}`},
			},
			ids: "1 2",
		},
		"count in a header": {
			stream: `
request: { get: /list }
records: "#"
page: { kind: offset, param: skip, total_header: X-Total-Count }`,
			answers: map[string][]string{
				"GET /api/list?skip=0": {`X-Total-Count: 3 | [{"id":1},{"id":2}]`}, "GET /api/list?skip=2": {`X-Total-Count: 3 | [{"id":3}]`},
			},
			ids: "1 2 3",
		},
		"pages from 0": {
			stream: `
request: { get: /list }
records: "#"
page: { kind: page_number, first: 0, param: page, size: 2 }`,
			answers: map[string][]string{"GET /api/list?page=0": {`[{"id":1},{"id":2}]`}, "GET /api/list?page=1": {`[{"id":3}]`}},
			ids:     "1 2 3",
		},
		"404 behind the last": {
			errors: `{ status: [404], do: empty }`,
			stream: `
request: { get: /list }
records: "#"
page: { kind: page_number, first: 0, param: page, size: 2 }`,
			answers: map[string][]string{"GET /api/list?page=0": {`[{"id":1},{"id":2}]`}, "GET /api/list?page=1": {`404 {"error":{"code":404}}`}},
			ids:     "1 2",
		},
		"behind a numeric key": {
			stream: `
request: { get: /list }
records: people
page: { kind: keyset, param: id_greater, from: "0", numeric: true, size: 2 }`,
			answers: map[string][]string{
				"GET /api/list?id_greater=0":                   {`{"people":[{"id":"9"},{"id":"10"}]}`},
				"GET /api/list?id_greater=10":                  {`{"people":[{"id":"11"},{"id":"9223372036854775807"}]}`},
				"GET /api/list?id_greater=9223372036854775807": {`{"people":[]}`},
			},
			ids: "9 10 11 9223372036854775807",
		},
		"pages, then a token": {
			stream: `
request: { get: /list, query: { per_page: $(page.size) } }
records: data
page: { kind: page_then_cursor, param: page, next: info.next, cursor_param: page_token, more: info.more, size: 2 }`,
			answers: map[string][]string{
				"GET /api/list?page=1&per_page=2":        {`{"data":[{"id":1},{"id":2}],"info":{"more":true}}`},
				"GET /api/list?page=2&per_page=2":        {`{"data":[{"id":3},{"id":4}],"info":{"more":true,"next":"t3"}}`},
				"GET /api/list?page_token=t3&per_page=2": {`{"data":[{"id":5},{"id":6}],"info":{"more":true,"next":"t4"}}`},
				"GET /api/list?page_token=t4&per_page=2": {`{"data":[{"id":7}],"info":{"more":false,"next":null}}`},
			},
			ids: "1 2 3 4 5 6 7",
		},
		"addresses, whole, as a path and below another prefix": {
			stream: `
request: { get: /list }
records: people
page: { kind: next_url, next: '"@odata.nextLink"' }`,
			answers: map[string][]string{
				"GET /api/list":               {`{"people":[{"id":1}],"@odata.nextLink":"https://crm.example/api/list?$skip=1"}`},
				"GET /api/list?$skip=1":       {`{"people":[{"id":2}],"@odata.nextLink":"/V8/list?page[number]=3"}`},
				"GET /V8/list?page[number]=3": {`{"people":[{"id":3}],"@odata.nextLink":"?page[number]=4"}`},
				"GET /V8/list?page[number]=4": {`{"people":[{"id":4}]}`},
			},
			ids: "1 2 3 4",
		},
		"links in a header, relative": {
			stream: `
request: { get: /list }
records: "#"
page: { kind: link_header }`,
			answers: map[string][]string{
				"GET /api/list":     {`Link: </api/list?p=2>; rel="next", </api/list?p=9>; rel="last" | [{"id":1}]`},
				"GET /api/list?p=2": {`Link: <list?p=3>; rel="next" | [{"id":2}]`}, "GET /api/list?p=3": {`[{"id":3}]`},
			},
			ids: "1 2 3",
		},
		"only some of a list": {
			stream: `
request: { get: /list }
records: 'rows.#(type=="person")'
page: { kind: offset, param: skip, size: 2 }`,
			answers: map[string][]string{
				"GET /api/list?skip=0": {`{"rows":[{"id":1,"type":"person"},{"id":2,"type":"firm"}]}`},
				"GET /api/list?skip=2": {`{"rows":[{"id":3,"type":"firm"},{"id":4,"type":"firm"}]}`}, "GET /api/list?skip=4": {`{"rows":[]}`},
			},
			ids: "1",
		},
		"capped in depth, in a full read": {
			stream: `
request: { get: /list, query: { q: "x $(since.where)" } }
records: people
page: { kind: offset, param: skip, size: 2, depth: 4 }
since: { field: at, format: unix, where: "and at >= $(since.value)", param: from }`,
			answers: map[string][]string{
				"GET /api/list?q=x &skip=0":                       {`{"people":[{"id":1,"at":100},{"id":2,"at":200}]}`},
				"GET /api/list?q=x &skip=2":                       {`{"people":[{"id":3,"at":300},{"id":4,"at":400}]}`},
				"GET /api/list?from=300&q=x and at >= 300&skip=0": {`{"people":[{"id":3,"at":300},{"id":4,"at":400}]}`},
				"GET /api/list?from=300&q=x and at >= 300&skip=2": {`{"people":[{"id":5,"at":500}]}`},
			},
			ids: "1 2 3 4 3 4 5", mark: "1970-01-01T00:08:20Z",
		},
		"capped in depth, in another order than that of changes": {
			stream: `
request: { get: /list, query: { made: $(since.value) } }
records: people
page: { kind: offset, param: skip, size: 2, depth: 4 }
since: { field: made, format: unix }
changes: { request: { get: /list, query: { changed: $(since.value) } }, since: { field: at } }
record: { id: id, changed: at }`,
			answers: map[string][]string{
				"GET /api/list?skip=0":          {`{"people":[{"id":1,"made":100,"at":900},{"id":2,"made":200,"at":300}]}`},
				"GET /api/list?skip=2":          {`{"people":[{"id":3,"made":300,"at":700},{"id":4,"made":400,"at":200}]}`},
				"GET /api/list?made=300&skip=0": {`{"people":[{"id":3,"made":300,"at":700},{"id":4,"made":400,"at":200}]}`},
				"GET /api/list?made=300&skip=2": {`{"people":[{"id":5,"made":500,"at":800}]}`},
			},
			ids: "1 2 3 4 3 4 5", mark: "1970-01-01T00:15:00Z",
		},
		"a record deleted meanwhile moves the others, by offset": {
			stream: `
request: { get: /list }
records: people
page: { kind: offset, param: skip, size: 2, total: total }`,
			answers: map[string][]string{
				"GET /api/list?skip=0": {`{"total":5,"people":[{"id":1},{"id":2}]}`},
				"GET /api/list?skip=2": {`{"total":4,"people":[{"id":4},{"id":5}]}`},
				"GET /api/list?skip=1": {`{"total":4,"people":[{"id":3},{"id":4}]}`},
				"GET /api/list?skip=3": {`{"total":4,"people":[{"id":5}]}`},
			},
			ids: "1 2 4 5 3 4 5",
		},
		"a record deleted meanwhile moves the others, by page": {
			stream: `
request: { get: /list }
records: people
page: { kind: page_number, param: page, size: 2, total: total }`,
			answers: map[string][]string{
				"GET /api/list?page=1": {`{"total":5,"people":[{"id":1},{"id":2}]}`, `{"total":4,"people":[{"id":2},{"id":3}]}`},
				"GET /api/list?page=2": {`{"total":4,"people":[{"id":4},{"id":5}]}`},
			},
			asked: []string{"GET /api/list?page=1", "GET /api/list?page=2", "GET /api/list?page=1", "GET /api/list?page=2"},
			ids:   "1 2 4 5 2 3 4 5",
		},
		"a count that goes up and down": {
			stream: `
request: { get: /list }
records: people
page: { kind: offset, param: skip, size: 1, total: total }`,
			answers: map[string][]string{
				"GET /api/list?skip=0": {`{"total":3,"people":[{"id":1}]}`},
				"GET /api/list?skip=1": {`{"total":2,"people":[{"id":2}]}`},
			},
			asked: slices.Repeat([]string{"GET /api/list?skip=0", "GET /api/list?skip=1"}, 21),
			ids:   strings.TrimSpace(strings.Repeat("1 2 ", 21)),
		},
		"joined objects in the same answer": {
			stream: `
request: { get: /list }
records: data
record: { id: id, company: $(join.company) }
joins: [ { name: company, by: org.id, records: 'included.#(type=="org")', key: id, value: attributes.name } ]`,
			answers: map[string][]string{"GET /api/list": {`{"data":[{"id":1,"org":{"id":7}}],"included":[{"type":"x","id":7,"attributes":{"name":"no"}},{"type":"org","id":7,"attributes":{"name":"Seven"}}]}`}},
			ids:     "1@Seven",
		},
		"XML, with lists of one and none": {
			http: ", answer: xml",
			stream: `
request: { post: /soap, body: { type: text/xml, text: "<list><page>$(page.number)</page></list>" } }
records: reply.people.person
page: { kind: page_number, pages: reply.pages }
record: { id: '"@id"', name: name }`,
			answers: map[string][]string{
				"POST /api/soap <list><page>1</page></list>": {`Content-Type: text/xml | <reply><pages>3</pages><people><person id="1"><name>A</name></person><person id="2"/></people></reply>`},
				"POST /api/soap <list><page>2</page></list>": {`Content-Type: text/xml | <reply><pages>3</pages><people><person id="3"/></people></reply>`},
				"POST /api/soap <list><page>3</page></list>": {`Content-Type: text/xml | <reply><pages>3</pages><people/></reply>`},
			},
			ids: "1 2 3",
		},
		"ids of deleted records beside the others": {
			stream: `
request: { get: /sync }
records: updated
deleted_ids: deleted
page: { kind: cursor, next: last, more: more, param: from }`,
			answers: map[string][]string{
				"GET /api/sync":                 {`{"updated":[{"id":"12x1"}],"deleted":["12x7"],"more":true,"last":1700000000}`},
				"GET /api/sync?from=1700000000": {`{"updated":[],"deleted":["12x8","12x9"],"more":false,"last":1700000001}`},
			},
			ids: "12x1 -12x7 -12x8 -12x9",
		},
	} {
		t.Run(name, c.run)
	}
}

// Promise: further ways in which a list can be none are errors, and never an end.
func TestFurtherBadLists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]listCase{
		"key that falls": {
			stream:  "request: { get: /list }\nrecords: people\npage: { kind: keyset, param: k, from: \"0\", numeric: true, more: more }",
			answers: map[string][]string{"GET /api/list?k=0": {`{"people":[{"id":10}],"more":true}`}, "GET /api/list?k=10": {`{"people":[{"id":9}],"more":true}`}},
			fails:   "circle",
		},
		"key that is no number": {
			stream:  "request: { get: /list }\nrecords: people\npage: { kind: keyset, param: k, from: \"0\", numeric: true, more: more }",
			answers: map[string][]string{"GET /api/list?k=0": {`{"people":[{"id":"x"}],"more":true}`}},
			fails:   "no number",
		},
		"token that stays": {
			stream:  "request: { get: /list }\nrecords: people\npage: { kind: page_then_cursor, param: p, cursor_param: c, next: next }",
			answers: map[string][]string{"GET /api/list?p=1": {`{"people":[{"id":1}],"next":"x"}`}, "GET /api/list?c=x": {`{"people":[{"id":2}],"next":"x"}`}},
			fails:   "circle",
		},
		"later cursor back to an earlier one": {
			stream:  "request: { get: /list }\nrecords: people\npage: { kind: cursor, next: next, then: { request: { get: /more, query: { c: $(page.cursor) } } } }",
			answers: map[string][]string{"GET /api/list": {`{"people":[],"next":"x"}`}, "GET /api/more?c=x": {`{"people":[],"next":"y"}`}, "GET /api/more?c=y": {`{"people":[],"next":"x"}`}},
			fails:   "circle",
		},
		"all at one moment, capped": {
			stream: "request: { get: /list }\nrecords: people\npage: { kind: offset, param: skip, size: 1, depth: 2 }\nsince: { field: at, format: date, param: from }",
			answers: map[string][]string{
				"GET /api/list?skip=0": {`{"people":[{"id":1,"at":"2026-01-01T01:00:00Z"}]}`}, "GET /api/list?skip=1": {`{"people":[{"id":2,"at":"2026-01-01T02:00:00Z"}]}`},
				"GET /api/list?from=2026-01-01&skip=0": {`{"people":[{"id":1,"at":"2026-01-01T01:00:00Z"}]}`}, "GET /api/list?from=2026-01-01&skip=1": {`{"people":[{"id":2,"at":"2026-01-01T02:00:00Z"}]}`},
			},
			fails: "same moment",
		},
		"nothing found to ask with": {
			stream:  "ask: { get: /views, keep: { view: views.0.id } }\nrequest: { get: /view/$(ask.view) }\nrecords: people",
			answers: map[string][]string{"GET /api/views": {`{"views":[]}`}},
			fails:   "does not say view",
		},
		"fewer than the header counts": {
			stream:  "request: { get: /list }\nrecords: people\npage: { kind: cursor, next: next, total_header: X-Total, param: c }",
			answers: map[string][]string{"GET /api/list": {`X-Total: 50 | {"people":[{"id":1}]}`}},
			fails:   "own count",
		},
		"XML without the list": {
			http: ", answer: xml", stream: "request: { get: /list }\nrecords: reply.people.person",
			answers: map[string][]string{"GET /api/list": {`Content-Type: text/xml | <fault><code>7</code></fault>`}}, fails: "no list",
		},
		"a web page for XML": {
			http: ", answer: xml", stream: "request: { get: /list }\nrecords: reply.people.person",
			answers: map[string][]string{"GET /api/list": {`Content-Type: text/xml | <!DOCTYPE html><html><body/></html>`}}, fails: "web page",
		},
		"no list to take some of": {
			stream:  "request: { get: /list }\nrecords: 'rows.#(type==\"person\")'",
			answers: map[string][]string{"GET /api/list": {`{"hello":[]}`}},
			fails:   "no list",
		},
	} {
		t.Run(name, c.run)
	}
}
