package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// How token requests are written; the names are the table auth.token_request of the preset format.
const (
	asForm  = "form"
	asJSON  = "json"
	asQuery = "query"
	asGet   = "get"
)

// assertionGrant is the grant type of RFC 7523 section 4.
const assertionGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// params are a token request's parameters, without those that show which app is asking.
type params map[string]string

// starting are the parameters of a grant that needs no person.
func (p Provider) starting(now time.Time) (params, error) {
	q := params{"grant_type": p.Grant}
	switch p.Grant {
	case Password:
		q["username"], q["password"] = p.Username, p.Password
	case JWTBearer:
		statement, err := p.Assertion.sign(now, p.TokenURL)
		if err != nil {
			return nil, err
		}
		q["grant_type"], q["assertion"] = assertionGrant, statement
	}
	if len(p.Scopes) > 0 {
		q["scope"] = p.scope()
	}
	return q, nil
}

// begin signs in as the program itself. A statement that is refused where the provider's clock is another than ours is made
// once more by its clock.
func (p Provider) begin(ctx context.Context, c *http.Client, now time.Time) (Grant, error) {
	for clock := now; ; {
		q, err := p.starting(clock)
		if err != nil {
			return Grant{}, err
		}
		g, err := p.tokens(ctx, c, now, q)
		var server *clockError
		if p.Grant != JWTBearer || clock != now || !errors.As(err, &server) || server.at.Sub(now).Abs() <= assertionSlack {
			return g, err
		}
		clock = server.at
	}
}

// clockError tells the provider's clock beside its refusal.
type clockError struct{ at time.Time }

func (e *clockError) Error() string { return "refused at the provider's time" }

// refreshing are the parameters of RFC 6749 section 6.
func refreshing(token string) params {
	return params{"grant_type": "refresh_token", "refresh_token": token}
}

// request is a token request as the provider wants it.
func (p Provider) request(ctx context.Context, q params) (*http.Request, error) {
	all := params{}
	maps.Copy(all, p.TokenParams)
	maps.Copy(all, q)
	p.showApp(all)
	method, address, body, kind := http.MethodPost, p.TokenURL, "", "application/x-www-form-urlencoded"
	switch p.TokenRequest {
	case asJSON:
		raw, err := json.Marshal(all)
		if err != nil {
			return nil, fmt.Errorf("make token request: %w", err)
		}
		body, kind = string(raw), "application/json"
	case asQuery, asGet:
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("make token request: %w", err)
		}
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+all.form().Encode(), "&")
		address, kind = u.String(), ""
		if p.TokenRequest == asGet {
			method = http.MethodGet
		}
	default:
		body = all.form().Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make token request: %w", bare(err))
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept", "application/json")
	if p.Basic { // RFC 6749 section 2.3.1: both are encoded as in a form first
		req.SetBasicAuth(url.QueryEscape(p.ClientID), url.QueryEscape(p.ClientSecret))
	}
	return req, nil
}

// showApp adds client id and secret. Whoever signs a statement is known by that and may have no secret.
func (p Provider) showApp(q params) {
	if p.Basic || p.ClientID == "" || p.Grant == JWTBearer && p.ClientSecret == "" {
		return
	}
	q["client_id"] = p.ClientID
	if p.ClientSecret != "" || p.Grant == Password { // the empty secret of a built-in client is sent too
		q["client_secret"] = p.ClientSecret
	}
}

func (q params) form() url.Values {
	v := url.Values{}
	for name, value := range q {
		v.Set(name, value)
	}
	return v
}

// maxTokenAnswer bounds a token answer.
const maxTokenAnswer = 1 << 20

// heard is a provider's answer.
type heard struct {
	status int
	header http.Header
	doc    presets.Value // of JSON, or of a form as an object
	ok     bool          // doc is one of these
}

// send sends a token request. A redirect is not followed: it would carry secrets elsewhere. Errors show no address, which
// may hold them.
func send(c *http.Client, req *http.Request) (heard, error) {
	still := *c
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := still.Do(req)
	if err != nil {
		return heard{}, bare(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer))
	if err != nil {
		return heard{}, fmt.Errorf("read token answer: %w", err)
	}
	h := heard{status: resp.StatusCode, header: resp.Header}
	h.doc, h.ok = readAnswer(body, resp.Header.Get("Content-Type"))
	return h, nil
}

// bare is an error of the HTTP client without the address it names.
func bare(err error) error {
	var named *url.Error
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}

// readAnswer reads JSON, or a form as providers sent before RFC 6749.
func readAnswer(body []byte, kind string) (presets.Value, bool) {
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
	if doc, ok := presets.ParseValue(body); ok {
		return doc, doc.IsObject()
	}
	if !strings.HasPrefix(kind, "application/x-www-form-urlencoded") && !strings.HasPrefix(kind, "text/plain") {
		return presets.Value{}, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return presets.Value{}, false
	}
	flat := map[string]string{}
	for name := range form {
		flat[name] = form.Get(name)
	}
	raw, err := json.Marshal(flat)
	if err != nil {
		return presets.Value{}, false
	}
	return presets.ParseValue(raw)
}
