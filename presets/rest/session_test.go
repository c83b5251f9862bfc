package rest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// challenge signs in with a challenge whose MD5 with a key goes back.
const challenge = `
auth:
  kind: session
  headers: { X-Session: $(session.id) }
  session:
    - { get: /service, query: { operation: challenge, user: $(option.list) }, keep: { challenge: result.token } }
    - { post: /service, md5: { proof: "$(session.challenge)$(option.key)" }, form: { operation: login, proof: $(session.proof) }, keep: { id: result.session } }
http:
  base_url: https://$(option.host)
  errors:
    - { path: error.code, equals: SESSION_OVER, do: refresh_token }
    - { path: error.code, do: fail }
` + plainStream

// rpc signs in by a remote call whose result, a number, is part of each further call.
const rpc = `
auth:
  kind: session
  session:
    - { post: /rpc, json: { method: call, params: { method: authenticate, args: [ db, $(option.list), $(option.key) ] } }, keep: { uid: result } }
http: { base_url: "https://$(option.host)", errors: [ { path: error, do: fail } ] }
streams:
  - id: contact
    request: { post: /rpc, json: { method: call, params: { method: read, args: [ db, $(session.uid), $(option.key), [ [ id, ">", $(page.key) ] ] ] } } }
    records: result
    page: { kind: keyset, from: "0", numeric: true, size: 2 }
    record: { id: id, name: name }
`

// staged finds its servers, takes a code from a redirect, a token for the code and a session for the token.
const staged = `
auth:
  kind: session
  headers: { X-Session: $(session.id) }
  session:
    - { get: "https://login.made.example/info", query: { username: $(option.list) }, keep: { sign: signUrl, api: apiUrl } }
    - { get: $(session.sign)/authorize, query: { response_type: code, username: $(option.list) }, location: { code: code } }
    - { post: $(session.sign)/token, query: { code: $(session.code) }, keep: { access: access_token } }
    - { post: $(session.api)/login, query: { access_token: $(session.access) }, keep: { id: sessionId, base: baseUrl } }
http: { base_url: $(session.base) }
` + plainStream

// Promise: a session of several steps begins before the first request, once, and its values go where the preset says.
func TestSession(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		preset  string
		answers map[string][]string
		asked   []string
	}{
		"challenge": {challenge, map[string][]string{
			"GET /service?operation=challenge&user=people":                         {`{"success":true,"result":{"token":"c1"}}`},
			"POST /service operation=login&proof=f5030f028885975ad2dea2ee74bad582": {`{"success":true,"result":{"session":"s1"}}`},
			"GET /people": {`{"people":[{"id":1}]}`},
		}, nil},
		"remote calls": {rpc, map[string][]string{
			`POST /rpc {"method":"call","params":{"args":["db","people","k'1"],"method":"authenticate"}}`:       {`{"result":7}`},
			`POST /rpc {"method":"call","params":{"args":["db",7,"k'1",[["id","\u003e",0]]],"method":"read"}}`:  {`{"result":[{"id":9},{"id":10}]}`},
			`POST /rpc {"method":"call","params":{"args":["db",7,"k'1",[["id","\u003e",10]]],"method":"read"}}`: {`{"result":[]}`},
		}, nil},
		"staged": {staged, map[string][]string{
			"GET /info?username=people":                               {`{"signUrl":"https://sign.made.example/oauth/","apiUrl":"https://api7.made.example/rest/"}`},
			"GET /oauth/authorize?response_type=code&username=people": {`302 Location: https://cb.made.example/?code=c%2F9&x=1 | `},
			"POST /oauth/token?code=c/9":                              {`{"access_token":"a1"}`},
			"POST /rest/login?access_token=a1":                        {`{"sessionId":"s1","baseUrl":"https://api7.made.example/rest/x9/"}`},
			"GET /rest/x9/people":                                     {`{"people":[{"id":1}]}`},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{answers: c.answers}
			pages, err := opened(t, made(t, c.preset), s, "")
			if err != nil || len(pages) == 0 || len(pages[0].Records) == 0 {
				t.Fatalf("%v, asked %q", err, s.asked)
			}
			if len(s.asked) != len(c.answers) {
				t.Errorf("asked %q", s.asked)
			}
		})
	}
}

