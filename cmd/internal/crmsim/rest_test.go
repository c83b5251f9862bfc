package crmsim_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/rest"
)

// contacts is a stream of the fake CRM with small pages; way and page differ between tests.
func contacts(way, request, page string) string {
	return fmt.Sprintf(`
  - id: contact
    request: %s
    records: contacts
    page: %s
    since: { field: changed, format: rfc3339_ms, lookback: 1m, param: changed_since }
    deleted: deleted
    record: { id: id, first_name: first_name, last_name: last_name, company: company.name, country: country }
    phones: [ { path: phones, value: value, label_at: type, labels: { work: business } } ]
    url: $(option.address)/contacts/$(id)
`, strings.ReplaceAll(request, "WAY", way), page)
}

const usual = `{ get: /contacts, query: { limit: "10" } }`

const cursorPage = `{ kind: cursor, next: cursor, more: more, total: total, param: cursor, size: 10 }`

// Promise: every way of paging reads every record once, and ends.
func TestEveryWayOfPaging(t *testing.T) {
	t.Parallel()
	get := `{ get: /by/WAY/contacts, query: { limit: "10" } }`
	for name, c := range map[string]struct{ way, request, page string }{
		"cursor":             {"", usual, cursorPage},
		"cursor in the body": {"body", `{ post: /by/WAY/contacts, json: { limit: 10, cursor: $(page.cursor) } }`, `{ kind: cursor, next: cursor }`},
		"offset with size":   {"offset", get, `{ kind: offset, param: offset, size: 10 }`},
		"offset with total":  {"offset", get, `{ kind: offset, param: offset, total: total }`},
		"offset with more":   {"offset", get, `{ kind: offset, param: offset, more: more }`},
		"page number":        {"page", get, `{ kind: page_number, param: page, size: 10 }`},
		"page in the query":  {"page", `{ get: /by/WAY/contacts, query: { limit: $(page.size), page: $(page.number) } }`, `{ kind: page_number, size: 10 }`},
		"keyset":             {"keyset", get, `{ kind: keyset, param: after, size: 10 }`},
		"link header":        {"link", get, `{ kind: link_header }`},
		"absolute address":   {"next", get, `{ kind: next_url, next: link }`},
		"relative address":   {"relative", get, `{ kind: next_url, next: link }`},
		"asked for too much": {"offset", get, `{ kind: offset, param: offset, size: 500 }`},
	} {
		for _, count := range []int{1, 9, 10, 11, 30, 35} {
			t.Run(fmt.Sprintf("%s %d", name, count), func(t *testing.T) {
				b := newBench(t, crmsim.Options{Contacts: count})
				got := read(t, b.open(t, described(t, contacts(c.way, c.request, c.page))), "contact", presets.Cursor{})
				if got.err != nil {
					t.Fatal(got.err)
				}
				b.whole(t, got.records)
				if len(got.order) != count {
					t.Errorf("%d records came, want each of %d once", len(got.order), count)
				}
				if extra := len(b.Requests()) - (count+9)/10; extra > 1 {
					t.Errorf("%d requests too many", extra)
				}
			})
		}
	}
}

// Promise: records come out as they are: names, company, numbers with label and country, page address.
func TestRecord(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 20})
	got := read(t, b.open(t, catalogue(t, "democrm")), "contact", presets.Cursor{})
	c := b.Contacts()[1]
	r := got.records[c.ID()]
	if r.Company != c.Company || r.Email != c.Email || r.Identifier != "K00002" || r.URL != b.url+"/contacts/c-0000002" || !r.Changed.Equal(c.Changed) {
		t.Errorf("got %+v", r)
	}
	want := []presets.Phone{
		{Raw: c.Phone, Label: "business", Column: "phones", Country: c.Country},
		{Raw: c.Mobile, Label: "mobile", Column: "phones", Country: c.Country},
	}
	if fmt.Sprint(r.Phones) != fmt.Sprint(want) {
		t.Errorf("numbers %v, want %v", r.Phones, want)
	}
	if !got.pages[0].Full || got.pages[0].Requests != 2 || got.pages[0].Bytes == 0 {
		t.Errorf("page %+v", got.pages[0].Requests)
	}
}

