package crmsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/phone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sim-key"

func start(t *testing.T, o crmsim.Options) (*crmsim.Server, string) {
	t.Helper()
	o.APIKey = key
	s := crmsim.New(o)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s, h.URL
}

func get(t *testing.T, address string) (*http.Response, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	_ = json.Unmarshal(raw, &body)
	return resp, body
}

// Promise: the same seed gives the same contacts, another one others.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	a, b := crmsim.New(crmsim.Options{Contacts: 200, Seed: 3}).Contacts(), crmsim.New(crmsim.Options{Contacts: 200, Seed: 3}).Contacts()
	for i := range a {
		if a[i].Phone != b[i].Phone || a[i].Name() != b[i].Name() {
			t.Fatalf("contact %d differs", i)
		}
	}
	c := crmsim.New(crmsim.Options{Contacts: 200, Seed: 4}).Contacts()
	same := 0
	for i := range a {
		if a[i].Name() == c[i].Name() {
			same++
		}
	}
	if same > 50 {
		t.Errorf("%d of 200 names are the same with another seed", same)
	}
}

// Promise: the truth known by construction is what a reader of numbers finds in the typed texts.
func TestTruth(t *testing.T) {
	t.Parallel()
	for _, c := range crmsim.New(crmsim.Options{Contacts: 3000, Seed: 1}).Contacts() {
		var got []string
		for _, raw := range []string{c.Phone, c.Mobile} {
			for _, f := range phone.Find(raw, phone.FieldContext{Region: "NL"}) {
				got = append(got, f.Number.E164())
			}
		}
		if diff := cmp.Diff(c.Numbers(), got); diff != "" {
			t.Errorf("contact %d in %s, %q and %q (-truth +read):\n%s", c.Index, c.Country, c.Phone, c.Mobile, diff)
		}
	}
}

// Promise: each sample belongs to exactly one contact.
func TestSamples(t *testing.T) {
	t.Parallel()
	s := crmsim.New(crmsim.Options{Contacts: 500, Seed: 1})
	samples := s.Samples(25)
	if len(samples) != 25 {
		t.Fatalf("%d samples, want 25", len(samples))
	}
	for _, one := range samples {
		owners := 0
		for _, c := range s.Contacts() {
			for _, n := range c.Numbers() {
				if n == one.Number {
					owners++
				}
			}
		}
		if owners != 1 {
			t.Errorf("%s has %d owners", one.Number, owners)
		}
	}
}

// Promise: it says what it is, on its page and in each answer, refusals included.
func TestSaysWhatItIs(t *testing.T) {
	t.Parallel()
	_, base := start(t, crmsim.Options{})
	for _, path := range []string{"/", "/contacts/c-0000001", "/api/v1/account", "/nowhere", "/sim/requests"} {
		resp, _ := get(t, base+path)
		if resp.Header.Get("X-Simulated") != "crmsim" {
			t.Errorf("%s has no X-Simulated", path)
		}
	}
}

// Promise: every way of paging gives every contact once, in whole pages.
func TestWaysOfPaging(t *testing.T) {
	t.Parallel()
	_, base := start(t, crmsim.Options{Contacts: 25})
	for way, next := range map[string]func(body map[string]any, n int) string{
		"by/offset":   func(_ map[string]any, n int) string { return "?limit=10&offset=" + number(n*10) },
		"by/page":     func(_ map[string]any, n int) string { return "?limit=10&page=" + number(n+1) },
		"by/keyset":   func(b map[string]any, _ int) string { return "?limit=10&after=" + lastID(b) },
		"by/relative": func(b map[string]any, _ int) string { return "?" + query(b["link"]) },
		"by/next":     func(b map[string]any, _ int) string { return "?" + query(b["link"]) },
		"":            func(b map[string]any, _ int) string { return "?limit=10&cursor=" + text(b["cursor"]) },
	} {
		path := strings.TrimSuffix("/api/v1/"+way, "/") + "/contacts"
		seen := map[string]bool{}
		_, body := get(t, base+path+"?limit=10")
		for n := 1; ; n++ {
			for _, c := range body["contacts"].([]any) {
				seen[c.(map[string]any)["id"].(string)] = true
			}
			if body["more"] != true {
				break
			}
			_, body = get(t, base+path+next(body, n))
		}
		if len(seen) != 25 {
			t.Errorf("%s gave %d contacts, want 25", path, len(seen))
		}
	}
}