// Promise: a session that has ended is begun again, once; a sign-in the CRM refuses asks for a person and says no secret.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	const first, login, list = "GET /service?operation=challenge&user=people", "POST /service operation=login&proof=f5030f028885975ad2dea2ee74bad582", "GET /people"
	over := `{"success":false,"error":{"code":"SESSION_OVER"}}`
	for name, c := range map[string]struct {
		logins, lists []string
		asked         []string
		reauth        bool
	}{
		"ends once":        {[]string{`{"result":{"session":"s1"}}`, `{"result":{"session":"s2"}}`}, []string{over, `{"people":[]}`}, []string{first, login, list, first, login, list}, false},
		"401":              {[]string{`{"result":{"session":"s1"}}`, `{"result":{"session":"s2"}}`}, []string{"401 {}", `{"people":[]}`}, []string{first, login, list, first, login, list}, false},
		"ends at once":     {[]string{`{"result":{"session":"s1"}}`, `{"result":{"session":"s2"}}`}, []string{over}, []string{first, login, list, first, login, list}, true},
		"refused on 200":   {[]string{`{"error":{"code":"BAD_KEY"}}`}, nil, []string{first, login}, true},
		"refused with 401": {[]string{`401 {"error":"k'1"}`}, nil, []string{first, login}, true},
		"no session given": {[]string{`{"result":false}`}, nil, []string{first, login}, true},
	} {
		s := &server{answers: map[string][]string{first: {`{"result":{"token":"c1"}}`}, login: c.logins, list: c.lists}}
		_, err := opened(t, made(t, challenge), s, "")
		var e *presets.Error
		if reauth := errors.As(err, &e) && e.ReauthNeeded; reauth != c.reauth || !c.reauth && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.reauth && (e.Hint.IsZero() || strings.Contains(err.Error(), "k'1")) {
			t.Errorf("%s: %v; %s", name, err, e.Hint)
		}
		if diff := cmp.Diff(c.asked, s.asked); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Promise: however many requests find no session, one sign-in is under way at a time and one session comes of it.
func TestOneSignIn(t *testing.T) {
	t.Parallel()
	s := &lockedServer{server: server{answers: map[string][]string{
		"GET /service?operation=challenge&user=people":                         {`{"result":{"token":"c1"}}`},
		"POST /service operation=login&proof=f5030f028885975ad2dea2ee74bad582": {`{"result":{"session":"s1"}}`},
	}}}
	c, err := newClient(made(t, challenge), presets.Connection{
		ID: "i_1", HTTP: &http.Client{Transport: s}, Options: settings, Pace: freePace{}, Now: nowFixed,
	})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if who, err := c.signIn(t.Context()); err != nil || who.session["id"].Text() != "s1" {
				t.Errorf("%v, %v", who.session, err)
			}
		})
	}
	all.Wait()
	if len(s.asked) != 2 {
		t.Errorf("asked %q", s.asked)
	}
}

// Promise: beside OAuth2 the session begins with the token, and a step that refuses the token renews it once.
func TestSessionBesideToken(t *testing.T) {
	t.Parallel()
	p := made(t, `
auth:
  kind: oauth2
  headers: { X-Session: $(session.id) }
  session:
    - { post: $(auth.api)/login, query: { access_token: $(auth.token) }, keep: { id: id, base: base } }
http: { base_url: $(session.base) }
`+plainStream)
	s := &server{answers: map[string][]string{
		"POST /rest/login?access_token=t1": {`401 {"error":"expired"}`},
		"POST /rest/login?access_token=t2": {`{"id":"s1","base":"https://api.made.example/rest/x9"}`},
		"GET /rest/x9/people":              {`{"people":[{"id":1}]}`},
	}}
	tokens := &twoTokens{}
	source, err := Kind{}.Open(t.Context(), p, presets.Connection{
		ID: "i_1", HTTP: &http.Client{Transport: s}, Options: option.Values{}, Token: tokens, Pace: freePace{}, Now: nowFixed,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range source.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil {
			t.Fatalf("%v, asked %q", err, s.asked)
		}
	}
	if s.header.Get("X-Session") != "s1" || s.header.Get("Authorization") != "" || tokens.rejected != 1 {
		t.Errorf("headers %v, %d tokens rejected", s.header, tokens.rejected)
	}
}

type twoTokens struct{ rejected int }

func (t *twoTokens) Token(context.Context) (presets.Token, error) {
	access := "t1"
	if t.rejected > 0 {
		access = "t2"
	}
	return presets.Token{Access: access, Keep: map[string]string{"api": "https://api.made.example/rest/"}}, nil
}

func (t *twoTokens) Reject(context.Context, presets.Token) error { t.rejected++; return nil }

// lockedServer is a server for requests at the same time.
type lockedServer struct {
	mu sync.Mutex
	server
}

func (s *lockedServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server.RoundTrip(r)
}
