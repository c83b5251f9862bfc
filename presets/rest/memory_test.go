package rest

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// endlessly is a CRM that makes its pages up as they are asked for.
type endlessly struct{ pages, size int }

func (e endlessly) RoundTrip(r *http.Request) (*http.Response, error) {
	var number int
	_, _ = fmt.Sscan(r.URL.Query().Get("page"), &number)
	var b strings.Builder
	b.WriteString(`{"people":[`)
	for i := range e.size {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d-%d","name":"Ada Muster %d","at":"2026-01-02T03:04:05Z","phone":"020 123 45 67","note":%q}`, number, i, i, strings.Repeat("x", 200))
	}
	fmt.Fprintf(&b, `],"pages":%d}`, e.pages)
	return &http.Response{
		StatusCode: 200, Request: r, Body: io.NopCloser(strings.NewReader(b.String())),
		Header: http.Header{"Date": {"Fri, 20 Nov 2026 01:00:00 GMT"}, "Content-Type": {"application/json"}},
	}, nil
}

// Promise: what a read holds in memory does not grow with the list.
func TestMemoryIsFlat(t *testing.T) {
	held := func(pages int) (most uint64) {
		p := made(t, "http: { base_url: https://$(option.host) }\nstreams:\n  - id: contact\n    request: { get: /people }\n    records: people\n"+
			"    page: { kind: page_number, param: page, pages: pages }\n    since: { field: at, param: from }\n    record: { id: id, name: name }\n    phones: [ { path: phone } ]\n")
		source, err := Kind{}.Open(t.Context(), p, presets.Connection{
			ID: "i_1", HTTP: &http.Client{Transport: endlessly{pages, 1000}}, Options: settings, Pace: freePace{}, Now: nowFixed,
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for page, err := range source.Read(t.Context(), "contact", presets.Cursor{}) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n%10 == 5 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			runtime.KeepAlive(page)
		}
		return most
	}
	few, many := held(10), held(60)
	if many > few+4<<20 {
		t.Errorf("10 pages hold %d KiB, 60 pages %d KiB", few>>10, many>>10)
	}
}
