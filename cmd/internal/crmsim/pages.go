package crmsim

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.}} · simulated CRM</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}
p.sim{background:#fff3c4;padding:.5rem 1rem;border-radius:.3rem}dt{font-weight:600}dd{margin:0 0 .5rem}button{font:inherit;padding:.3rem 1rem}</style>
<p class="sim">This is crmsim, a simulated CRM for demonstrations and tests. Nobody in it is real.</p><h1>{{.}}</h1>{{end}}
{{define "front"}}{{template "head" "Simulated CRM"}}<p>It holds {{.}} invented contacts.</p>
<ul><li><a href="/contacts/c-0000001">the first contact</a></li></ul>{{end}}
{{define "contact"}}{{template "head" .Name}}<dl><dt>Company</dt><dd>{{.Company}}</dd><dt>E-mail</dt><dd>{{.Email}}</dd>
<dt>Phone</dt><dd>{{.Phone}}</dd><dt>Mobile</dt><dd>{{.Mobile}}</dd><dt>Country</dt><dd>{{.Country}}</dd><dt>Id</dt><dd>{{.ID}}</dd></dl>{{end}}
{{define "consent"}}{{template "head" "Allow access?"}}<p>The program <b>{{.Client}}</b> asks to read your contacts.</p>
<form method="post">{{range $name, $value := .Fields}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}
<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></form>{{end}}`))

func show(w http.ResponseWriter, name string, value any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	_ = pages.ExecuteTemplate(w, name, value)
}

func (s *Server) frontPage(w http.ResponseWriter, _ *http.Request) { show(w, "front", s.o.Contacts) }

// contactPage is what a screen pop opens. Ids are the own shape's.
func (s *Server) contactPage(w http.ResponseWriter, r *http.Request) {
	var n int
	_, err := fmt.Sscanf(r.PathValue("id"), "c-%d", &n)
	c, ok := s.data.copyOf(n - 1)
	if err != nil || !ok || c.Deleted {
		http.Error(w, "there is no such contact", http.StatusNotFound)
		return
	}
	show(w, "contact", &c)
}

// consentFields are the parameters of an authorization request that the consent page carries along.
var consentFields = strings.Fields("response_type client_id redirect_uri scope state code_challenge code_challenge_method")

func (s *Server) consentPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if text := s.wrongRequest(q); text != "" {
		http.Error(w, text, http.StatusBadRequest)
		return
	}
	fields := map[string]string{}
	for _, name := range consentFields {
		fields[name] = q.Get(name)
	}
	show(w, "consent", map[string]any{"Client": q.Get("client_id"), "Fields": fields})
}

// wrongRequest says why an authorization request is not shown to anybody; "" if it is fine.
func (s *Server) wrongRequest(q url.Values) string {
	back, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case q.Get("client_id") != s.o.OAuth.ClientID:
		return "unknown client_id"
	case err != nil || back.Host == "" || back.Scheme != "http" && back.Scheme != "https":
		return "redirect_uri is no web address"
	case q.Get("response_type") != "code":
		return "response_type has to be code"
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		return "PKCE with S256 is required"
	}
	return ""
}

func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad form", http.StatusBadRequest)
		return
	}
	back, err := s.decide(r.PostForm)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// decide is the answer of the consent page: where the browser goes, with a code or with the refusal.
func (s *Server) decide(q url.Values) (string, error) {
	if text := s.wrongRequest(q); text != "" {
		return "", errors.New(text)
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		return "", fmt.Errorf("read redirect_uri: %w", err)
	}
	out := back.Query()
	out.Set("state", q.Get("state"))
	if q.Get("answer") == "allow" {
		out.Set("code", s.idp.code(q.Get("code_challenge"), q.Get("redirect_uri"), q.Get("client_id")))
	} else {
		out.Set("error", "access_denied")
	}
	back.RawQuery = out.Encode()
	return back.String(), nil
}

// Approve does what a person does on the consent page of an authorization address, and returns where the browser is sent
// back to.
func (s *Server) Approve(authorizeURL string) (string, error) {
	u, err := url.Parse(authorizeURL)
	if err != nil {
		return "", fmt.Errorf("read authorization address: %w", err)
	}
	form := u.Query()
	form.Set("answer", "allow")
	return s.decide(form)
}