// Promise F10: a fault happens once, at any page: the read goes on, and nothing is missing or double.
func TestFaultOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []crmsim.FaultKind{
		crmsim.Throttle, crmsim.Forbid, crmsim.Fail, crmsim.Truncate, crmsim.Cut, crmsim.Reset, crmsim.Lose, crmsim.NoContent,
		crmsim.EmptyBody, crmsim.Slow,
	} {
		for page := 1; page <= 4; page++ {
			t.Run(fmt.Sprintf("%s at page %d", kind, page), func(t *testing.T) {
				t.Parallel()
				b := newBench(t, crmsim.Options{Contacts: 35})
				b.Inject(crmsim.Fault{Kind: kind, Page: page, Times: 1})
				p := described(t, contacts("", usual, cursorPage))
				p.HTTP.Errors = catalogue(t, "democrm").HTTP.Errors
				got := read(t, b.open(t, p), "contact", presets.Cursor{})
				if got.err != nil {
					t.Fatal(got.err)
				}
				b.whole(t, got.records)
				if len(got.order) != 35 || len(b.Requests()) != 5 {
					t.Errorf("%d records, %d requests", len(got.order), len(b.Requests()))
				}
			})
		}
	}
}

// Promise F2, F6, D3, D7, D10: whatever the CRM does at page k, the read ends with an error or with everything; never with
// a part taken for the whole. Behind the error it can go on where it stood.
func TestFaultForGood(t *testing.T) {
	t.Parallel()
	for _, kind := range crmsim.FaultKinds() {
		for page := 1; page <= 4; page++ {
			t.Run(fmt.Sprintf("%s at page %d", kind, page), func(t *testing.T) {
				t.Parallel()
				b := newBench(t, crmsim.Options{Contacts: 35})
				b.Inject(crmsim.Fault{Kind: kind, Page: page})
				s := b.open(t, described(t, contacts("", usual, cursorPage)))
				got := read(t, s, "contact", presets.Cursor{})
				if got.err == nil {
					harmless := kind == crmsim.IgnoreCursor && page == 1 || kind == crmsim.ForeignNext
					if !harmless {
						t.Fatalf("no error, %d of 35 records", len(got.records))
					}
					return
				}
				var e *presets.Error
				if !errors.As(got.err, &e) || strings.Contains(got.err.Error(), key) || strings.Contains(got.err.Error(), "canary") {
					t.Errorf("error %v", got.err)
				}
				if sent := len(b.Requests()); sent > page+8 {
					t.Errorf("%d requests against a wall", sent)
				}
				b.ClearFaults()
				b.ForgetRequests()
				rest := read(t, s, "contact", presets.Cursor{Resume: got.resume})
				if rest.err != nil {
					t.Fatalf("resumed: %v", rest.err)
				}
				for id, r := range got.records {
					rest.records[id] = r
				}
				b.whole(t, rest.records)
				anew := kind == crmsim.NoRecords // what was left out behind the saved page makes it start over
				if sent := len(b.Requests()); sent > 4-len(got.pages)+1 && !anew {
					t.Errorf("%d requests to go on behind %d pages", sent, len(got.pages))
				}
			})
		}
	}
}

// Promise D3: a next page on another server is not asked for, and a redirect not followed.
func TestForeignNext(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 35})
	b.Inject(crmsim.Fault{Kind: crmsim.ForeignNext, Page: 2})
	s := b.open(t, described(t, contacts("next", `{ get: /by/WAY/contacts, query: { limit: "10" } }`, `{ kind: next_url, next: link }`)))
	if got := read(t, s, "contact", presets.Cursor{}); got.err == nil || len(b.Requests()) != 2 {
		t.Errorf("%v after %d requests", got.err, len(b.Requests()))
	}
}

// Promise: a CRM without contacts is empty and not broken, and the next read can be incremental.
func TestEmptyList(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 35})
	s := b.open(t, described(t, contacts("", usual, cursorPage)))
	b.Shrink(0)
	if got := read(t, s, "contact", presets.Cursor{}); got.err != nil || len(got.records) != 0 || got.since == "" {
		t.Errorf("empty CRM: %v, %d records, since %q", got.err, len(got.records), got.since)
	}
}

