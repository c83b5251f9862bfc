package file

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
)

// shelf is a server with one file, and what it was asked.
type shelf struct {
	*httptest.Server
	handle http.HandlerFunc
	asked  []http.Header
}

func newShelf(t *testing.T, handle http.HandlerFunc) *shelf {
	s := &shelf{handle: handle}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r.Header)
		s.handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// source reads the shelf's file behind the guard; waits are noted and take no time.
func (s *shelf) source(t *testing.T, format string, waits *[]time.Duration, options ...string) presets.Source {
	t.Helper()
	values := option.Values{"url": s.URL + "/folder/contacts?key=canary"}
	for i := 0; i+1 < len(options); i += 2 {
		values[options[i]] = options[i+1]
	}
	rule, err := outbound.ParseRule("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	client := outbound.New(outbound.Options{Allow: []outbound.Rule{rule}}).HTTPClient("", outbound.Client{
		RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, Limits: outbound.Limits{Body: Kind{}.FetchesUpTo()},
	})
	t.Cleanup(client.CloseIdleConnections)
	p := &presets.Preset{Kind: "file", File: presets.File{Format: format}, Streams: []presets.Stream{{ID: "contact"}}}
	source, err := Kind{}.Open(t.Context(), p, presets.Connection{Options: values, HTTP: client, Sleep: func(_ context.Context, d time.Duration) error {
		if waits != nil {
			*waits = append(*waits, d)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// pages reads from a watermark on.
func pages(t *testing.T, s presets.Source, since string) (list []presets.Page, err error) {
	t.Helper()
	for page, err := range s.Read(t.Context(), "contact", presets.Cursor{Since: since}) {
		if err != nil {
			return list, err
		}
		list = append(list, page)
	}
	return list, nil
}

// Promise: a file at an address is read once and not again until it is another one: by its ETag, its date, or its content.
func TestFetchOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	text := "id;name;phone\n1;Ada;020 1234567\n"
	for name, c := range map[string]struct{ header, value, sent string }{
		"etag":    {"ETag", `W/"7"`, "If-None-Match"},
		"date":    {"Last-Modified", "Fri, 20 Nov 2026 01:02:03 GMT", "If-Modified-Since"},
		"content": {"X-Nothing", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := text
			shelf := newShelf(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set(c.header, c.value)
				if c.sent != "" && r.Header.Get(c.sent) == c.value {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				_, _ = w.Write([]byte(body))
			})
			source := shelf.source(t, "csv", nil)
			first, err := pages(t, source, "")
			if err != nil || len(first) != 1 || !first[0].Full || len(first[0].Records) != 1 {
				t.Fatalf("%+v, %v", first, err)
			}
			again, err := pages(t, source, first[0].Since)
			if err != nil || len(again) != 1 || !again[0].Same || len(again[0].Records) != 0 || again[0].Since == "" {
				t.Errorf("again: %+v, %v", again, err)
			}
			other, err := pages(t, shelf.source(t, "csv", nil, "id_column", "name"), first[0].Since)
			if err != nil || other[0].Same {
				t.Errorf("under other settings: %+v, %v", other, err)
			}
			if got := shelf.asked[len(shelf.asked)-1].Get("If-None-Match") + shelf.asked[len(shelf.asked)-1].Get("If-Modified-Since"); got != "" {
				t.Errorf("under other settings it asks for changes: %s", got)
			}
		})
	}
}

// Promise: a workbook is read from its address as from a disk, and sign-in is sent to its server and to no other.
func TestFetchWorkbook(t *testing.T) {
	t.Parallel()
	path := saved(t, func(f *excelize.File) { put(t, f, "Sheet1", []any{"Name", "Phone"}, []any{"Ada", "020 1234567"}) })
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	there := newShelf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(raw) })
	list, err := readAll(t, there.source(t, "xlsx", nil, "username", "ada", "password", "canary"))
	if err != nil || len(list) != 1 || list[0].Name != "Ada" {
		t.Fatalf("%+v, %v", list, err)
	}
	if user, _, ok := (&http.Request{Header: there.asked[0]}).BasicAuth(); !ok || user != "ada" {
		t.Errorf("asked with %v", there.asked[0])
	}
	elsewhere := strings.Replace(there.URL, "127.0.0.1", "localhost", 1)
	here := newShelf(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) })
	there.asked = nil
	_, _ = readAll(t, here.source(t, "xlsx", nil, "token", "canary")) // its certificate may not name that host
	if here.asked[0].Get("Authorization") != "Bearer canary" {
		t.Errorf("asked with %v", here.asked[0])
	}
	for _, h := range there.asked {
		if h.Get("Authorization") != "" {
			t.Error("another host was told the token")
		}
	}
}

// Promise: what is no file is an error that says what to do and shows no key; a server that stumbles is asked again.
func TestFetchFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   string
		waits  []time.Duration
	}{
		"forbidden": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "answered 403", nil},
		"gone":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "no file at this address", nil},
		"to http": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1/x", http.StatusFound)
		}, "where nobody should follow", nil},
		"in circles": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, "where nobody should follow", nil},
		"to metadata": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://169.254.169.254/latest", http.StatusFound)
		}, "not allowed or not found", nil},
		"empty": {func(w http.ResponseWriter, _ *http.Request) {}, "the file is empty", nil},
		"too large": {func(w http.ResponseWriter, _ *http.Request) {
			piece := []byte(strings.Repeat("x", 1<<20))
			for range 51 {
				_, _ = w.Write(piece)
			}
		}, "larger than 50 MiB", nil},
		"busy": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, "answered 503", []time.Duration{time.Minute, time.Minute, time.Minute}},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("name;phone\n"))
		}, "broke off", []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var waits []time.Duration
			_, err := readAll(t, newShelf(t, c.handle).source(t, "csv", &waits, "token", "canary"))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%v, want %s", err, c.want)
			}
			if diff := cmp.Diff(c.waits, waits); diff != "" {
				t.Error(diff)
			}
		})
	}
}
