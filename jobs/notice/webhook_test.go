package notice

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/presets/outbound"
)

const hookSecret = "a secret of the webhook"

// receiver is somebody's program behind a webhook.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	calls []received
	code  int // what it answers; 0 is 204
}

type received struct {
	header http.Header
	body   string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		raw, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.calls = append(r.calls, received{req.Header, string(raw)})
		if r.code >= 300 && r.code < 400 {
			rw.Header().Set("Location", r.URL+"/elsewhere")
		}
		if r.code != 0 {
			rw.WriteHeader(r.code)
			return
		}
		rw.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

// client is the guarded one, which trusts the receiver's certificate.
func (r *receiver) client(t *testing.T, allow string) *http.Client {
	t.Helper()
	var rules []outbound.Rule
	if allow != "" {
		rule, err := outbound.ParseRule(allow)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule)
	}
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	return outbound.New(outbound.Options{Allow: rules}).HTTPClient("t", outbound.Client{RootCAs: roots})
}

func (r *receiver) answer(code int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.code = code
}

func (r *receiver) got() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.calls...)
}

// Promise: a webhook gets each occasion signed, with an id that stays the same when it is tried again, in the tenant's language.
func TestWebhook(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t), newReceiver(t)
	w.set("notice_webhook", r.URL+"/hook", "notice_webhook_secret", hookSecret, "external_id", "cust-7")
	w.hooks(r.client(t, "127.0.0.1"))
	r.answer(http.StatusInternalServerError)
	w.is(w.condition(Reauth, 0))
	w.open()
	r.answer(0)
	w.clock = w.clock.Add(2 * time.Minute)
	w.is(w.condition(Reauth, 0))
	w.is(w.condition(Reauth, 1))
	w.is()
	calls := r.got()
	if len(calls) != 4 {
		t.Fatalf("%d calls, want a failed one, begun, again and ended", len(calls))
	}
	if calls[0].header.Get(DeliveryHeader) != calls[1].header.Get(DeliveryHeader) || calls[1].header.Get(DeliveryHeader) == calls[2].header.Get(DeliveryHeader) {
		t.Error("the id of a delivery is not its own")
	}
	for i, state := range []string{"begun", "begun", "again", "ended"} {
		var body struct {
			ID, Kind, State, Title, Text, Action, URL string
			Tenant                                    struct {
				ID         string
				ExternalID string `json:"external_id"`
			}
			Integration struct{ ID, Name string }
		}
		if err := json.Unmarshal([]byte(calls[i].body), &body); err != nil {
			t.Fatal(err)
		}
		if body.State != state || body.Kind != "reauth" || body.Tenant.ExternalID != "cust-7" || body.Integration.Name != "Acme CRM" ||
			!strings.HasPrefix(body.Title, "Acme CRM: ") || !strings.HasPrefix(body.URL, "https://ring.example/integrations/") || body.ID == "" {
			t.Errorf("call %d: %s", i, calls[i].body)
		}
		seconds, sum, _ := strings.Cut(strings.TrimPrefix(calls[i].header.Get(SignatureHeader), "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte(hookSecret))
		mac.Write([]byte(seconds + "." + calls[i].body))
		if sum != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("call %d: signature %s", i, calls[i].header.Get(SignatureHeader))
		}
	}
}

// Promise: a webhook is given up at once where another attempt would end the same, and after a day otherwise; that is mailed. No redirect
// is followed, and no private address reached that the operator has not allowed.
func TestWebhookGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer int
		allow  string
		after  time.Duration
		calls  int // at least
	}{
		"redirect":                   {http.StatusTemporaryRedirect, "127.0.0.1", 0, 1},
		"gone":                       {http.StatusGone, "127.0.0.1", 0, 1},
		"private address":            {0, "", 0, 0},
		"another tenant's allowance": {0, "127.0.0.1@t_other", 0, 0},
		"failing for a day":          {http.StatusBadGateway, "127.0.0.1", 26 * time.Hour, 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, seen := newWorld(t), newReceiver(t), 0
			w.set("notice_webhook", r.URL+"/hook", "notice_webhook_secret", hookSecret, "contact", "it@example.com", "language", "en")
			w.hooks(r.client(t, c.allow))
			r.answer(c.answer)
			w.is(w.condition(Held, 0))
			for end := w.clock.Add(c.after); w.clock.Before(end); w.clock = w.clock.Add(15 * time.Minute) {
				w.deliver()
			}
			w.clock = w.clock.Add(time.Hour)
			w.deliver()
			w.deliver()
			calls := r.got()
			if len(calls) < c.calls || c.after == 0 && len(calls) > c.calls || len(calls) > 40 {
				t.Errorf("%d calls", len(calls))
			}
			got := w.got(&seen)
			if len(got) != 2 || got[0] != "it@example.com: A message of Ringdex could not be delivered" || w.Waiting() != 0 {
				t.Errorf("mails: %q, %d waiting", got, w.Waiting())
			}
		})
	}
}

// Promise: a webhook is https and signed, or it is refused when it is entered; its secret is never shown.
func TestWebhookSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name     string
		settings map[string]string
		ok       bool
	}{
		{"without a secret", map[string]string{"notice_webhook": "https://hook.example"}, false},
		{"short secret", map[string]string{"notice_webhook": "https://hook.example", "notice_webhook_secret": "short"}, false},
		{"http", map[string]string{"notice_webhook": "http://hook.example", "notice_webhook_secret": hookSecret}, false},
		{"both", map[string]string{"notice_webhook": "https://hook.example", "notice_webhook_secret": hookSecret}, true},
	} {
		a, err := w.dir.SetAccount(t.Context(), by, w.tenant, c.settings)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if raw, _ := json.Marshal(a); strings.Contains(string(raw), hookSecret) {
			t.Errorf("%s: the account shows the secret", c.name)
		}
	}
	w.set("notice_webhook", "", "notice_webhook_secret", "")
	if secret, err := w.dir.WebhookSecret(t.Context(), w.tenant); err != nil || !secret.IsZero() {
		t.Errorf("removed: %v, %v", secret.IsZero(), err)
	}
}
