package presettest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// careless is a reader with faults of its own, to show that a replay finds them.
type careless struct {
	firstPageOnly bool // takes the first page for all
	errorIsEnd    bool // takes an error for the end
	noMarker      bool // ends without Last
	secretInURL   bool
	noRetry       bool
}

func (careless) Lint(*presets.Preset) []presets.Lint { return nil }

func (k careless) Open(_ context.Context, _ *presets.Preset, c presets.Connection) (presets.Source, error) {
	return &carelessSource{k, c}, nil
}

type carelessSource struct {
	careless
	c presets.Connection
}

func (*carelessSource) Close() error { return nil }

func (*carelessSource) Check(context.Context) (presets.Report, error) { return presets.Report{}, nil }

func (s *carelessSource) Read(ctx context.Context, _ string, _ presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		for url := "https://crm.example/list"; url != ""; {
			if s.secretInURL && !strings.Contains(url, "?") {
				url += "?key=" + s.c.Options.Get("key")
			}
			page, next, err := s.page(ctx, url)
			if s.errorIsEnd && err != nil {
				page, next, err = presets.Page{}, "", nil
			}
			if s.firstPageOnly {
				next = ""
			}
			page.Last = next == "" && !s.noMarker
			if !yield(page, err) || err != nil {
				return
			}
			if url = ""; next != "" {
				url = "https://crm.example" + next
			}
		}
	}
}

// page asks up to three times.
func (s *carelessSource) page(ctx context.Context, url string) (page presets.Page, next string, err error) {
	for range 3 {
		if page, next, err = s.once(ctx, url); err == nil || s.noRetry {
			return page, next, err
		}
		_ = s.c.Sleep(ctx, 10_000_000_000)
	}
	return page, next, err
}

func (s *carelessSource) once(ctx context.Context, url string) (presets.Page, string, error) {
	var page presets.Page
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return page, "", err
	}
	answer, err := s.c.HTTP.Do(req)
	if err != nil {
		return page, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return page, "", errors.New(answer.Status)
	}
	var body struct {
		Items []struct{ ID string }
		Next  string
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return page, "", err
	}
	if err := json.Unmarshal(text, &body); err != nil {
		return page, "", err
	}
	for _, i := range body.Items {
		page.Records = append(page.Records, presets.Record{ID: i.ID})
	}
	return page, body.Next, nil
}

func samplePreset() *presets.Preset {
	exchanges := "GET /list\n\nHTTP/1.1 200 OK\n\n{\"items\": [{\"id\": \"1\"}], \"next\": \"/list/2\"}\n###\nGET /list/2\n\nHTTP/1.1 200 OK\n\n{\"items\": [{\"id\": \"2\"}], \"next\": \"\"}\n"
	return &presets.Preset{
		ID: "sample", Options: option.Set{{Name: "key", Type: option.Secret}},
		Streams: []presets.Stream{{ID: "contact", Records: "items", Page: presets.Paging{Kind: "next_url", Next: "next"}}},
		Tests:   []presets.Test{{Name: "two pages", Exchange: []string{"two.http"}, Want: "want.json"}},
		FS:      fstest.MapFS{"two.http": {Data: []byte(exchanges)}, "want.json": {Data: []byte("{\"records\": [\n  {\"id\":\"1\"},\n  {\"id\":\"2\"}\n]}\n")}},
	}
}

// A replay passes a reader that keeps its promises and finds each one broken.
func TestReplayFindsFaults(t *testing.T) {
	tests := []struct {
		name  string
		kind  careless
		fault string
		want  string // "" passes
	}{
		{"a good reader", careless{}, "", ""},
		{"a good reader, throttled", careless{}, "throttle", ""},
		{"a good reader, cut", careless{}, "cut", ""},
		{"a good reader, slow", careless{}, "slow", ""},
		{"only the first page", careless{firstPageOnly: true}, "", "two.http:7 was never asked for"},
		{"an error is the end", careless{errorIsEnd: true, noRetry: true}, "cut", "want.json line"},
		{"no marker", careless{noMarker: true}, "", "ended without its end marker"},
		{"a secret in the address", careless{secretInURL: true}, "", "a secret is in the address of GET /list"},
		{"gives up when throttled", careless{noRetry: true}, "throttle", "the run failed: 429"},
		{"never notices a repeated page", careless{}, "repeat", "more than 500 requests"},
		{"takes a repeated page for the end", careless{firstPageOnly: true}, "repeat", "took it for the end"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := samplePreset()
			r := Replay(t.Context(), test.kind, p, p.Tests[0], test.fault)
			if test.want == "" && !r.Passed() || test.want != "" && !strings.Contains(strings.Join(r.Problems, "\n"), test.want) {
				t.Errorf("problems %q, want %q", r.Problems, test.want)
			}
		})
	}
}

// Each fault is tried where it means something.
func TestFaultsThatFit(t *testing.T) {
	p := samplePreset()
	var got []string
	for _, r := range All(t.Context(), careless{}, p) {
		got = append(got, r.Fault)
	}
	if want := " throttle cut slow repeat"; strings.Join(got, " ") != want {
		t.Errorf("faults %q, want %q", got, want)
	}
	p.Tests[0].Faults = []string{"cut"}
	if n := len(All(t.Context(), careless{}, p)); n != 2 {
		t.Errorf("%d replays of a test that names one fault", n)
	}
}

// A request must have what the recorded one names, and may have more.
func TestRequestsAreCompared(t *testing.T) {
	x := presets.Exchange{Method: "POST", URL: "/a/*?q=x*&n=1", Header: http.Header{"Authorization": {"Bearer *"}}, Body: `{"a": [1, {"b": "c*"}]}`}
	request := func(method, url, auth string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), method, "https://crm.example"+url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", auth)
		return r
	}
	for _, test := range []struct{ method, url, auth, body, want string }{
		{"POST", "/a/7?q=xyz&n=1&more=2", "Bearer t", `{"a": [1, {"b": "cd", "e": 1}], "f": null}`, ""},
		{"GET", "/a/7?q=xyz&n=1", "Bearer t", "", "method POST"},
		{"POST", "/b/7?q=xyz&n=1", "Bearer t", "", "path /a/*"},
		{"POST", "/a/7?q=abc&n=1", "Bearer t", "", "parameter q"},
		{"POST", "/a/7?q=xyz", "Bearer t", "", "parameter n"},
		{"POST", "/a/7?q=xyz&n=1", "", "", "header Authorization"},
		{"POST", "/a/7?q=xyz&n=1", "Bearer t", `{"a": [1, {"b": "x"}]}`, "body with"},
		{"POST", "/a/7?q=xyz&n=1", "Bearer t", `{"a": [1]}`, "body with"},
	} {
		if got := difference(x, request(test.method, test.url, test.auth), test.body); !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s %s: %q, want %q", test.method, test.url, got, test.want)
		}
	}
}
