package directory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

func davPreset(t *testing.T) *presets.Preset {
	t.Helper()
	p, lints := presets.LoadChecked(os.DirFS("../catalog"), "carddav", map[string]presets.Kind{"directory": Kind{}})
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	return p
}

// shelf is a CardDAV server in memory with one book /book/. The functions may be nil; one that answers true has answered.
type shelf struct {
	cards  map[string]string // by name; "" for one that is gone
	versed map[string]int    // when each changed
	clock  int
	first  int // the earliest version a token may be of
	size   int // cards a part of sync-collection has; 0: all
	before func(w http.ResponseWriter, r *http.Request, body string) bool

	asked []string
}

func newShelf(n int) *shelf {
	s := &shelf{cards: map[string]string{}, versed: map[string]int{}}
	for i := range n {
		s.put(fmt.Sprintf("c%03d", i), fmt.Sprint("06 ", i))
	}
	return s
}

func (s *shelf) put(name, number string) {
	s.clock++
	s.cards[name], s.versed[name] = "BEGIN:VCARD\nVERSION:3.0\nUID:u-"+name+"\nFN:"+name+"\nTEL:"+number+"\nEND:VCARD\n", s.clock
}

func (s *shelf) remove(name string) {
	s.clock++
	s.cards[name], s.versed[name] = "", s.clock
}

// ServeHTTP implements [http.Handler].
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	body := string(raw)
	s.asked = append(s.asked, r.Method+" "+r.URL.Path+" "+kindOf(body))
	if s.before != nil && s.before(w, r, body) {
		return
	}
	switch {
	case r.Method == "PROPFIND" && strings.Contains(body, "current-user-principal"):
		multi(w, `<d:response><d:href>/book/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/><c:addressbook/></d:resourcetype><d:sync-token>x</d:sync-token></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`)
	case r.Method == "PROPFIND":
		multi(w, `<d:response><d:href>/book/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`+s.list(0, 1<<30))
	case strings.Contains(body, "sync-collection"):
		s.sync(w, body)
	case strings.Contains(body, "addressbook-multiget"):
		s.multiget(w, body)
	case r.Method == http.MethodGet && s.cards[cardName(r.URL.Path)] != "":
		fmt.Fprint(w, s.cards[cardName(r.URL.Path)])
	default:
		http.NotFound(w, r)
	}
}

func kindOf(body string) string {
	for _, k := range []string{"sync-collection", "addressbook-multiget", "getetag", "current-user-principal"} {
		if strings.Contains(body, k) {
			return k
		}
	}
	return ""
}

func cardName(path string) string {
	return strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".vcf")
}

func multi(w http.ResponseWriter, inside string) {
	w.WriteHeader(http.StatusMultiStatus)
	fmt.Fprint(w, `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">`+inside+`</d:multistatus>`)
}

func (s *shelf) names(from, to int) []string {
	var names []string
	for name, v := range s.versed {
		if v > from && v <= to && (s.cards[name] != "" || from > 0) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return s.versed[a] - s.versed[b] })
	return names
}

func (s *shelf) list(from, to int) string {
	var b strings.Builder
	for _, name := range s.names(from, to) {
		if s.cards[name] == "" {
			fmt.Fprintf(&b, `<d:response><d:href>/book/%s.vcf</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>`, name)
			continue
		}
		fmt.Fprintf(&b, `<d:response><d:href>/book/%s.vcf</d:href><d:propstat><d:prop><d:getetag>"%d"</d:getetag><d:resourcetype/></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, name, s.versed[name])
	}
	return b.String()
}

func (s *shelf) sync(w http.ResponseWriter, body string) {
	_, rest, _ := strings.Cut(body, "<D:sync-token>")
	text, _, _ := strings.Cut(rest, "</D:sync-token>")
	from, to := 0, s.clock
	if text != "" {
		if n, err := fmt.Sscanf(text, "token-%d", &from); n != 1 || err != nil || from < s.first {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<?xml version="1.0"?><d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>`)
			return
		}
	}
	end := ""
	if names := s.names(from, to); s.size > 0 && len(names) > s.size {
		to = s.versed[names[s.size-1]]
		end = `<d:response><d:href>/book/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>`
	}
	multi(w, s.list(from, to)+end+fmt.Sprintf("<d:sync-token>token-%d</d:sync-token>", to))
}

