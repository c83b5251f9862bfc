package crmsim_test

import (
	"testing"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/rest"
)

var salesforceValues = option.Values{"domain": "acme.my.salesforce.com", "client_id": "demo", "client_secret": "demo-secret"}

// Promise: the Salesforce preset reads contacts of an account that lacks wanted fields, in full and what changed, with
// deletions by flag, from tokens that do not say how long they live.
func TestSalesforceShape(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 4500, Lacks: []string{"HomePhone", "Title"}, OAuth: crmsim.OAuth{Silent: true}})
	b.asVendor()
	s := b.signedIn(t, "salesforce", salesforceValues)
	full := read(t, s, "contact", presets.Cursor{})
	if full.err != nil || len(full.records) != 4500 || len(full.pages) != 3 {
		t.Fatalf("%v, %d records in %d pages", full.err, len(full.records), len(full.pages))
	}
	r, c := full.records["003000000000002AAA"], b.Contacts()[1]
	if r.Name != c.Name() || r.Company != c.Company || len(r.Phones) == 0 || r.URL == "" {
		t.Errorf("got %+v", r)
	}
	_ = b.clock.Sleep(t.Context(), time.Hour)
	b.Change(10)
	b.Delete(11)
	b.ForgetRequests()
	got := read(t, s, "contact", presets.Cursor{Since: full.since})
	if got.err != nil || !got.records["003000000000012AAA"].Deleted || got.records["003000000000011AAA"].Deleted {
		t.Errorf("%v, %d records", got.err, len(got.records))
	}
	if n := len(b.Requests()); n != 3 { // refused, renewed, read: the token lives an hour and nobody says so
		t.Errorf("%d requests for two changes", n)
	}
}

// Promise E14 for a provider that does not say how long tokens live: the 401 is the sign, and the locator goes on.
func TestSalesforceExpiry(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 2100, OAuth: crmsim.OAuth{Silent: true}})
	b.asVendor()
	s := b.signedIn(t, "salesforce", salesforceValues)
	b.Inject(crmsim.Fault{Kind: crmsim.Expire, Page: 2, Times: 1})
	if got := read(t, s, "contact", presets.Cursor{}); got.err != nil || len(got.order) != 2100 {
		t.Errorf("%v, %d records", got.err, len(got.order))
	}
}

// Promise: an object the signed-in user may not see at all is left out of the run, not emptied.
func TestOptionalStream(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 5})
	b.asVendor()
	s := b.signedIn(t, "salesforce", salesforceValues)
	b.Inject(crmsim.Fault{Kind: crmsim.Fail, Status: 404, Path: "/services/data/v66.0/query"})
	got := read(t, s, "lead", presets.Cursor{})
	if got.err != nil || !got.last || got.pages[0].Full {
		t.Errorf("%v, full %v", got.err, got.pages)
	}
	if got := read(t, s, "contact", presets.Cursor{}); got.err == nil {
		t.Error("a required object was left out")
	}
}

// Promise: a saved page whose locator has ended starts the list over instead of failing for a day.
func TestLocatorEnded(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 2100})
	b.asVendor()
	s := b.signedIn(t, "salesforce", salesforceValues)
	state := `{"full":true,"at":{"url":"` + b.url + `/services/data/v66.0/query/01g999-2000","pages":1,"count":2000,"window":2000}}`
	got := read(t, s, "contact", presets.Cursor{Resume: state})
	if got.err != nil || len(got.records) != 2100 || !got.pages[0].Full {
		t.Errorf("%v, %d records", got.err, len(got.records))
	}
}

// Promise: the HubSpot preset gets past the 10,000 results one search gives, each change once or twice and none lost.
func TestHubSpotDepth(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 13_000})
	b.asVendor()
	b.conn.Pace = rest.NewPacer(b.clock.Now, b.clock.Sleep)
	s := b.signedIn(t, "hubspot", option.Values{"client_id": "demo", "client_secret": "demo-secret"})
	since := b.Contacts()[0].Changed.Add(10 * time.Minute).Format(time.RFC3339)
	b.Delete(5)
	got := read(t, s, "contact", presets.Cursor{Since: since})
	if got.err != nil {
		t.Fatal(got.err)
	}
	if len(got.records) != 13_000 || !got.records["56"].Deleted {
		t.Errorf("%d records", len(got.records))
	}
	if r := got.records["13050"]; r.Name != b.Contacts()[12_999].Name() || r.URL != "https://app.hubspot.example/contacts/123456/record/0-1/13050" {
		t.Errorf("got %+v", r)
	}
	if extra := len(got.order) - len(got.records); extra > 10 {
		t.Errorf("%d records came twice", extra)
	}
}

// Promise: the same preset reads with a pasted key, and nobody has to sign in.
func TestHubSpotKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 250})
	b.asVendor()
	b.conn.Options = option.Values{"token": key}
	got := read(t, b.open(t, catalogue(t, "hubspot")), "contact", presets.Cursor{})
	if got.err != nil || len(got.records) != 250 || len(got.pages) != 3 {
		t.Errorf("%v, %d records", got.err, len(got.records))
	}
}

// Promise: a vendor's limit is used to 95 % and more and never exceeded, also by two connections that share an app.
func TestRate(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 1000})
	p := described(t, contacts("", usual, cursorPage))
	p.HTTP.Rate = []presets.Rate{{Limit: presets.Limit{Count: 4, Every: time.Second}, Per: "app"}}
	b.conn.Pace = rest.NewPacer(b.clock.Now, b.clock.Sleep)
	for _, id := range []string{"i_1", "i_2"} {
		b.conn.ID = id
		if got := read(t, b.open(t, p), "contact", presets.Cursor{}); got.err != nil {
			t.Fatal(got.err)
		}
	}
	log := b.Requests()
	for i := 4; i < len(log); i++ {
		if gap := log[i].At.Sub(log[i-4].At); gap < time.Second {
			t.Fatalf("requests %d to %d within %v", i-4, i, gap)
		}
	}
	took := log[len(log)-1].At.Sub(log[0].At).Seconds()
	if used := float64(len(log)-4) / (took * 4); used < 0.95 {
		t.Errorf("%.1f %% of the limit used", used*100)
	}
}

// Promise: at least a fifth of a daily quota is left to others, and the run ends with a time to go on, not with a wait.
func TestDailyQuota(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 1500})
	p := described(t, contacts("", usual, cursorPage))
	p.HTTP.Rate = []presets.Rate{{Limit: presets.Limit{Count: 100, Every: 24 * time.Hour}, Per: "account", Leave: 20}}
	got := read(t, b.open(t, p), "contact", presets.Cursor{})
	e := asError(got.err)
	if e == nil || !e.Temporary() || e.RetryAfter < 20*time.Hour || len(b.Requests()) != 80 {
		t.Errorf("%v after %d requests", got.err, len(b.Requests()))
	}
}

// BenchmarkRead is a whole read of 100,000 contacts at 2,000 a page, over a connection.
func BenchmarkRead(b *testing.B) {
	benchmarkRead(b, 2000)
}