// Promise: an incremental read brings what changed and what was deleted, and costs one request when nothing did.
func TestIncremental(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 35})
	s := b.open(t, described(t, contacts("", usual, cursorPage)))
	full := read(t, s, "contact", presets.Cursor{})
	_ = b.clock.Sleep(t.Context(), time.Hour)
	b.Change(3)
	b.Delete(7)
	_ = b.clock.Sleep(t.Context(), time.Hour)
	first := read(t, s, "contact", presets.Cursor{Since: full.since})
	if first.err != nil || first.pages[0].Full || !first.records["c-0000008"].Deleted || first.records["c-0000004"].Phones[0].Raw == full.records["c-0000004"].Phones[0].Raw {
		t.Errorf("changes: %v, %+v", first.err, first.records)
	}
	b.ForgetRequests()
	_ = b.clock.Sleep(t.Context(), time.Hour)
	second := read(t, s, "contact", presets.Cursor{Since: first.since})
	if second.err != nil || len(b.Requests()) != 1 || second.since != first.since {
		t.Errorf("nothing changed: %v, %d requests, %s then %s", second.err, len(b.Requests()), first.since, second.since)
	}
}

// Promise F11: the watermark is the CRM's time: a clock of ours that is a day off loses no change.
func TestClockOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		b := newBench(t, crmsim.Options{Contacts: 12})
		b.conn.Now = func() time.Time { return b.clock.Now().Add(off) }
		s := b.open(t, described(t, contacts("", usual, cursorPage)))
		b.Change(2)
		full := read(t, s, "contact", presets.Cursor{})
		_ = b.clock.Sleep(t.Context(), time.Second)
		b.Change(5)
		got := read(t, s, "contact", presets.Cursor{Since: full.since})
		if _, ok := got.records["c-0000006"]; !ok || got.err != nil {
			t.Errorf("off by %v: %v, %d records", off, got.err, len(got.records))
		}
	}
}

// Promise: a record that changes after its page was read, while later pages are, is in the next incremental read.
func TestChangeDuringRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 35})
	streams := strings.Replace(contacts("", usual, cursorPage), "lookback: 1m, ", "", 1)
	s := b.open(t, described(t, streams))
	since := ""
	for page, err := range s.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Records) > 0 && page.Records[0].ID == "c-0000001" {
			_ = b.clock.Sleep(t.Context(), time.Minute)
			b.Change(0) // its page is past
			_ = b.clock.Sleep(t.Context(), time.Minute)
			b.Change(34) // its page is to come, and shows a later time
		}
		since = page.Since
	}
	got := read(t, s, "contact", presets.Cursor{Since: since})
	if _, ok := got.records["c-0000001"]; !ok {
		t.Errorf("the change is lost; since %s", since)
	}
}

// Promise: lists of deleted records of their own are read behind the changes, and a run resumes in the middle of both.
func TestDeletionList(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 60})
	s := b.open(t, described(t, contacts("", usual, cursorPage)+`
    deletions:
      request: { get: /deletions, query: { limit: "10" } }
      records: deletions
      page: { kind: cursor, next: cursor, param: cursor }
      id: id
      since: { param: since }
`))
	full := read(t, s, "contact", presets.Cursor{})
	_ = b.clock.Sleep(t.Context(), time.Hour)
	for i := range 25 {
		b.Delete(i)
		b.Change(i + 30)
	}
	b.Inject(crmsim.Fault{Kind: crmsim.Fail, Path: "/api/v1/deletions", Page: 2})
	broken := read(t, s, "contact", presets.Cursor{Since: full.since})
	if broken.err == nil {
		t.Fatal("no error")
	}
	b.ClearFaults()
	b.ForgetRequests()
	got := read(t, s, "contact", presets.Cursor{Since: full.since, Resume: broken.resume})
	if got.err != nil || len(b.Requests()) != 2 {
		t.Fatalf("resumed with %v, %d requests", got.err, len(b.Requests()))
	}
	deleted := 0
	for id, r := range broken.records {
		got.records[id] = r
	}
	for _, r := range got.records {
		if r.Deleted {
			deleted++
		}
	}
	if deleted != 25 || len(got.records) < 50 {
		t.Errorf("%d deleted of %d", deleted, len(got.records))
	}
}