func (s *shelf) multiget(w http.ResponseWriter, body string) {
	var b strings.Builder
	for _, rest := range strings.Split(body, "<D:href>")[1:] {
		href, _, _ := strings.Cut(rest, "</D:href>")
		if text := s.cards[cardName(href)]; text != "" {
			fmt.Fprintf(&b, `<d:response><d:href>%s</d:href><d:propstat><d:prop><c:address-data>%s</c:address-data></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, href, text)
		} else {
			fmt.Fprintf(&b, `<d:response><d:href>%s</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>`, href)
		}
	}
	multi(w, b.String())
}

// openShelf opens a source on the server; it waits no time and follows no redirect by itself.
func openShelf(t *testing.T, h http.Handler, path string, change ...string) presets.Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return openAt(t, server.URL+path, server.Client(), change...)
}

func openAt(t *testing.T, address string, client *http.Client, change ...string) presets.Source {
	t.Helper()
	p := davPreset(t)
	in := map[string]string{"url": address, "username": "ada", "password": "CANARY"}
	for i := 0; i < len(change); i += 2 {
		in[change[i]] = change[i+1]
	}
	v, err := p.Options.Validate(in)
	if err != nil {
		t.Fatal(err)
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s, err := Kind{}.Open(t.Context(), p, presets.Connection{Options: v, HTTP: client, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.(*davSource).client.most = 2 << 20 // so that too much is reached soon
	return s
}

func readShelf(t *testing.T, h http.Handler, since string, change ...string) run {
	t.Helper()
	r, err := readSource(t.Context(), openShelf(t, h, "/book/", change...), "contact", since)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func numbers(r run) map[string]string {
	m := map[string]string{}
	for _, rec := range r.records {
		switch {
		case rec.Deleted:
			m[rec.ID] = "deleted"
		case len(rec.Phones) > 0:
			m[rec.ID] = rec.Phones[0].Raw
		}
	}
	return m
}

// Promise: changes and deletions are read by token, in as many parts as the server likes; a token it does not know any more,
// a server without tokens, and one that gives cards one by one only lead to the same contacts.
func TestDAVChanges(t *testing.T) {
	refuse := func(kind string, status int) func(http.ResponseWriter, *http.Request, string) bool {
		return func(w http.ResponseWriter, _ *http.Request, body string) bool {
			if kindOf(body) == kind {
				w.WriteHeader(status)
			}
			return kindOf(body) == kind
		}
	}
	for _, c := range []struct {
		name string
		set  func(*shelf)
		full bool // behind a change
	}{
		{"tokens", func(*shelf) {}, false},
		{"tokens in parts", func(s *shelf) { s.size = 30 }, false},
		{"a token the server has forgotten", func(s *shelf) { s.first = 1 << 20 }, true},
		{"no tokens", func(s *shelf) { s.before = refuse("sync-collection", http.StatusUnsupportedMediaType) }, true},
		{"cards one by one", func(s *shelf) { s.before = refuse("addressbook-multiget", http.StatusNotImplemented) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShelf(120)
			c.set(s)
			first := readShelf(t, s, "")
			if len(first.records) != 120 || !first.full || first.since == "" || first.pages != 3 {
				t.Fatalf("%d contacts on %d pages, %q", len(first.records), first.pages, first.since)
			}
			if again := readShelf(t, s, first.since); !c.full && len(again.records) != 0 {
				t.Errorf("with nothing new %d contacts are read", len(again.records))
			}
			for i := range 40 {
				s.put(fmt.Sprintf("c%03d", i), "020 1")
			}
			s.remove("c050")
			s.put("new", "020 2")
			next := readShelf(t, s, first.since)
			if next.full != c.full {
				t.Errorf("full: %v", next.full)
			}
			got := numbers(next)
			if c.full {
				if len(got) != 120 || got["/book/c050.vcf"] != "" || got["/book/new.vcf"] != "020 2" {
					t.Errorf("%d: %v", len(got), got)
				}
			} else if len(got) != 42 || got["/book/c050.vcf"] != "deleted" || got["/book/c000.vcf"] != "020 1" {
				t.Errorf("%d: %v", len(got), got)
			}
		})
	}
}

// Promise: where a server has no tokens, nothing is read as long as no card has another version.
func TestDAVVersions(t *testing.T) {
	s := newShelf(10)
	s.before = func(w http.ResponseWriter, _ *http.Request, body string) bool {
		if kindOf(body) == "sync-collection" {
			w.WriteHeader(http.StatusUnsupportedMediaType)
		}
		return kindOf(body) == "sync-collection"
	}
	first := readShelf(t, s, "")
	s.asked = nil
	again := readShelf(t, s, first.since)
	if again.full || len(again.records) != 0 || again.since != first.since || slices.ContainsFunc(s.asked, func(a string) bool { return strings.Contains(a, "multiget") }) {
		t.Errorf("%+v, asked %v", again, s.asked)
	}
}

// Promise: an interrupted run goes on behind its last page, and what changed meanwhile comes with the next one.
func TestDAVResume(t *testing.T) {
	s := newShelf(120)
	source := openShelf(t, s, "/book/")
	var resume string
	for page, err := range source.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil {
			t.Fatal(err)
		}
		resume = page.Resume
		break
	}
	s.put("c000", "020 1") // read already
	s.put("c001b", "020 2")
	var rest run
	for page, err := range source.Read(t.Context(), "contact", presets.Cursor{Resume: resume}) {
		if err != nil {
			t.Fatal(err)
		}
		rest.records = append(rest.records, page.Records...)
		rest.since = page.Since
		rest.full = page.Full
	}
	if len(rest.records) != 70 || !rest.full {
		t.Fatalf("%d contacts, full %v", len(rest.records), rest.full)
	}
	next := numbers(readShelf(t, s, rest.since))
	if diff := cmp.Diff(map[string]string{"/book/c000.vcf": "020 1", "/book/c001b.vcf": "020 2"}, next); diff != "" {
		t.Error(diff)
	}
}

// Promise: the password goes to the server the admin named and to no other, and over an open connection not before the
// server has asked for it.
func TestDAVPassword(t *testing.T) {
	var stolen []string
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen = append(stolen, r.Header.Get("Authorization")) }))
	t.Cleanup(thief.Close)
	for name, h := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, thief.URL+"/dav/", http.StatusFound) },
		"home": func(w http.ResponseWriter, _ *http.Request) {
			multi(w, `<d:response><d:href>/</d:href><d:propstat><d:prop><c:addressbook-home-set><d:href>`+thief.URL+`/books/</d:href></c:addressbook-home-set></d:prop></d:propstat></d:response>`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readSource(t.Context(), openShelf(t, h, "/dav/"), "contact", "")
			var e *presets.Error
			if !errors.As(err, &e) || !strings.Contains(e.Text.String(), "another") || !strings.Contains(e.Hint.String(), thief.URL) || strings.Contains(e.Hint.String(), "CANARY") {
				t.Errorf("%+v", err)
			}
		})
	}
	if len(stolen) > 0 {
		t.Errorf("the other server was asked with %q", stolen)
	}
	// Cards are asked for at the server itself, whatever stands in front of their addresses.
	s := newShelf(3)
	s.before = func(w http.ResponseWriter, _ *http.Request, body string) bool {
		if kindOf(body) == "sync-collection" {
			multi(w, strings.ReplaceAll(s.list(0, s.clock), "<d:href>/book", "<d:href>"+thief.URL+"/book")+"<d:sync-token>t</d:sync-token>")
		}
		return kindOf(body) == "sync-collection"
	}
	if r := readShelf(t, s, ""); len(r.records) != 3 || len(stolen) > 0 {
		t.Errorf("%d contacts, stolen %q", len(r.records), stolen)
	}

	var seen []string
	auth := newShelf(1)
	auth.before = func(w http.ResponseWriter, r *http.Request, _ string) bool {
		seen = append(seen, strings.SplitN(r.Header.Get("Authorization"), " ", 2)[0])
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="books"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
		return r.Header.Get("Authorization") == ""
	}
	readShelf(t, auth, "")
	if seen[0] != "" || seen[1] != "Basic" || slices.Contains(seen[1:], "") {
		t.Errorf("signed in with %q", seen)
	}
}

// Promise: a wrong password is said once in a run: said again and again it would lock the account.
func TestDAVPasswordOnce(t *testing.T) {
	said := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			said++
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="books"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	_, err := readSource(t.Context(), openAt(t, server.URL, server.Client()), "contact", "")
	var e *presets.Error
	if !errors.As(err, &e) || !e.ReauthNeeded || said != 1 {
		t.Errorf("said %d times: %v", said, err)
	}
}

// Promise: a server that wants Digest gets it, and never the password itself.
func TestDAVDigest(t *testing.T) {
	s := newShelf(60)
	nonce, used := 0, 0
	s.before = func(w http.ResponseWriter, r *http.Request, _ string) bool {
		given := r.Header.Get("Authorization")
		if strings.Contains(given, "CANARY") || strings.HasPrefix(given, "Basic") {
			t.Errorf("sent %q", given)
		}
		c := challenge{"digest", map[string]string{}}
		for _, one := range challenges(http.Header{"Www-Authenticate": {given}}) {
			c = one
		}
		if c.params["nonce"] == fmt.Sprint("n", nonce) {
			if used++; used < 3 {
				d := digest{challenge: challenge{"digest", map[string]string{"realm": "books", "nonce": c.params["nonce"], "qop": "auth", "algorithm": "SHA-256", "opaque": "o"}}, count: used - 1, client: c.params["cnonce"]}
				if want := d.authorization(r.Method, r.URL.RequestURI(), "ada", "CANARY"); want != given {
					t.Errorf("got %s, want %s", given, want)
				}
				return false
			}
		}
		nonce, used = nonce+1, 0 // after a while another one is wanted
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Digest realm="books", qop="auth,auth-int", nonce="n%d", opaque="o", algorithm=MD5`, nonce))
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Digest realm="books", qop="auth", nonce="n%d", opaque="o", algorithm=SHA-256, stale=true, Basic realm="x"`, nonce))
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	if r := readShelf(t, s, ""); len(r.records) != 60 {
		t.Errorf("%d contacts", len(r.records))
	}
}

// tokens hands out one token after another; those refused are remembered.
type tokens struct{ n, refused int }

func (k *tokens) Token(context.Context) (presets.Token, error) {
	return presets.Token{Access: fmt.Sprint("t", k.n)}, nil
}

func (k *tokens) Reject(context.Context, presets.Token) error {
	k.n++
	k.refused++
	return nil
}

// Promise: where a preset signs in with OAuth2, a token that has lapsed in the middle of a run is renewed, and one that stays
// refused asks for a person after one try.
func TestDAVBearer(t *testing.T) {
	for _, lapses := range []bool{true, false} {
		s, keys := newShelf(60), &tokens{}
		s.before = func(w http.ResponseWriter, r *http.Request, body string) bool {
			good := r.Header.Get("Authorization") == "Bearer t0" && kindOf(body) != "addressbook-multiget" || r.Header.Get("Authorization") == "Bearer t1" && lapses
			if !good {
				w.WriteHeader(http.StatusUnauthorized)
			}
			return !good
		}
		server := httptest.NewServer(s)
		t.Cleanup(server.Close)
		p := *davPreset(t)
		p.Auth = presets.Auth{Kind: "oauth2"}
		source, err := Kind{}.Open(t.Context(), &p, presets.Connection{Options: option.Values{"url": server.URL + "/book/"}, HTTP: server.Client(), Token: keys})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = source.Close() })
		r, err := readSource(t.Context(), source, "contact", "")
		var e *presets.Error
		if lapses && (err != nil || len(r.records) != 60) || !lapses && (!errors.As(err, &e) || !e.ReauthNeeded) || keys.refused != 1 {
			t.Errorf("lapses %v: %d contacts, %d refused, %v", lapses, len(r.records), keys.refused, err)
		}
	}
}

// Promise: Digest is computed as in the examples of RFC 7616 section 3.9.1.
func TestDigestExamples(t *testing.T) {
	for algorithm, want := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		d := digest{
			challenge: challenge{"digest", map[string]string{"realm": "http-auth@example.org", "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "qop": "auth", "algorithm": algorithm, "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"}},
			client:    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
		}
		if got := d.authorization("GET", "/dir/index.html", "Mufasa", "Circle of Life"); !strings.Contains(got, `response="`+want+`"`) {
			t.Errorf("%s: %s", algorithm, got)
		}
	}
}

// Promise: a server that refuses, breaks off, never ends or sends too much is a clear error and never the end of the book.
func TestDAVHostile(t *testing.T) {
	sync := func(f func(w http.ResponseWriter, s *shelf)) func(*shelf) {
		return func(s *shelf) {
			s.before = func(w http.ResponseWriter, _ *http.Request, body string) bool {
				if kindOf(body) == "sync-collection" {
					f(w, s)
				}
				return kindOf(body) == "sync-collection"
			}
		}
	}
	for _, c := range []struct {
		name          string
		set           func(*shelf)
		want          string
		retry, reauth bool
	}{
		{"parts without end", sync(func(w http.ResponseWriter, s *shelf) {
			multi(w, s.list(0, s.clock)+`<d:response><d:href>/book/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response><d:sync-token>again</d:sync-token>`)
		}), "without end", false, false},
		{"redirects without end", func(s *shelf) {
			s.before = func(w http.ResponseWriter, r *http.Request, _ string) bool {
				http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
				return true
			}
		}, "without end", false, false},
		{"too large", sync(func(w http.ResponseWriter, _ *shelf) {
			w.WriteHeader(http.StatusMultiStatus)
			fmt.Fprint(w, `<multistatus xmlns="DAV:">`)
			for block := strings.Repeat(" ", 1<<20); ; {
				if _, err := io.WriteString(w, block); err != nil {
					return
				}
			}
		}), "too large", false, false},
		{"cut", sync(func(w http.ResponseWriter, s *shelf) {
			w.WriteHeader(http.StatusMultiStatus)
			fmt.Fprint(w, `<multistatus xmlns="DAV:">`+strings.ReplaceAll(s.list(0, s.clock), "d:", ""))
		}), "breaks off", true, false},
		{"nested without end", sync(func(w http.ResponseWriter, _ *shelf) {
			w.WriteHeader(http.StatusMultiStatus)
			fmt.Fprint(w, `<multistatus xmlns="DAV:"><response>`+strings.Repeat("<a>", 100_000))
		}), "no XML of WebDAV", false, false},
		{"declarations of its own", sync(func(w http.ResponseWriter, _ *shelf) {
			w.WriteHeader(http.StatusMultiStatus)
			fmt.Fprint(w, `<!DOCTYPE x [<!ENTITY a "aaaa">]><multistatus xmlns="DAV:"/>`)
		}), "no XML of WebDAV", false, false},
		{"a web page", func(s *shelf) {
			s.before = func(w http.ResponseWriter, _ *http.Request, _ string) bool {
				fmt.Fprint(w, "<!doctype html><html><body>Sign in</body></html>")
				return true
			}
		}, "no XML of WebDAV", false, false},
		{"wrong password", func(s *shelf) {
			s.before = func(w http.ResponseWriter, _ *http.Request, _ string) bool {
				w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
		}, "does not take user and password", false, true},
		{"always busy", func(s *shelf) {
			s.before = func(w http.ResponseWriter, _ *http.Request, _ string) bool {
				w.Header().Set("Retry-After", "3")
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
		}, "status 503", true, false},
		{"a card that does not end", func(s *shelf) { s.cards["c001"] = "BEGIN:VCARD\nFN:Ada\n" }, "c001.vcf cannot be read", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShelf(3)
			c.set(s)
			_, err := readSource(t.Context(), openShelf(t, s, "/book/"), "contact", "")
			var e *presets.Error
			if !errors.As(err, &e) || !strings.Contains(e.Text.String(), c.want) || e.Retry != c.retry || e.ReauthNeeded != c.reauth || strings.Contains(fmt.Sprintf("%+v", e), "CANARY") {
				t.Errorf("%+v", err)
			}
		})
	}
}

// Promise: pictures that make an answer too large cost further requests, and no contact.
func TestDAVPictures(t *testing.T) {
	s := newShelf(5)
	for name, text := range s.cards {
		s.cards[name] = strings.Replace(text, "TEL", "PHOTO;ENCODING=b:"+strings.Repeat("QUJDREVG", 1<<20/2/8)+"\nTEL", 1)
	}
	if r := readShelf(t, s, ""); len(numbers(r)) != 5 {
		t.Errorf("%d contacts", len(r.records))
	}
}

// Promise: addresses of cards are the same contact in every spelling.
func TestDAVAddresses(t *testing.T) {
	at := mustHome(t, "https://cloud.example.com/dav/")
	for _, href := range []string{"/dav/b%c3%b6%20x.vcf", "/dav/bö%20x.vcf", "/dav/bö x.vcf", "https://cloud.example.com/dav/b%C3%B6%20x.vcf", "http://internal:8080/dav/b%C3%B6%20x.vcf", "bö x.vcf", "./b%C3%B6%20x.vcf"} {
		if got, ok := canonical(at, href); !ok || got != "/dav/b%C3%B6%20x.vcf" {
			t.Errorf("%s: %s", href, got)
		}
	}
}

// Whatever a server sends as a list, reading it ends with the list or an error, and never with a panic.
func FuzzMultistatus(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>/a</d:href><d:propstat><d:prop><d:getetag>"1"</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response><d:sync-token>t</d:sync-token></d:multistatus>`))
	f.Add([]byte("<multistatus xmlns=\"DAV:\"><response><href>\x0b&#11;&#x1F600;&amp;</href><status>HTTP/1.1 404</status></response></multistatus>"))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><multistatus xmlns="DAV:"><![CDATA[<x>]]><response/></multistatus>`))
	at := mustHome(f, "https://cloud.example.com/dav/")
	f.Fuzz(func(t *testing.T, text []byte) {
		n := 0
		_, err := multistatus(newCleaner(strings.NewReader(string(text))), func(r response) error {
			n++
			if path, ok := canonical(at, r.href); ok {
				if again, ok := canonical(at, path); !ok || again != path {
					t.Errorf("%q becomes %q, and that %q", r.href, path, again)
				}
			}
			_, _, _ = contact(member{id: r.href}, r.prop(nsCard, "address-data").value())
			return nil
		})
		if n > len(text) {
			t.Errorf("%d resources in %d bytes: %v", n, len(text), err)
		}
	})
}

func mustHome(tb testing.TB, server string) *url.URL {
	tb.Helper()
	u, err := home(server)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}
