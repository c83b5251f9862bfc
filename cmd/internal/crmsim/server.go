package crmsim

import (
	"net/http"
	"sync"
	"time"
)

// Options of a fake CRM. The zero value has 1,000 contacts and one API key nobody knows.
type Options struct {
	Contacts int    // how many
	Seed     uint64 // which ones
	Epoch    time.Time
	Now      func() time.Time // the CRM's own clock
	APIKey   string           // accepted as Bearer beside OAuth2 tokens; "": none
	OAuth    OAuth
	Lacks    []string // fields the account does not have: asking for one fails, as in Salesforce
}

// Server is the fake CRM. It is an [http.Handler] and safe for concurrent use.
type Server struct {
	o      Options
	data   *data
	faults faults
	log    log
	idp    *idp
	lists  snapshots
	mux    *http.ServeMux
}

// New makes a fake CRM.
func New(o Options) *Server {
	if o.Contacts == 0 {
		o.Contacts = 1000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Epoch.IsZero() {
		o.Epoch = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	}
	o.OAuth = o.OAuth.withDefaults()
	s := &Server{o: o, data: newData(o), idp: newIDP(o.OAuth, o.Now), mux: http.NewServeMux()}
	s.lists.held = map[string][]int{}
	s.routes()
	return s
}

func (s *Server) routes() {
	s.page("GET /{$}", s.frontPage)
	s.page("GET /contacts/{id}", s.contactPage)
	s.page("GET /oauth/authorize", s.consentPage)
	s.page("POST /oauth/authorize", s.consent)
	s.page("GET /services/oauth2/authorize", s.consentPage)
	s.page("POST /services/oauth2/authorize", s.consent)

	s.open("POST /oauth/token", s.token)
	s.open("POST /oauth/v1/token", s.token)
	s.open("POST /services/oauth2/token", s.token)
	s.open("POST /oauth/revoke", s.revoke)

	s.closed("GET /api/v1/account", s.account)
	s.closed("GET /api/v1/contacts", s.byCursor)
	s.closed("GET /api/v1/deletions", s.deletions)
	s.closed("GET /api/v1/by/{way}/contacts", s.byWay)
	s.closed("POST /api/v1/by/{way}/contacts", s.byWay)
	s.closed("GET /api/v1/fields", s.fields)

	s.closed("GET /services/data/{version}/query", s.soql)
	s.closed("GET /services/data/{version}/queryAll", s.soql)
	s.closed("GET /services/data/{version}/query/{locator}", s.soqlMore)
	s.closed("GET /services/data/{version}/sobjects/{object}/describe", s.describe)
	s.closed("GET /services/data/{version}/limits", s.limits)

	s.closed("GET /crm/v3/objects/{object}", s.hubspotList)
	s.closed("POST /crm/v3/objects/{object}/search", s.hubspotSearch)
	s.closed("GET /account-info/v3/details", s.hubspotAccount)

	s.mux.HandleFunc("/sim/faults", s.faultsOverHTTP)
	s.mux.HandleFunc("GET /sim/requests", s.requestsOverHTTP)
	s.mux.HandleFunc("POST /sim/contacts/{index}/{do}", s.recordsOverHTTP)
	s.mux.HandleFunc("POST /sim/shrink/{percent}", s.shrinkOverHTTP)
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Simulated", "crmsim")
	w.Header().Set("Date", s.o.Now().UTC().Format(http.TimeFormat))
	s.mux.ServeHTTP(w, r)
}

// answer is what a handler wants to send; the pipeline sends it, with or without a fault.
type answer struct {
	status int
	header map[string]string
	body   []byte
	fault  *Fault // spoils the answer on its way
	page   int    // of a list, from 1
}

func (s *Server) page(pattern string, h http.HandlerFunc) {
	s.mux.HandleFunc(pattern, h)
}

// open serves without a token, closed with one; both log, and both can be spoilt by a fault.
func (s *Server) open(pattern string, h func(*http.Request) answer) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		f := s.faults.take(r.URL.Path, 0)
		if f != nil && !f.Kind.afterWork() {
			s.send(w, r, answer{status: http.StatusOK, fault: f})
			return
		}
		a := h(r)
		a.fault = f
		s.send(w, r, a)
	})
}

func (s *Server) closed(pattern string, h func(*http.Request) answer) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if !s.admitted(r) {
			s.send(w, r, unauthorised())
			return
		}
		s.send(w, r, h(r))
	})
}

// admitted reports whether a request carries the API key or a live access token.
func (s *Server) admitted(r *http.Request) bool {
	token := bearer(r)
	return token != "" && (token == s.o.APIKey || s.idp.live(token))
}

func unauthorised() answer {
	return answer{
		status: http.StatusUnauthorized,
		header: map[string]string{"WWW-Authenticate": `Bearer error="invalid_token"`},
		body:   []byte(`[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`),
	}
}

// send writes an answer, spoils it if a fault says so, and logs the request.
func (s *Server) send(w http.ResponseWriter, r *http.Request, a answer) {
	if a.fault != nil {
		a = a.fault.spoil(s, r, a)
	}
	s.log.add(Request{
		At: s.o.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Status: a.status, Page: a.page, Bytes: len(a.body), Fault: a.fault.name(),
	})
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	a.fault.write(w, r, a)
}

// Request is one request the fake CRM has seen.
type Request struct {
	At     time.Time
	Method string
	Path   string
	Query  string
	Status int
	Page   int    // of a list, from 1; 0 otherwise
	Bytes  int    // of the body meant to be sent
	Fault  string // the fault that spoilt it; "" none
}

type log struct {
	mu   sync.Mutex
	seen []Request
}

func (l *log) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, r)
}

// Requests gives all requests since the last [Server.ForgetRequests], in the order their answers began.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return append([]Request(nil), s.log.seen...)
}

// ForgetRequests empties the log.
func (s *Server) ForgetRequests() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.seen = nil
}
