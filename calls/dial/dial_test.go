package dial

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/phone"
)

// order is one to a number that can be called, by somebody with an awkward name.
func order(t *testing.T, number string) calls.Order {
	t.Helper()
	found := phone.Find(number, phone.FieldContext{Region: "NL"})
	if len(found) != 1 {
		t.Fatalf("%s: %v", number, found)
	}
	n := found[0].Number
	return calls.Order{Tenant: "t_a", System: "p_a", Agent: "u_a", Device: "201", Name: `Ada "O'Neil", <x>`, Number: n, Digits: "0" + n.National()}
}

// TestGuarded: only what nobody will regret is passed on, and each call leaves a note that does not tell the whole number.
func TestGuarded(t *testing.T) {
	premium, international, internal, device := order(t, "0900 1234567"), order(t, "+44 20 7946 0018"), order(t, "020 123 4567"), order(t, "020 123 4567")
	internal.Number, internal.Digits = phone.Number{}, "202"
	device.Device = "201&PJSIP/carrier"
	injected := order(t, "020 123 4567")
	injected.Digits = "0201234567\r\nAction: Command"
	for name, tc := range map[string]struct {
		o       calls.Order
		allowed bool // premium numbers are
		ok      bool
	}{
		"a number":         {order(t, "020 123 4567"), false, true},
		"abroad":           {international, false, true},
		"a colleague":      {internal, false, true},
		"premium":          {premium, false, false},
		"premium, allowed": {premium, true, true},
		"a second device":  {device, true, false},
		"a second command": {injected, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var called, noted []string
			g := &Guarded{
				Dialer: dialing(func(o calls.Order) { called = append(called, o.Digits) }), Premium: tc.allowed, Pace: &Pace{}, Rate: 1,
				Note: func(_ context.Context, _ calls.Order, number string) error { noted = append(noted, number); return nil },
			}
			err := g.Dial(t.Context(), tc.o)
			var refused *calls.DialError
			if tc.ok != (err == nil) || !tc.ok && !errors.As(err, &refused) || len(called) != len(noted) || tc.ok != (len(called) == 1) {
				t.Fatalf("%v, called %v, noted %v", err, called, noted)
			}
			if tc.ok && strings.Contains(noted[0], tc.o.Digits) {
				t.Errorf("noted: %s", noted[0])
			}
			if tc.ok && g.Dial(t.Context(), tc.o) == nil {
				t.Error("a second one within the minute is passed on")
			}
		})
	}
}

type dialing func(calls.Order)

func (f dialing) Dial(_ context.Context, o calls.Order) error { f(o); return nil }

// TestPace: after a minute there is room again.
func TestPace(t *testing.T) {
	now := time.Unix(0, 0)
	p := &Pace{Now: func() time.Time { return now }}
	if !p.Allow("a", 1) || p.Allow("a", 1) || !p.Allow("b", 1) {
		t.Error("counted wrongly")
	}
	now = now.Add(time.Minute)
	if !p.Allow("a", 1) {
		t.Error("never again")
	}
}

// TestHTTP: each value of a request is encoded once for the place it stands in, and neither secret nor number is in an error.
func TestHTTP(t *testing.T) {
	type sent struct{ method, uri, token, basic, media, body string }
	var got sent
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		got = sent{r.Method, r.RequestURI, r.Header.Get("X-Token"), user + ":" + password, r.Header.Get("Content-Type"), string(body)}
		w.WriteHeader(status)
	}))
	defer server.Close()
	sign := Sign{User: "u", Secret: `s"e&c`}
	for name, tc := range map[string]struct {
		r    Request
		want sent
	}{
		"address": {
			Request{Method: "GET", URL: server.URL + "/call/#(device number)?to=#(Number|e164)&by=#(Agent name)", Sign: sign},
			sent{"GET", "/call/201?to=%2B31201234567&by=Ada%20%22O%27Neil%22%2C%20%3Cx%3E", "", `u:s"e&c`, "", ""},
		},
		"JSON": {
			Request{URL: server.URL + "/", Headers: "X-Token: #(Secret)\n", Body: `{"by": "#(Agent name)", "to": "#(Number)"}`, Sign: sign},
			sent{"POST", "/", `s"e&c`, ":", "application/json", `{"by": "Ada \"O'Neil\", \u003cx\u003e", "to": "00201234567"}`},
		},
		"form": {
			Request{URL: server.URL + "/", Body: "to=#(Number|digits)&key=#(Secret)", Form: true, Sign: sign},
			sent{"POST", "/", "", ":", "application/x-www-form-urlencoded", "to=31201234567&key=s%22e%26c"},
		},
	} {
		h, err := NewHTTP(server.Client(), tc.r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := h.Dial(t.Context(), order(t, "020 123 4567")); err != nil || got != tc.want {
			t.Errorf("%s: %v\n%+v\n%+v", name, err, got, tc.want)
		}
		status = http.StatusUnauthorized
		if err := h.Dial(t.Context(), order(t, "020 123 4567")); err == nil || strings.Contains(err.Error(), "s\"e") || strings.Contains(err.Error(), "1234567") {
			t.Errorf("%s: refused: %v", name, err)
		}
		status = http.StatusOK
	}
	for _, r := range []Request{
		{URL: "https://#(Device number).example.com/"},
		{URL: "ftp://example.com/"},
		{URL: "https://u:p@example.com/"},
		{URL: "#(Number)"},
		{URL: "https://example.com/", Body: `{"to": #(Number)}`},
		{URL: "https://example.com/", Body: `{"to": "#(Numbre)"}`},
		{URL: "https://example.com/", Headers: "no header"},
	} {
		if _, err := NewHTTP(nil, r); err == nil {
			t.Errorf("taken: %+v", r)
		}
	}
}

// TestARI: the suite of all dialers; and the phone is asked for in the query of the REST interface, signed with Basic.
func TestARI(t *testing.T) {
	device, err := Parse("PJSIP/#(Device number)")
	if err != nil {
		t.Fatal(err)
	}
	start := func(t *testing.T, m callstest.Mood) callstest.PhoneSystem {
		orders := make(chan string, 8)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, secret, _ := r.BasicAuth(); user != "ringdex" || secret != callstest.Secret {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			orders <- r.Method + " " + r.RequestURI
			switch m {
			case callstest.Refuses:
				w.WriteHeader(http.StatusBadRequest)
			case callstest.Leaves:
				panic(http.ErrAbortHandler)
			case callstest.Hangs:
				<-r.Context().Done()
			}
		}))
		t.Cleanup(server.Close)
		return callstest.PhoneSystem{Orders: orders, Dialer: func(secret string) calls.Dialer {
			return &ARI{Client: server.Client(), Base: server.URL + "/ari/", Sign: Sign{User: "ringdex", Secret: secret}, Device: device, Context: "from-internal"}
		}}
	}
	callstest.RunDialer(t, start)
	p := start(t, callstest.Takes)
	if err := p.Dialer(callstest.Secret).Dial(t.Context(), order(t, "020 123 4567")); err != nil {
		t.Fatal(err)
	}
	want := "POST /ari/channels?callerId=%22Ada+ONeil+x%22+%3C201%3E&context=from-internal&endpoint=PJSIP%2F201&extension=00201234567&priority=1&timeout=30"
	if uri := <-p.Orders; uri != want {
		t.Errorf("%s\n%s", uri, want)
	}
}
