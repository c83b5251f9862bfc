package catalog_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/rest"
)

// hostile are answers with status 200 that are no page of any list.
var hostile = map[string][2]string{
	"a sign-in page":       {"<!DOCTYPE html><html><body>Sign in</body></html>", "text/html"},
	"a page said to be it": {"<html><body>Maintenance</body></html>", "application/json"},
	"an error":             {`{"error":{"code":"X","message":"m"}}`, "application/json"},
	"errors":               {`{"errors":[{"message":"m"}]}`, "application/json"},
	"a list of errors":     {`[{"errorCode":"X","message":"m"}]`, "application/json"},
	"a failure":            {`{"status":"error","success":false}`, "application/json"},
	"an empty object":      {`{}`, "application/json"},
	"null":                 {`null`, "application/json"},
	"nothing":              {``, "application/json"},
}

// Promise: whatever a CRM sends with status 200 in place of a page, no preset takes it for the end of a list: the run fails.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	eachRestTest(t, func(t *testing.T, p *presets.Preset, test presets.Test, first bool) {
		clean := &stage{preset: p, test: test}
		if _, err := clean.run(t); err != nil {
			t.Errorf("%s: %v", test.Name, err)
		}
		if clean.pages == 0 {
			return // what is recorded is that there is no list
		}
		for name, answer := range hostile {
			if !first && name != "an error" {
				continue // all of them once for each list
			}
			s := &stage{preset: p, test: test, at: clean.pages, answer: answer}
			if last, err := s.run(t); err == nil && last.Last {
				t.Errorf("%s: %s in place of page %d ends the list", test.Name, name, clean.pages)
			}
		}
	})
}

func eachRestTest(t *testing.T, do func(t *testing.T, p *presets.Preset, test presets.Test, first bool)) {
	entries, err := fs.ReadDir(catalog.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		p, _ := presets.Load(catalog.FS(), e.Name())
		if p == nil || p.Kind != "rest" {
			continue
		}
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			met := map[string]bool{}
			for _, test := range p.Tests {
				if test.Choices == "" {
					do(t, p, test, !met[test.Stream])
					met[test.Stream] = true
				}
			}
		})
	}
}

// stage plays the recorded answers of a test in their order, with another one from a page on.
type stage struct {
	preset *presets.Preset
	test   presets.Test
	at     int
	answer [2]string // body and content type

	stream    presets.Stream
	exchanges []presets.Exchange
	pages     int
}

func (s *stage) run(t *testing.T) (last presets.Page, err error) {
	t.Helper()
	values, err := s.preset.TestValues(s.test)
	if err != nil {
		t.Fatal(err)
	}
	with, err := s.preset.With(values)
	if err != nil {
		t.Fatal(err)
	}
	s.stream = with.Streams[0]
	for _, one := range with.Streams {
		if one.ID == s.test.Stream {
			s.stream = one
		}
	}
	if s.exchanges, err = s.preset.Exchanges(s.test); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	source, err := rest.Kind{}.Open(t.Context(), s.preset, presets.Connection{
		ID: "i_1", HTTP: &http.Client{Transport: s}, Options: values, Token: keeper(s.test.Auth), Pace: unhurried{},
		Now: func() time.Time { return now }, Sleep: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for page, err := range source.Read(t.Context(), s.stream.ID, presets.Cursor{Since: s.test.Since}) {
		if err != nil {
			return last, err
		}
		last = page
	}
	return last, nil
}

// RoundTrip implements [http.RoundTripper].
func (s *stage) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	i := s.find(r)
	if i < 0 {
		return nil, fmt.Errorf("nobody recorded %s %s", r.Method, r.URL.Path)
	}
	x := s.exchanges[i]
	body, header := string(x.Answer), x.AnswerHeader.Clone()
	if s.isPage(x) {
		if s.pages++; s.at > 0 && s.pages >= s.at {
			header.Set("Content-Type", s.answer[1])
			return &http.Response{StatusCode: http.StatusOK, Request: r, Header: header, Body: io.NopCloser(strings.NewReader(s.answer[0]))}, nil
		}
	}
	s.exchanges = slices.Delete(s.exchanges, i, i+1)
	return &http.Response{StatusCode: x.Status, Request: r, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// find is the first exchange left that fits a request: with its parameters too, if there is one.
func (s *stage) find(r *http.Request) int {
	path := -1
	for i, x := range s.exchanges {
		u, err := url.Parse(x.URL)
		if err != nil || x.Method != r.Method || u.Path != r.URL.Path {
			continue
		}
		same := true
		for name, want := range u.Query() {
			same = same && (want[0] == "*" || r.URL.Query().Get(name) == want[0])
		}
		if same {
			return i
		}
		if path < 0 {
			path = i
		}
	}
	return path
}

// isPage reports an answer with the stream's list in it.
func (s *stage) isPage(x presets.Exchange) bool {
	doc, ok := s.preset.ParseAnswer(x.Answer)
	if !ok || x.Status != http.StatusOK {
		return false
	}
	list, _, _ := strings.Cut(s.stream.Records, ".#")
	if strings.HasPrefix(s.stream.Records, "#") {
		return doc.IsList()
	}
	sel, err := presets.ParseSelector(list)
	return err == nil && sel.First(doc).IsList()
}

// keeper gives a token with what was kept of its answer.
type keeper map[string]string

func (k keeper) Token(context.Context) (presets.Token, error) {
	return presets.Token{Access: "token", Keep: k}, nil
}
func (keeper) Reject(context.Context, presets.Token) error { return nil }

// unhurried has no limits.
type unhurried struct{}

func (unhurried) Wait(ctx context.Context, _ ...presets.Share) error { return ctx.Err() }
func (unhurried) Hold(string, time.Time)                             {}
