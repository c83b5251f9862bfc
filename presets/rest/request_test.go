package rest

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Promise: what a preset says of a request is what the CRM gets, value by value in the type it has by nature.
func TestRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		http, request string // what stands at http: and request:
		rest          string // further keys of the stream
		since         string
		asked         []string
		headers       map[string]string
	}{
		"JSON types": {
			request: `{ post: /q, json: { size: $(option.size), flag: $(option.flag), names: $(option.names), text: "$(option.size)x", none: $(option.nothing), page: $(page.number), per: $(page.size), fields: $(select.fields), key: $(page.key) } }`,
			rest:    `{ page: { kind: page_number, size: 9 }, select: { fields: [Id, Name] } }`,
			asked:   []string{`POST /q {"fields":["Id","Name"],"flag":true,"names":["a","b"],"page":1,"per":9,"size":5,"text":"5x"}`, ``},
		},
		"numeric keys": {
			request: `{ post: /q, json: { domain: [ [ id, ">", $(page.key) ] ] } }`,
			rest:    `{ page: { kind: keyset, numeric: true, from: "0", size: 1 } }`,
			asked:   []string{`POST /q {"domain":[["id","\u003e",0]]}`, `POST /q {"domain":[["id","\u003e",1]]}`},
		},
		"numeric watermark": {
			request: `{ post: /q, json: { min: $(since.value), until: $(since.now) } }`,
			rest:    `{ since: { field: at, format: unix, numeric: true } }`, since: "2026-11-20T00:00:00Z",
			asked: []string{`POST /q {"min":1795132800,"until":1795136400}`},
		},
		"filter of the admin": {
			request: `{ get: /q, query: { where: "active = 1 $(stream.filter)" } }`, rest: `{ filter: "AND $(option.key)" }`,
			asked: []string{`GET /q?where=active = 1 AND k'1`},
		},
		"no filter": {
			request: `{ get: /q, query: { where: "active = 1$(stream.filter)", only: $(stream.filter) } }`, rest: `{ filter: " AND x = '$(option.nothing)'" }`,
			asked: []string{`GET /q?where=active = 1`},
		},
		"XML": {
			request: `{ post: /q, body: { type: text/xml; charset=utf-8, text: "<k a=\"$(option.key)\">$(option.key)</k>" } }`,
			asked:   []string{`POST /q <k a="k&#39;1">k&#39;1</k>`},
			headers: map[string]string{"Content-Type": "text/xml; charset=utf-8"},
		},
		"media types and empty headers": {
			http:    `headers: { Accept: application/vnd.made+json; version=1, Content-Type: application/vnd.api+json, X-Version: "2", X-None: "db $(option.nothing)", X-Some: "db $(option.list)" }`,
			request: `{ post: /q, headers: { X-Version: "3" }, json: { a: 1 } }`,
			asked:   []string{`POST /q {"a":1}`},
			headers: map[string]string{"Accept": "application/vnd.made+json; version=1", "Content-Type": "application/vnd.api+json", "X-Version": "3", "X-None": "", "X-Some": "db people"},
		},
		"watermark in a header, full": {
			request: `{ get: /q, headers: { If-Modified-Since: $(since.value) } }`, rest: `{ since: { field: at, format: rfc3339_offset } }`,
			asked: []string{"GET /q"}, headers: map[string]string{"If-Modified-Since": ""},
		},
		"watermark in a header": {
			request: `{ get: /q, headers: { If-Modified-Since: $(since.value) } }`, rest: `{ since: { field: at, format: rfc3339_offset, zone: Asia/Tokyo } }`, since: "2026-11-20T00:00:00Z",
			asked: []string{"GET /q"}, headers: map[string]string{"If-Modified-Since": "2026-11-20T09:00:00+09:00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := "http: { base_url: https://$(option.host)"
			if c.http != "" {
				text += ", " + c.http
			}
			text += " }\nstreams:\n  - id: contact\n    request: " + c.request + "\n    records: people\n    record: { id: id }\n"
			if c.rest != "" {
				text += "    " + strings.TrimSuffix(strings.TrimPrefix(c.rest, "{ "), " }") + "\n"
			}
			text = strings.Replace(text, "}, select:", "}\n    select:", 1)
			s := &server{answers: map[string][]string{}}
			for i, asked := range c.asked {
				answer := `{"people":[{"id":1}]}`
				if i > 0 || len(c.asked) == 1 {
					answer = `{"people":[]}`
				}
				if asked == "" { // the same again, one page on
					asked, answer = strings.Replace(c.asked[0], `"page":1`, `"page":2`, 1), `{"people":[]}`
				}
				s.answers[asked] = []string{answer}
			}
			if _, err := opened(t, made(t, text), s, c.since); err != nil {
				t.Fatalf("%v, asked %q", err, s.asked)
			}
			for header, want := range c.headers {
				if got := s.header.Get(header); got != want {
					t.Errorf("header %s is %q, want %q", header, got, want)
				}
			}
		})
	}
}

