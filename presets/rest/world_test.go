package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// server answers requests in memory: by method and path with query, each answer in its turn, the last one again and again.
type server struct {
	answers map[string][]string
	asked   []string
	header  http.Header
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	query, _ := url.QueryUnescape(r.URL.RawQuery)
	name := strings.TrimSuffix(r.Method+" "+r.URL.Path+"?"+query, "?")
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		name += " " + string(body)
	}
	s.asked, s.header = append(s.asked, name), r.Header
	list, ok := s.answers[name]
	if !ok {
		return nil, fmt.Errorf("nobody expected %s", name)
	}
	if len(list) > 1 {
		s.answers[name] = list[1:]
	}
	status, body := 200, list[0]
	if code, rest, _ := strings.Cut(body, " "); len(code) == 3 {
		if _, err := fmt.Sscan(code, &status); err == nil {
			body = rest
		}
	}
	header := http.Header{"Date": {"Fri, 20 Nov 2026 01:00:00 GMT"}, "Content-Type": {"application/json"}}
	for { // headers before the body, as "Location: /x | "
		line, rest, ok := strings.Cut(body, " | ")
		if !ok {
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		header.Set(name, value)
		body = rest
	}
	return &http.Response{StatusCode: status, Request: r, Body: io.NopCloser(strings.NewReader(body)), Header: header}, nil
}

// made loads a preset from what stands below auth:.
func made(t *testing.T, text string) *presets.Preset {
	t.Helper()
	head := `
format: 1
id: made
name: Made
summary: Made for a test.
kind: rest
maturity: experimental
options:
  - { name: host, type: hostname, title: Host }
  - { name: key, type: secret, title: Key }
  - { name: list, type: text, title: List }
  - { name: size, type: integer, title: Size }
  - { name: flag, type: boolean, title: Flag }
  - { name: names, type: text, list: true, title: Names }
  - { name: nothing, type: text, title: Nothing }
  - { name: zone, type: text, title: Zone }
`
	p, _ := presets.Load(fstest.MapFS{"made/preset.yaml": {Data: []byte(head + text)}}, "made")
	if p == nil {
		t.Fatal("the preset cannot be read")
	}
	return p
}

var settings = option.Values{
	"host": "crm.example", "key": "k'1", "list": "people", "size": "5", "flag": "true", "names": "a,b", "zone": "Europe/Amsterdam",
}

func opened(t *testing.T, p *presets.Preset, s *server, since string) ([]presets.Page, error) {
	t.Helper()
	now := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	source, err := Kind{}.Open(t.Context(), p, presets.Connection{
		ID: "i_1", HTTP: &http.Client{Transport: s}, Options: settings,
		Now: func() time.Time { return now }, Sleep: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var pages []presets.Page
	for page, err := range source.Read(t.Context(), p.Streams[0].ID, presets.Cursor{Since: since}) {
		if err != nil {
			return pages, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// nowFixed is the clock of tests in which no time passes.
func nowFixed() time.Time { return time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC) }

// freePace has no limits.
type freePace struct{}

func (freePace) Wait(ctx context.Context, _ ...presets.Share) error { return ctx.Err() }
func (freePace) Hold(string, time.Time)                             {}
