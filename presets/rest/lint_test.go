package rest

import (
	"strings"
	"testing"
)

// Promise: a key that has no effect where it stands, and a description that cannot work, are told, each in words that name it.
func TestLint(t *testing.T) {
	t.Parallel()
	const plain = "request: { get: /list }\nrecords: people\nrecord: { id: id }"
	for name, c := range map[string]struct {
		auth, http, stream string
		want               string // part of the only problem; "": there is none
	}{
		"fine":                        {"", "", plain, ""},
		"session without kind":        {"auth: { kind: header, headers: { A: $(session.id) }, session: [ { get: /x, keep: { id: id } } ] }", "", plain, "session has no effect with auth.kind header"},
		"path without kind":           {"auth: { kind: basic, username: x, path: /y }", "", plain, "path has no effect"},
		"session without steps":       {"auth: { kind: session }", "", plain, "needs auth.session"},
		"a session value nobody uses": {"auth: { kind: session, headers: { A: $(session.id) }, session: [ { get: /x, keep: { id: id, more: x } } ] }", "", plain, "$(session.more) is used nowhere"},
		"a step before its server":    {"auth: { kind: session, session: [ { get: /x, keep: { api: url } } ] }", "base_url: $(session.api)", plain, "not known yet"},
		"encoded, but not used":       {"auth: { kind: header, headers: { A: b }, encoded: $(option.key) }", "", plain, "encoded has no effect"},
		"daily limit":                 {"", "rate: [ { limit: 1000/day, per: account, leave: 10% } ]", plain, "at least 20%"},
		"costs too much":              {"", "rate: [ { limit: 10/s, per: account, cost: 20 } ]", plain, "costs more"},
		"waits, but never waits":      {"", "errors: [ { status: [400], do: fail, after_in: wait } ]", plain, "after_in has no effect with do: fail"},
		"rule for everything":         {"", "errors: [ { do: fail } ]", plain, "no condition"},
		"body in a GET":               {"", "", "request: { get: /list, json: { a: 1 } }\nrecords: people\nrecord: { id: id }", "json has no effect in a GET"},
		"two bodies":                  {"", "", "request: { post: /list, json: { a: 1 }, form: { a: b } }\nrecords: people\nrecord: { id: id }", "more than one body"},
		"JSON as text":                {"", "", "request: { post: /list, body: { type: application/json, text: x } }\nrecords: people\nrecord: { id: id }", "not escaped"},
		"then with none":              {"", "", plain + "\npage: { kind: none, then: { records: x } }", "then has no effect with page.kind none"},
		"numeric without keyset":      {"", "", plain + "\npage: { kind: offset, param: o, size: 5, numeric: true }", "numeric has no effect with page.kind offset"},
		"end with offset":             {"", "", plain + "\npage: { kind: offset, param: o, size: 5, end: \"-1\" }", "end has no effect"},
		"cursor parameter":            {"", "", plain + "\npage: { kind: cursor, next: n, param: c, cursor_param: d }", "cursor_param has no effect"},
		"token without its parameter": {"", "", plain + "\npage: { kind: page_then_cursor, next: n, param: p, size: 5 }", "needs next, param and cursor_param"},
		"nothing carries the cursor":  {"", "", plain + "\npage: { kind: cursor, next: n }", "needs param, or $(page.cursor)"},
		"carried by the later ones":   {"", "", plain + "\npage: { kind: cursor, next: n, then: { request: { query: { c: $(page.cursor) } } } }", ""},
		"depth without since":         {"", "", plain + "\npage: { kind: offset, param: o, size: 5, depth: 10 }", "depth needs since"},
		"zone of a version":           {"", "", plain + "\nsince: { field: v, format: version, param: p, zone: Europe/Paris }", "zone has no effect with since.format version"},
		"where nobody uses":           {"", "", plain + "\nsince: { field: v, where: \"x > $(since.value)\" }", "where has no effect"},
		"numeric without JSON":        {"", "", plain + "\nsince: { field: v, param: p, numeric: true }", "numeric has no effect"},
		"deletions never asked for":   {"", "", plain + "\ndeletions: { request: { get: /gone }, records: ids }", "deletions has no effect"},
		"counted otherwise":           {"", "", plain + "\nsince: { field: at }\nchanges: { request: { get: /c }, since: { field: v, format: version, param: p } }", "counted in another way"},
		"asked for nothing":           {"", "", plain + "\nask: { get: /views, keep: { view: id } }", "$(ask.view) is used nowhere"},
		"filter nobody uses":          {"", "", plain + "\nfilter: $(option.list)", "filter has no effect"},
		"fields nobody asks for":      {"", "", plain + "\nselect: { fields: [Id] }", "fields has no effect"},
		"join nobody uses":            {"", "", plain + "\njoins: [ { name: company, by: org, request: { get: /o }, records: o, key: id, value: name } ]", "$(join.company) is used nowhere"},
		"ids without batch":           {"", "", strings.Replace(plain, "id: id", "id: id, company: $(join.company)", 1) + "\njoins: [ { name: company, by: org, request: { get: /o, query: { ids: $(join.ids) } }, records: o, key: id, value: name } ]", "needs batch"},
		"batch of the same answer":    {"", "", strings.Replace(plain, "id: id", "id: id, company: $(join.company)", 1) + "\njoins: [ { name: company, by: org, records: o, key: id, value: name, batch: 5 } ]", "batch has no effect"},
	} {
		http := c.http
		if !strings.HasPrefix(http, "base_url") {
			http = strings.TrimSuffix("base_url: https://$(option.host), "+http, ", ")
		}
		text := c.auth + "\nhttp: { " + http + " }\nstreams:\n  - id: contact\n    " + strings.ReplaceAll(c.stream, "\n", "\n    ") + "\n"
		lints := Kind{}.Lint(made(t, text))
		switch {
		case c.want == "" && len(lints) > 0, c.want != "" && len(lints) != 1:
			t.Errorf("%s: %v", name, lints)
		case c.want != "" && !strings.Contains(lints[0].Text, c.want):
			t.Errorf("%s: %q, want %q", name, lints[0].Text, c.want)
		}
	}
}
