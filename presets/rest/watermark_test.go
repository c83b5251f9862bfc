package rest

import (
	"testing"
	"time"
)

// Promise: whatever a CRM counts changes with, the next read starts where this one has seen everything, and deletions are
// found wherever they stand.
func TestWatermarks(t *testing.T) {
	t.Parallel()
	const delta = `
request: { get: /delta }
records: value
page: { kind: next_url, next: '"@odata.nextLink"' }
since: { field: '"@odata.deltaLink"', format: url }
deleted: '"@removed"'`
	const versions = `
request: { get: /sync, query: { filter: $(since.where) } }
records: d
since: { field: ts, format: version, where: "ts gt $(since.value)L" }
deletions: { request: { get: /gone, query: { filter: $(since.where) } }, records: 'd.#(kind==5)', id: key }`
	const events = `
request: { get: /list, query: { from: $(since.value) } }
records: people
since: { field: at, format: rfc3339 }
deletions:
  request: { get: /events }
  records: data
  id: object.ids.0
  page: { kind: cursor, next: next, param: c }
  since: { field: when, lookback: 5m }`
	for name, c := range map[string]listCase{
		"a delta address, first": {
			stream: delta,
			answers: map[string][]string{
				"GET /api/delta":        {`{"value":[{"id":1}],"@odata.nextLink":"https://crm.example/api/delta?skip=1"}`},
				"GET /api/delta?skip=1": {`{"value":[{"id":2}],"@odata.deltaLink":"https://crm.example/api/delta?token=a%2Bb"}`},
			},
			ids: "1 2", mark: "https://crm.example/api/delta?token=a%2Bb",
		},
		"a delta address, next": {
			stream: delta, since: "https://crm.example/api/delta?token=a%2Bb",
			answers: map[string][]string{"GET /api/delta?token=a+b": {`{"value":[{"id":3},{"id":1,"@removed":{"reason":"deleted"}}],"@odata.deltaLink":"/api/delta?token=c"}`}},
			ids:     "3 -1", mark: "https://crm.example/api/delta?token=c",
		},
		"a delta address that is too old": {
			stream: delta, since: "https://crm.example/api/delta?token=old", errors: `{ status: [410], do: full_read }`,
			answers: map[string][]string{
				"GET /api/delta?token=old": {`410 {}`}, "GET /api/delta": {`{"value":[{"id":1}],"@odata.deltaLink":"https://crm.example/api/delta?token=n"}`},
			},
			ids: "1", mark: "https://crm.example/api/delta?token=n",
		},
		"a delta address older than the vendor keeps it": {
			stream: delta + "\nmax_age: 24h", since: `{"Main":"https://crm.example/api/delta?token=old","Taken":"2026-11-18T00:00:00Z"}`,
			answers: map[string][]string{"GET /api/delta": {`{"value":[{"id":1}],"@odata.deltaLink":"https://crm.example/api/delta?token=n"}`}},
			ids:     "1", mark: `{"Main":"https://crm.example/api/delta?token=n","Taken":"2026-11-20T01:00:00Z"}`,
		},
		"a delta address of a server behind a proxy, which does not know of its https": {
			stream:  delta,
			answers: map[string][]string{"GET /api/delta": {`{"value":[{"id":1}],"@odata.deltaLink":"http://crm.example/api/delta?token=n"}`}},
			ids:     "1", mark: "https://crm.example/api/delta?token=n",
		},
		"a delta address on another server": {
			stream:  delta,
			answers: map[string][]string{"GET /api/delta": {`{"value":[{"id":1}],"@odata.deltaLink":"https://evil.example/"}`}},
			fails:   "another server",
		},
		"versions, first": {
			stream:  versions,
			answers: map[string][]string{"GET /api/sync": {`{"d":[{"id":"a","ts":9223372036854775806},{"id":"b","ts":9007199254740993}]}`}},
			ids:     "a b", mark: "9223372036854775806",
		},
		"versions, next": {
			stream: versions, since: "9007199254740992",
			answers: map[string][]string{
				"GET /api/sync?filter=ts gt 9007199254740992L": {`{"d":[{"id":"a","ts":"9007199254740993"}]}`},
				"GET /api/gone?filter=ts gt 9007199254740992L": {`{"d":[{"key":"c","kind":5,"ts":9007199254740999},{"key":"x","kind":2,"ts":1}]}`},
			},
			ids: "a -c", mark: "9007199254740993", // a record may have changed before the later deletion
		},
		"events, read from the newest": {
			stream: events, since: "2026-11-20T00:30:00Z",
			answers: map[string][]string{
				"GET /api/list?from=2026-11-20T00:30:00Z": {`{"people":[{"id":1,"at":"2026-11-20T00:40:00Z"}]}`},
				"GET /api/events":                         {`{"data":[{"object":{"ids":["7"]},"when":"2026-11-20T00:50:00Z"}],"next":"b"}`},
				"GET /api/events?c=b":                     {`{"data":[{"object":{"ids":["8"]},"when":"2026-11-20T00:26:00Z"},{"object":{"ids":["9"]},"when":"2026-11-20T00:24:00Z"}],"next":"c"}`},
				"GET /api/events?c=c":                     {`{"data":[{"object":{"ids":["10"]},"when":"2026-11-20T00:20:00Z"}],"next":"d"}`},
			},
			ids: "1 -7 -8 -9 -10", mark: "2026-11-20T00:40:00Z",
		},
		"deletions with a time beside an opaque mark": {
			stream: `
request: { get: /list }
records: people
since: { field: token, format: opaque, param: token }
deletions: { request: { get: /gone }, records: ids, since: { format: unix, param: from } }`,
			since:   "t1",
			answers: map[string][]string{"GET /api/list?token=t1": {`{"people":[],"token":"t2"}`}, "GET /api/gone": {`{"ids":["7"]}`}},
			ids:     "-7", mark: `{"Main":"t2","Gone":"2026-11-20T01:00:00Z"}`,
		},
		"and the next time": {
			stream: `
request: { get: /list }
records: people
since: { field: token, format: opaque, param: token }
deletions: { request: { get: /gone }, records: ids, since: { format: unix, param: from } }`,
			since:   `{"Main":"t2","Gone":"2026-11-20T00:00:00Z"}`,
			answers: map[string][]string{"GET /api/list?token=t2": {`{"people":[]}`}, "GET /api/gone?from=1795132800": {`{"ids":[]}`}},
			mark:    `{"Main":"t2","Gone":"2026-11-20T01:00:00Z"}`,
		},
		"a side that asks in its own way": {
			stream: `
request: { get: /list }
records: people
since: { field: at, format: rfc3339, param: since }
deletions: { request: { get: /gone, query: { q: $(since.where) } }, records: "#", since: { format: datetime_space, zone: Europe/Amsterdam, where: "at > '$(since.value)'" } }`,
			since:   "2026-11-20T00:00:00Z",
			answers: map[string][]string{"GET /api/list?since=2026-11-20T00:00:00Z": {`{"people":[]}`}, "GET /api/gone?q=at > '2026-11-20 01:00:00'": {`["4"]`}},
			ids:     "-4",
		},
		"local times with a Z, in the zone of an option": {
			stream: `
request: { get: /list }
records: people
since: { field: at, format: datetime_z, zone: $(option.zone), param: since }`,
			since:   "2026-11-20T00:00:00Z",
			answers: map[string][]string{"GET /api/list?since=2026-11-20T01:00:00Z": {`{"people":[{"id":1,"at":"2026-11-20T01:30:00Z"}]}`}},
			ids:     "1", mark: "2026-11-20T00:30:00Z",
		},
		"nothing changed": {
			stream: `
request: { get: /list, headers: { If-Modified-Since: $(since.value) } }
records: people
since: { field: at, format: rfc3339_offset }`,
			errors: `{ status: [304], do: empty }`, since: "2026-11-20T00:00:00Z",
			answers: map[string][]string{"GET /api/list": {"304 "}}, mark: "2026-11-20T00:00:00Z",
		},
	} {
		t.Run(name, c.run)
	}
}

// Promise: a time in the hour that comes twice asks for both of them, in every format without an offset.
func TestHourThatComesTwice(t *testing.T) {
	t.Parallel()
	back := time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC) // Amsterdam goes from 03:00 to 02:00
	c, err := newClock("datetime_space", "Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for before, want := range map[time.Duration]string{
		10 * time.Minute: "2026-10-25 01:50:00", 0: "2026-10-25 02:00:00", -time.Hour: "2026-10-25 03:00:00", -24 * time.Hour: "2026-10-26 02:00:00",
	} {
		if got := c.text(back.Add(-before)); got != want {
			t.Errorf("%v before clocks go back is asked as %s, want %s", before, got, want)
		}
	}
	if got, _ := c.read("2026-10-25 02:30:00"); !got.Equal(back.Add(-30 * time.Minute)) {
		t.Errorf("02:30 is read as %v", got)
	}
	if got, _ := c.read("2026-10-25 03:30:00"); !got.Equal(back.Add(90 * time.Minute)) {
		t.Errorf("03:30 is read as %v", got)
	}
}
