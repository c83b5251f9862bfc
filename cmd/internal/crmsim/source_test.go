package crmsim_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/rest"
)

// These tests hold the kind rest, the sign-in and the presets against the fake CRM, over real connections and through the
// outbound guard, on a clock that moves when somebody sleeps.

// clock moves when somebody sleeps.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	slept  []time.Duration
	waited time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.waited, c.slept = c.now.Add(d), c.waited+d, append(c.slept, d)
	return ctx.Err()
}

// bench is a fake CRM with everything a source needs to read it.
type bench struct {
	*crmsim.Server
	clock *clock
	url   string
	http  *http.Client
	conn  presets.Connection
}

// newBench starts a fake CRM on a clock of its own.
func newBench(t *testing.T, o crmsim.Options) *bench {
	t.Helper()
	b := &bench{clock: newClock()}
	o.Now, o.APIKey = b.clock.Now, key
	b.Server = crmsim.New(o)
	h := httptest.NewServer(b.Server)
	t.Cleanup(h.Close)
	b.url = h.URL
	rule, err := outbound.ParseRule("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	short := outbound.Limits{IdleRead: 50 * time.Millisecond, Header: 2 * time.Second, Total: 10 * time.Second, Body: 4 << 20}
	b.http = outbound.New(outbound.Options{Allow: []outbound.Rule{rule}, Limits: short}).HTTPClient("t_a", outbound.Client{})
	t.Cleanup(b.http.CloseIdleConnections)
	b.conn = presets.Connection{ID: "i_1", HTTP: b.http, Now: b.clock.Now, Sleep: b.clock.Sleep}
	return b
}

// to lets requests for a vendor's host reach the fake CRM.
type to struct {
	base http.RoundTripper
	host string
}

func (t to) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", t.host
	resp, err := t.base.RoundTrip(r)
	if resp != nil {
		resp.Request = r
	}
	return resp, err
}

func (t to) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// asVendor makes the client reach the fake CRM under any name.
func (b *bench) asVendor() {
	c := *b.http
	c.Transport = to{b.http.Transport, strings.TrimPrefix(b.url, "http://")}
	b.conn.HTTP = &c
}

// catalogue loads a preset of the catalogue, without a single complaint.
func catalogue(t *testing.T, id string) *presets.Preset {
	t.Helper()
	p, lints := presets.LoadChecked(os.DirFS("../../../presets/catalog"), id, map[string]presets.Kind{"rest": rest.Kind{}})
	for _, l := range lints {
		t.Fatal(l)
	}
	return p
}

// described loads a preset made for one test. Complaints about missing fixtures and files do not count.
func described(t *testing.T, streams string) *presets.Preset {
	t.Helper()
	text := `
format: 1
id: made
name: Made for a test
summary: A preset made for a test.
kind: rest
maturity: experimental
options:
  - { name: address, type: url, title: Address, required: true }
  - { name: api_key, type: secret, title: Key, required: true }
auth: { kind: header, headers: { Authorization: "Bearer $(option.api_key)" } }
http: { base_url: "$(option.address)/api/v1" }
streams:
` + streams
	p, lints := presets.Load(fstest.MapFS{"made/preset.yaml": {Data: []byte(text)}}, "made")
	for _, l := range lints {
		if l.Line > 0 && !strings.Contains(l.Text, "no test") {
			t.Fatal(l)
		}
	}
	return p
}

// open opens a source with the CRM's address and key.
func (b *bench) open(t *testing.T, p *presets.Preset) presets.Source {
	t.Helper()
	if b.conn.Options == nil {
		b.conn.Options = option.Values{"address": b.url, "api_key": key}
	}
	for _, o := range p.Options { // as a set-up integration has them
		if _, given := b.conn.Options[o.Name]; !given && o.Default != "" {
			b.conn.Options[o.Name] = o.Default
		}
	}
	s, err := rest.Kind{}.Open(t.Context(), p, b.conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// reading is what one read gave.
type reading struct {
	records map[string]presets.Record
	order   []string
	pages   []presets.Page
	last    bool
	since   string
	resume  string // of the last whole page
	err     error
}

func read(t *testing.T, s presets.Source, stream string, from presets.Cursor) reading {
	t.Helper()
	r := reading{records: map[string]presets.Record{}}
	for page, err := range s.Read(t.Context(), stream, from) {
		if r.last || r.err != nil {
			t.Fatal("something came behind the end")
		}
		if r.err = err; err != nil {
			continue
		}
		for _, one := range page.Records {
			r.records[one.ID] = one
			r.order = append(r.order, one.ID)
		}
		r.pages, r.last, r.since = append(r.pages, page), page.Last, page.Since
		if page.Resume != "" {
			r.resume = page.Resume
		}
	}
	if r.err == nil && !r.last {
		t.Fatal("the read ended without end and without error")
	}
	return r
}

// whole holds a reading against all contacts of the fake CRM.
func (b *bench) whole(t *testing.T, got map[string]presets.Record) {
	t.Helper()
	want := 0
	for _, c := range b.Contacts() {
		if c.Deleted {
			continue
		}
		want++
		r, ok := got[c.ID()]
		if !ok || r.Name != c.Name() {
			t.Fatalf("contact %s is %q, want %q", c.ID(), r.Name, c.Name())
		}
	}
	if want != len(got) {
		t.Errorf("%d records, want %d", len(got), want)
	}
}
