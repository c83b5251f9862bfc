package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
)

// call is one request of the preset at one moment.
type call struct {
	request presets.Request
	values  scope
	address string            // whole address of a next page; "": the request's own
	params  map[string]string // parameters the stream's page and since bring
}

// target is where requests go, and what all of them carry.
type target struct {
	base    string // what paths are put behind
	key     string // between base and path, where the address carries a key
	headers map[string]string
	accept  string
}

// build makes the HTTP request, unsigned.
func (c *call) build(ctx context.Context, to target) (*http.Request, error) {
	method, path := http.MethodGet, c.request.Get
	if c.request.Post != "" {
		method, path = http.MethodPost, c.request.Post
	}
	u, err := c.url(to, path)
	if err != nil {
		return nil, err
	}
	body, kind, err := c.body()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	usual := http.Header{}
	if kind != "" {
		usual.Set("Content-Type", kind)
	}
	usual.Set("Accept", to.accept)
	for _, headers := range []map[string]string{c.request.Headers, to.headers} {
		if err := setHeaders(req.Header, headers, c.values); err != nil {
			return nil, err
		}
	}
	for name := range usual {
		if req.Header.Get(name) == "" {
			req.Header.Set(name, usual.Get(name))
		}
	}
	return req, nil
}

// setHeaders adds headers that are not there yet. One whose values are all empty is left out.
func setHeaders(h http.Header, from map[string]string, values scope) error {
	for name, text := range from {
		v, empty, err := place.Header(text, values.lookup)
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		if !empty && v != "" && h.Get(name) == "" {
			h.Set(name, v)
		}
	}
	return nil
}

// url is the address with its query; a next page's address is used as the CRM gave it.
func (c *call) url(to target, path string) (*url.URL, error) {
	if c.address != "" {
		return url.Parse(to.reveal(c.address))
	}
	text, err := place.URL(path, c.values.lookup)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	if strings.HasPrefix(text, "/") || text == "" {
		text = to.base + to.key + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	q := u.Query()
	if err := setParams(q, c.request.Query, c.values); err != nil {
		return nil, err
	}
	for name, v := range c.params {
		q.Set(name, v)
	}
	u.RawQuery = encoded(q)
	return u, nil
}

// setParams puts parameters into a query or a form. One whose values are all empty is left out.
func setParams(q url.Values, from map[string]string, values scope) error {
	for name, text := range from {
		v, empty, err := place.Literal(text, values.lookup)
		if err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
		if !empty {
			q.Set(name, v)
		}
	}
	return nil
}

// encoded writes a blank as %20, which every server reads.
func encoded(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

// body is the request's body and its content type.
func (c *call) body() (io.Reader, string, error) {
	r := c.request
	switch {
	case r.JSON != nil:
		value, _, err := c.json(r.JSON)
		if err != nil {
			return nil, "", fmt.Errorf("body: %w", err)
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, "", fmt.Errorf("body: %w", err)
		}
		return bytes.NewReader(raw), "application/json", nil
	case r.Body.Text != "":
		text, err := c.text(r.Body)
		if err != nil {
			return nil, "", fmt.Errorf("body: %w", err)
		}
		return strings.NewReader(text), r.Body.Type, nil
	case len(r.Form) > 0:
		form := url.Values{}
		if err := setParams(form, r.Form, c.values); err != nil {
			return nil, "", fmt.Errorf("form: %w", err)
		}
		return strings.NewReader(encoded(form)), "application/x-www-form-urlencoded", nil
	}
	return nil, "", nil
}

func (c *call) text(body presets.Body) (string, error) {
	if strings.Contains(strings.ToLower(body.Type), "xml") {
		return place.XML(body.Text, c.values.lookup)
	}
	text, _, err := place.Literal(body.Text, c.values.lookup)
	return text, err
}

// json puts values into a JSON body. A text whose values are all empty, and an element of a list, leaves its place, so that a first page carries no
// cursor; a value that stands alone has the JSON type it is by nature.
func (c *call) json(v any) (out any, keep bool, err error) {
	switch v := v.(type) {
	case string:
		return c.jsonText(v)
	case map[string]any:
		object := map[string]any{}
		for name, member := range v {
			value, keep, err := c.json(member)
			if err != nil {
				return nil, false, err
			}
			if keep {
				object[name] = value
			}
		}
		return object, true, nil
	case []any:
		list := []any{}
		for _, element := range v {
			if wanted, given := c.given(element); wanted && !given {
				continue
			}
			value, keep, err := c.json(element)
			if err != nil {
				return nil, false, err
			}
			if keep {
				list = append(list, value)
			}
		}
		return list, true, nil
	}
	return v, true, nil
}

// given reports whether the texts of a tree want values, and whether any of them has one. An element of a list, as a
// condition of a search, is left out where all its values are empty.
func (c *call) given(v any) (wanted, given bool) {
	switch v := v.(type) {
	case string:
		if _, empty, err := place.Literal(v, c.values.lookup); strings.Contains(v, "$(") {
			return true, !empty || err != nil
		}
	case map[string]any:
		for _, member := range v {
			w, g := c.given(member)
			wanted, given = wanted || w, given || g
		}
	case []any:
		for _, element := range v {
			w, g := c.given(element)
			wanted, given = wanted || w, given || g
		}
	}
	return wanted, given
}

func (c *call) jsonText(text string) (any, bool, error) {
	v, empty, err := place.Literal(text, c.values.lookup)
	if err != nil || empty {
		return nil, false, err
	}
	t, err := presets.ParseText(text)
	if err == nil && len(t.Parts) == 1 && t.Parts[0].Space != "" {
		typed, err := c.values.typed(t.Parts[0])
		return typed, true, err
	}
	return v, true, nil
}