// Promise: a key in the address goes with each request of the CRM and into no error, no saved page and no shared limit.
func TestKeyInAddress(t *testing.T) {
	t.Parallel()
	for auth, answers := range map[string]map[string][]string{
		`kind: path, path: "/7/$(option.key)"`: {
			"GET /rest/7/k'1/list": {`{"people":[{"id":1}],"next":"/rest/7/k%271/list?at=2"}`}, "GET /rest/7/k'1/list?at=2": {`500 {"error":"k'1"}`},
		},
		`kind: query, query: { auth: $(option.key) }`: {
			"GET /rest/list?auth=k'1": {`{"people":[{"id":1}],"next":"/rest/list?at=2&auth=k%271"}`}, "GET /rest/list?at=2&auth=k'1": {`500 {"error":"k'1"}`},
		},
	} {
		p := made(t, "auth: { "+auth+` }
http: { base_url: https://$(option.host)/rest }
streams:
  - id: contact
    request: { get: /list }
    records: people
    page: { kind: next_url, next: next }
    record: { id: id }
`)
		s := &server{answers: answers}
		pages, err := opened(t, p, s, "")
		if err == nil || len(pages) != 1 || len(s.asked) < 3 {
			t.Fatalf("%s: %v, %d pages, asked %v", auth, err, len(pages), s.asked)
		}
		for _, text := range []string{err.Error(), pages[0].Resume} {
			if strings.Contains(text, "k'1") || strings.Contains(text, "k%271") {
				t.Errorf("%s: the key is in %s", auth, text)
			}
		}
	}
}

// Promise: a token goes where the preset puts it, and nowhere else.
func TestTokenPlaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ auth, asked, header, want string }{
		"own prefix":   {`headers: { Authorization: "Zx-token $(auth.token)" }`, "GET /people", "Authorization", "Zx-token k'1"},
		"own header":   {`headers: { OAuth-Token: $(auth.token) }`, "GET /people", "OAuth-Token", "k'1"},
		"no bearer":    {`headers: { OAuth-Token: $(auth.token) }`, "GET /people", "Authorization", ""},
		"parameter":    {`query: { auth: $(auth.token) }`, "GET /people?auth=k'1", "Authorization", ""},
		"with base64":  {`encoded: "<t>$(option.key)</t>", headers: { Authorization: "Own $(auth.encoded)" }`, "GET /people", "Authorization", "Own " + base64.StdEncoding.EncodeToString([]byte("<t>k'1</t>"))},
		"bearer alone": {`scopes: [a]`, "GET /people", "Authorization", "Bearer k'1"},
	} {
		s := &server{answers: map[string][]string{c.asked: {`{"people":[]}`}}}
		p := made(t, "auth: { kind: oauth2, token: $(option.key), "+c.auth+" }\nhttp: { base_url: https://$(option.host) }"+plainStream)
		if _, err := opened(t, p, s, ""); err != nil {
			t.Errorf("%s: %v, asked %v", name, err, s.asked)
		} else if got := s.header.Get(c.header); got != c.want {
			t.Errorf("%s: header is %q, want %q", name, got, c.want)
		}
	}
}
