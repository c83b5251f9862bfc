package dial

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/wording"
)

// HTTP starts a call by a request.
type HTTP struct {
	client  *http.Client
	method  string
	url     Template
	headers []headerTemplate
	body    Template
	form    bool
	sign    Sign
	signed  bool // the secret stands in the request itself
}

type headerTemplate struct {
	name  string
	value Template
}

// Request is a request as an admin writes it.
type Request struct {
	Method, URL string
	Headers     string // one on each line
	Body        string
	Form        bool // the body is a form; otherwise JSON
	Sign        Sign // used as Basic where the request has no place for the secret
}

// NewHTTP reads a request. Its errors are for the admin's eyes.
func NewHTTP(client *http.Client, r Request) (*HTTP, error) {
	h := &HTTP{client: client, method: r.Method, form: r.Form, sign: r.Sign}
	if h.method == "" {
		h.method = http.MethodPost
	}
	var err error
	if h.url, err = parseURL(r.URL); err != nil {
		return nil, fmt.Errorf("dial-url: %w", err)
	}
	if h.body, err = Parse(r.Body); err != nil {
		return nil, fmt.Errorf("dial-body: %w", err)
	}
	if len(h.body) > 0 && !h.form && !json.Valid([]byte(h.body.Text(calls.Order{}, Sign{}, plain))) {
		return nil, fmt.Errorf("dial-body: %w", wording.Error("calls.dial_body_no_json_placeholders", `this is no JSON; placeholders stand in strings, such as {"to": "#(Number)"}`))
	}
	for line := range strings.Lines(r.Headers) {
		name, value, found := strings.Cut(strings.TrimSpace(line), ":")
		if name == "" && !found {
			continue
		}
		t, err := Parse(strings.TrimSpace(value))
		if err == nil && (!found || !httpguts.ValidHeaderFieldName(name)) {
			err = wording.Error("calls.line_no_header_such_as", "a line is no header, such as X-Token: #(Secret)")
		}
		if err != nil {
			return nil, fmt.Errorf("dial-headers: %w", err)
		}
		h.headers = append(h.headers, headerTemplate{name, t})
		h.signed = h.signed || t.uses("secret")
	}
	h.signed = h.signed || h.url.uses("secret") || h.body.uses("secret")
	return h, nil
}

// Dial implements [calls.Dialer].
func (h *HTTP) Dial(ctx context.Context, o calls.Order) error {
	req, err := h.request(ctx, o)
	if err != nil {
		return err
	}
	return send(h.client, req)
}

func (h *HTTP) request(ctx context.Context, o calls.Order) (*http.Request, error) {
	body := ""
	switch {
	case len(h.body) == 0:
	case h.form:
		body = h.body.Text(o, h.sign, url.QueryEscape)
	default:
		body = h.body.Text(o, h.sign, inJSON)
	}
	req, err := http.NewRequestWithContext(ctx, h.method, h.url.Text(o, h.sign, urlEncoded), strings.NewReader(body))
	if err != nil {
		return nil, wording.Error("calls.make_request_address_none", "make the request: its address is none")
	}
	switch {
	case body == "":
	case h.form:
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		req.Header.Set("Content-Type", "application/json")
	}
	for _, t := range h.headers {
		value := t.value.Text(o, h.sign, plain)
		if !httpguts.ValidHeaderFieldValue(value) {
			return nil, wording.Error("calls.header_name_value_cannot_stand", "header {Name}: its value cannot stand in a header", "Name", t.name)
		}
		req.Header.Set(t.name, value)
	}
	if h.sign.User != "" && !h.signed {
		req.SetBasicAuth(h.sign.User, h.sign.Secret)
	}
	return req, nil
}

// inJSON encodes a value for a place within a JSON string.
func inJSON(value string) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text[1 : len(text)-1])
}

// send tells a refusal from a failure. The answer's body stays unread: it may hold anything.
func send(client *http.Client, req *http.Request) error {
	resp, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // its text has the address, and with it secret and number
			err = wrapped.Err
		}
		return fmt.Errorf("ask the phone system for a call: %w", err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode < 300:
		return nil
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden:
		return SignInRefused()
	}
	return &calls.DialError{
		Text: wording.New("calls.phone_system_refuses_call_status", "the phone system refuses the call ({Status})", "Status", resp.StatusCode),
		Hint: wording.New("calls.phone_switched_may_call_number", "is the phone switched on, and may it call that number?"),
	}
}
