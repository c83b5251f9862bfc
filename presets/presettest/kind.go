package presettest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// Subject is a kind with what the suite needs to try it.
type Subject struct {
	Kind   presets.Kind
	Preset *presets.Preset
	Stream string
	// Connect gives a fresh connection to a source of at least two pages.
	Connect func(t *testing.T) presets.Connection
	// Broken gives one that breaks off behind its first contacts.
	Broken func(t *testing.T) presets.Connection
	// Refused are settings that must be refused; Want is in the error's text.
	Refused []Refused
}

// Refused is one set of settings that cannot work.
type Refused struct {
	Name    string
	Options option.Values
	Want    string
}

// RunKind holds a kind to what every reader of sources relies on: only a page with
// Last ends a stream, nothing comes behind an end or an error, cancelling stops it,
// a saved page is a place to go on from, and mistakes are told in words.
func RunKind(t *testing.T, s Subject) {
	t.Run("ends with its marker and gives the same again", s.same)
	t.Run("can be left early", s.early)
	t.Run("stops when cancelled", s.cancelled)
	t.Run("goes on from a saved page", s.resumed)
	t.Run("an interruption is an error", s.broken)
	t.Run("knows its streams", s.unknown)
	t.Run("a watermark is accepted again", s.again)
	for _, r := range s.Refused {
		t.Run("refuses "+r.Name, func(t *testing.T) { s.refused(t, r) })
	}
}

func (s Subject) open(t *testing.T, c presets.Connection) presets.Source {
	t.Helper()
	source, err := s.Kind.Open(t.Context(), s.Preset, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	return source
}

// drain reads to the end; it fails the test where something follows an end.
func (s Subject) drain(t *testing.T, ctx context.Context, source presets.Source, from presets.Cursor) ([]presets.Page, error) {
	t.Helper()
	var pages []presets.Page
	var failed error
	for page, err := range source.Read(ctx, s.Stream, from) {
		switch {
		case failed != nil:
			t.Fatal("something came behind an error")
		case len(pages) > 0 && pages[len(pages)-1].Last:
			t.Fatal("something came behind the last page")
		case err != nil:
			failed = err
		default:
			pages = append(pages, page)
		}
	}
	if failed == nil && (len(pages) == 0 || !pages[len(pages)-1].Last) {
		t.Fatal("the stream ended without its end marker")
	}
	return pages, failed
}

func idsOf(pages []presets.Page) []string {
	var ids []string
	for _, p := range pages {
		for _, r := range p.Records {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// all reads everything, which must work.
func (s Subject) all(t *testing.T) []presets.Page {
	t.Helper()
	pages, err := s.drain(t, t.Context(), s.open(t, s.Connect(t)), presets.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func (s Subject) same(t *testing.T) {
	first := s.all(t)
	if len(first) < 2 {
		t.Fatalf("%d pages: the suite needs two", len(first))
	}
	ids := idsOf(first)
	for _, id := range ids {
		if id == "" {
			t.Fatal("a record has no id")
		}
	}
	if diff := cmp.Diff(ids, idsOf(s.all(t))); diff != "" {
		t.Error(diff)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != len(idsOf(first)) {
		t.Error("an id comes twice")
	}
}

func (s Subject) early(t *testing.T) {
	source := s.open(t, s.Connect(t))
	for _, err := range source.Read(t.Context(), s.Stream, presets.Cursor{}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
}

func (s Subject) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if pages, err := s.drain(t, ctx, s.open(t, s.Connect(t)), presets.Cursor{}); err == nil {
		t.Errorf("a cancelled run gave %d pages and ended well", len(pages))
	}
}

func (s Subject) resumed(t *testing.T) {
	pages := s.all(t)
	if pages[0].Resume == "" {
		t.Skip("this kind reads from the beginning again")
	}
	rest, err := s.drain(t, t.Context(), s.open(t, s.Connect(t)), presets.Cursor{Resume: pages[0].Resume})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(idsOf(pages[1:]), idsOf(rest)); diff != "" {
		t.Errorf("going on behind the first page gives other records: %s", diff)
	}
}

func (s Subject) broken(t *testing.T) {
	if pages, err := s.drain(t, t.Context(), s.open(t, s.Broken(t)), presets.Cursor{}); err == nil {
		t.Errorf("an interrupted run gave %d pages and ended well", len(pages))
	}
}

func (s Subject) unknown(t *testing.T) {
	source := s.open(t, s.Connect(t))
	for page, err := range source.Read(t.Context(), "no-such-stream", presets.Cursor{}) {
		if err == nil {
			t.Errorf("a stream that is not there gave %+v", page)
		}
		return
	}
	t.Error("a stream that is not there ended without an error")
}

func (s Subject) again(t *testing.T) {
	pages := s.all(t)
	since := pages[len(pages)-1].Since
	if since == "" {
		t.Skip("this source has no watermark")
	}
	c := s.Connect(t)
	if c.HTTP != nil {
		t.Skip("a recorded source answers one run only")
	}
	again, err := s.drain(t, t.Context(), s.open(t, c), presets.Cursor{Since: since})
	if err != nil {
		t.Fatal(err)
	}
	if last := again[len(again)-1]; last.Since == "" {
		t.Error("the next run has no watermark")
	}
}

func (s Subject) refused(t *testing.T, r Refused) {
	c := s.Connect(t)
	c.Options = r.Options
	source, err := s.Kind.Open(t.Context(), s.Preset, c)
	if err == nil {
		defer func() { _ = source.Close() }()
		_, err = source.Check(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), r.Want) {
		t.Errorf("got %v, want %q", err, r.Want)
	}
	for name, value := range r.Options {
		if o, _ := s.Preset.Options.Find(name); err != nil && o.IsSecret() && value != "" && strings.Contains(err.Error(), value) {
			t.Errorf("the error shows secret %s", name)
		}
	}
}

// Recorded is a connection to a test's exchanges, which serves one run, with one
// fault or none.
func Recorded(p *presets.Preset, t presets.Test, faultName string) (presets.Connection, error) {
	r, err := prepare(p, t, faultName)
	if err != nil {
		return presets.Connection{}, err
	}
	return r.conn, nil
}
