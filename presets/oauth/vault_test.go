package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memoryVault is a vault in memory. Stored grants pass through JSON, as they do in a real one.
type memoryVault struct {
	mu     sync.Mutex
	stored []byte
	writes int
	refuse func(Grant) error // of a write, nil: none
}

func newVault(t *testing.T, g Grant) *memoryVault {
	t.Helper()
	raw, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	return &memoryVault{stored: raw}
}

func (v *memoryVault) Load(context.Context) (Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.read()
}

func (v *memoryVault) read() (g Grant, err error) {
	err = json.Unmarshal(v.stored, &g)
	return g, err
}

func (v *memoryVault) Update(_ context.Context, change func(*Grant) error) (Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g, err := v.read()
	if err != nil {
		return g, err
	}
	twice := g // a change may run again after a conflict
	_ = change(&twice)
	if err := change(&g); err != nil {
		return Grant{}, err
	}
	if v.refuse != nil {
		if err := v.refuse(g); err != nil {
			return Grant{}, err
		}
	}
	v.stored, err = json.Marshal(g)
	v.writes++
	return g, err
}

// strict is a provider whose refresh tokens work once; a second use ends everything.
type strict struct {
	mu       sync.Mutex
	calls    []url.Values
	next     int
	good     string // the refresh token that works
	over     bool
	silent   bool // no expires_in
	tolerant bool // old tokens go on working
	delay    time.Duration
	fault    func(n int) (status int, body string, err error) // of call n from 1; status 0: none
	lose     func(n int) bool                                 // the work is done, the answer is lost
}

const canary = "canary-in-answer"

func (p *strict) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, _ := io.ReadAll(req.Body)
	form, _ := url.ParseQuery(string(raw))
	if p.delay > 0 {
		select {
		case <-time.After(p.delay):
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, form)
	n := len(p.calls)
	if p.fault != nil {
		if status, body, err := p.fault(n); status != 0 || err != nil {
			return answer(status, body), err
		}
	}
	status, body := p.work(form)
	if p.lose != nil && p.lose(n) {
		return nil, io.ErrUnexpectedEOF
	}
	return answer(status, body), nil
}

func (p *strict) work(form url.Values) (int, string) {
	switch form.Get("grant_type") {
	case "refresh_token":
		if p.over || form.Get("refresh_token") != p.good && !p.tolerant {
			p.over = true
			return 400, `{"error":"invalid_grant","error_description":"` + canary + `"}`
		}
	case "authorization_code":
		if form.Get("code") != "good-code" || len(form.Get("code_verifier")) < 43 {
			return 400, `{"error":"invalid_grant"}`
		}
	}
	p.next++
	p.good = "rt-" + strconv.Itoa(p.next)
	life := `,"expires_in":"3600"`
	if p.silent {
		life = ""
	}
	return 200, `{"access_token":"at-` + strconv.Itoa(p.next) + `","refresh_token":"` + p.good + `","token_type":"bearer","instance_url":"https://eu.example"` + life + `}`
}

func answer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader([]byte(body))),
	}
}

func (p *strict) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// deps are the parts of a source over a vault and a provider.
func deps(v Vault, p *strict) Deps {
	return Deps{
		Vault: v, HTTP: &http.Client{Transport: p},
		Provider: Provider{TokenURL: "https://id.example/token", ClientID: "app", ClientSecret: "app-secret"},
	}
}

// old is a grant whose access token is over.
func old(now time.Time) Grant {
	return Grant{Access: "at-0", Refresh: "rt-0", Obtained: now.Add(-2 * time.Hour), Expires: now.Add(-time.Hour), Version: 1}
}

func noSecret(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{"at-", "rt-", "app-secret", canary, "good-code"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q shows %q", text, secret)
			}
		}
	}
}