// Promise: changes and deletions show in the lists made for them.
func TestChangesAndDeletions(t *testing.T) {
	t.Parallel()
	s, base := start(t, crmsim.Options{Contacts: 30})
	_, before := get(t, base+"/api/v1/contacts?limit=1")
	since := "changed_since=" + url.QueryEscape(text(before["server_time"]))
	s.Change(3)
	s.Delete(4)
	_, changed := get(t, base+"/api/v1/contacts?"+since)
	if n := len(changed["contacts"].([]any)); n != 2 {
		t.Errorf("%d changed, want 2", n)
	}
	_, full := get(t, base+"/api/v1/contacts?limit=100")
	if n := len(full["contacts"].([]any)); n != 29 {
		t.Errorf("%d in the full list, want 29", n)
	}
	_, gone := get(t, base+"/api/v1/deletions")
	if n := len(gone["deletions"].([]any)); n != 1 {
		t.Errorf("%d deletions, want 1", n)
	}
	s.Shrink(10)
	if _, few := get(t, base+"/api/v1/contacts?limit=100"); len(few["contacts"].([]any)) != 3 {
		t.Errorf("after shrink %d are shown, want 3", len(few["contacts"].([]any)))
	}
}

// Promise: faults set over HTTP happen as often as asked, on the page asked, and show in the log.
func TestFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	s, base := start(t, crmsim.Options{Contacts: 30})
	resp, err := http.Post(base+"/sim/faults", "application/json", strings.NewReader(`{"kind":"throttle","page":2,"times":1,"retry_after":"7"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	var got []int
	for _, q := range []string{"", "&cursor=after-10", "&cursor=after-10"} {
		resp, _ := get(t, base+"/api/v1/contacts?limit=10"+q)
		got = append(got, resp.StatusCode)
	}
	if diff := cmp.Diff([]int{200, 429, 200}, got); diff != "" {
		t.Error(diff)
	}
	if log := s.Requests(); len(log) != 3 || log[1].Fault != "throttle" || log[1].Page != 2 {
		t.Errorf("log %+v", log)
	}
}

// Promise: the identity provider insists on PKCE, and a refresh token used twice ends everything that came from it.
func TestOAuth(t *testing.T) {
	t.Parallel()
	s, base := start(t, crmsim.Options{})
	if _, err := s.Approve(base + "/oauth/authorize?response_type=code&client_id=demo&redirect_uri=http://localhost/cb&state=x"); err == nil {
		t.Error("an authorization without PKCE was taken")
	}
	g := s.Grant()
	refresh := func(token string) (int, map[string]any) {
		resp, err := http.PostForm(base+"/oauth/token", url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"demo"}, "client_secret": {"demo-secret"},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var body map[string]any
		_ = json.NewDecoder(resp.Body).Decode(&body)
		return resp.StatusCode, body
	}
	status, second := refresh(g.Refresh)
	if status != http.StatusOK || second["refresh_token"] == g.Refresh {
		t.Fatalf("first refresh: %d %v", status, second)
	}
	if status, _ := refresh(g.Refresh); status != http.StatusBadRequest {
		t.Errorf("the old token was taken: %d", status)
	}
	if status, _ := refresh(text(second["refresh_token"])); status != http.StatusBadRequest {
		t.Errorf("the family lives on: %d", status)
	}
	if c := s.OAuthCounts(); c.Refreshes != 1 || c.Families != 1 || c.InvalidGrants != 2 {
		t.Errorf("counts %+v", c)
	}
}

func text(v any) string { s, _ := v.(string); return s }

func number(n int) string { raw, _ := json.Marshal(n); return string(raw) }

func query(v any) string {
	u, err := url.Parse(text(v))
	if err != nil {
		return ""
	}
	return u.RawQuery
}

func lastID(body map[string]any) string {
	list := body["contacts"].([]any)
	return text(list[len(list)-1].(map[string]any)["id"])
}

// BenchmarkPages shows what the fake CRM itself takes for 100,000 contacts at 2,000 a page.
func BenchmarkPages(b *testing.B) {
	s := crmsim.New(crmsim.Options{Contacts: 100_000, APIKey: key})
	for b.Loop() {
		for from := 0; from < 100_000; from += 2000 {
			r := httptest.NewRequest(http.MethodGet, "/api/v1/contacts?limit=2000&cursor=after-"+number(from), nil)
			r.Header.Set("Authorization", "Bearer "+key)
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
}