// Promise F8: the wait the CRM asks for is kept, in each way of asking, never beyond 15 minutes; without one the waits grow.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	at := newClock().Now()
	for text, want := range map[string]struct{ min, max time.Duration }{
		"7":   {7 * time.Second, 8 * time.Second},
		"0.5": {500 * time.Millisecond, time.Second},
		at.Add(time.Minute).Format("Mon, 02 Jan 2006 15:04:05 GMT"): {time.Minute, 66 * time.Second},
		fmt.Sprint(at.Add(2 * time.Minute).Unix()):                  {2 * time.Minute, 126 * time.Second},
		fmt.Sprint(at.Add(2 * time.Minute).UnixMilli()):             {2 * time.Minute, 126 * time.Second},
		"1000000":                       {15 * time.Minute, 16 * time.Minute},
		"-5":                            {0, time.Second},
		"":                              {0, time.Second},
		"soon":                          {0, time.Second},
		"Mon, 02 Jan 2006 15:04:05 GMT": {0, time.Second},
	} {
		t.Run(text, func(t *testing.T) {
			b := newBench(t, crmsim.Options{Contacts: 5})
			b.Inject(crmsim.Fault{Kind: crmsim.Throttle, Times: 1, Page: 1, RetryAfter: text})
			got := read(t, b.open(t, described(t, contacts("", usual, cursorPage))), "contact", presets.Cursor{})
			if w := b.clock.waited; got.err != nil || w < want.min || w > want.max {
				t.Errorf("waited %v, %v; want %v to %v", w, got.err, want.min, want.max)
			}
		})
	}
}

// Promise F8: one connection's throttling slows no other, though both share everything else.
func TestThrottledAlone(t *testing.T) {
	t.Parallel()
	a, b := newBench(t, crmsim.Options{Contacts: 5}), newBench(t, crmsim.Options{Contacts: 5})
	pace := rest.NewPacer(b.clock.Now, b.clock.Sleep)
	a.conn.Pace, b.conn.Pace, a.conn.ID, b.conn.ID = pace, pace, "i_a", "i_b"
	a.Inject(crmsim.Fault{Kind: crmsim.Throttle, RetryAfter: "600"})
	p := described(t, contacts("", usual, cursorPage))
	_ = read(t, a.open(t, p), "contact", presets.Cursor{})
	pace.Hold("made/connection/i_a", b.clock.Now().Add(time.Hour))
	before := b.clock.waited
	if got := read(t, b.open(t, p), "contact", presets.Cursor{}); got.err != nil || b.clock.waited > before {
		t.Errorf("%v after %v", got.err, b.clock.waited-before)
	}
}

// Promise: fields the account does not have are not asked for, and the check says so; without any phone field left the
// read is refused.
func TestMissingFields(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 5, Lacks: []string{"customer_number"}})
	s := b.open(t, catalogue(t, "democrm"))
	report, err := s.Check(t.Context())
	if err != nil || fmt.Sprint(report.Missing) != "[contact.customer_number]" || report.Account != "Simulated CRM" || report.Total != 5 || len(report.Sample) != 5 {
		t.Errorf("%+v, %v", report, err)
	}
	b = newBench(t, crmsim.Options{Contacts: 5, Lacks: []string{"phones"}})
	if got := read(t, b.open(t, catalogue(t, "democrm")), "contact", presets.Cursor{}); got.err == nil {
		t.Error("a list without any number was read")
	}
}

// Promise: a key the CRM does not take is a person's business, told so, and not tried again.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 5})
	b.conn.Options = map[string]string{"address": b.url, "api_key": "wrong-canary"}
	_, err := b.open(t, catalogue(t, "democrm")).Check(t.Context())
	var e *presets.Error
	if !errors.As(err, &e) || !e.ReauthNeeded || e.Hint.IsZero() || strings.Contains(err.Error(), "canary") || len(b.Requests()) != 1 {
		t.Errorf("%v after %d requests", err, len(b.Requests()))
	}
}

// Promise F10: the requests against a CRM that is down are few, and the error says that time may help.
func TestOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 5})
	b.Inject(crmsim.Fault{Kind: crmsim.Fail})
	got := read(t, b.open(t, described(t, contacts("", usual, cursorPage))), "contact", presets.Cursor{})
	var e *presets.Error
	if !errors.As(got.err, &e) || !e.Temporary() || len(b.Requests()) > 6 || b.clock.waited > 2*time.Minute {
		t.Errorf("%v after %d requests and %v", got.err, len(b.Requests()), b.clock.waited)
	}
}
