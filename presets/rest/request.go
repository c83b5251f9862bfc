package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
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

// build makes the HTTP request. base is what paths are put behind.
func (c *call) build(ctx context.Context, base string) (*http.Request, error) {
	method, path := http.MethodGet, c.request.Get
	if c.request.Post != "" {
		method, path = http.MethodPost, c.request.Post
	}
	u, err := c.url(base, path)
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
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept", "application/json")
	return req, c.headers(req.Header, c.request.Headers)
}

func (c *call) headers(h http.Header, from map[string]string) error {
	for name, text := range from {
		v, err := place.Header(text, c.values.lookup)
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		h.Set(name, v)
	}
	return nil
}

// url is the address with its query; a next page's address is used as the CRM gave it.
func (c *call) url(base, path string) (*url.URL, error) {
	if c.address != "" {
		return url.Parse(c.address)
	}
	text, err := place.URL(path, c.values.lookup)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	if strings.HasPrefix(text, "/") || text == "" {
		text = base + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("address: %w", err)
	}
	q := u.Query()
	for name, text := range c.request.Query {
		v, empty, err := place.Literal(text, c.values.lookup)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", name, err)
		}
		if !empty {
			q.Set(name, v)
		}
	}
	for name, v := range c.params {
		q.Set(name, v)
	}
	u.RawQuery = encoded(q)
	return u, nil
}

// encoded writes a blank as %20, which every server reads.
func encoded(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

// body is the request's body and its content type.
func (c *call) body() (io.Reader, string, error) {
	if c.request.JSON != nil {
		value, _, err := c.json(c.request.JSON)
		if err != nil {
			return nil, "", fmt.Errorf("body: %w", err)
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, "", fmt.Errorf("body: %w", err)
		}
		return bytes.NewReader(raw), "application/json", nil
	}
	if len(c.request.Form) == 0 {
		return nil, "", nil
	}
	form := url.Values{}
	for name, text := range c.request.Form {
		v, empty, err := place.Literal(text, c.values.lookup)
		if err != nil {
			return nil, "", fmt.Errorf("form value %s: %w", name, err)
		}
		if !empty {
			form.Set(name, v)
		}
	}
	return strings.NewReader(encoded(form)), "application/x-www-form-urlencoded", nil
}

// json puts values into a JSON body. A text whose values are all empty leaves its place, so that a first page carries no
// cursor; a count that stands alone is a number.
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

func (c *call) jsonText(text string) (any, bool, error) {
	v, empty, err := place.Literal(text, c.values.lookup)
	if err != nil || empty {
		return nil, false, err
	}
	switch text {
	case "$(page.offset)", "$(page.number)", "$(page.size)":
		n, err := strconv.Atoi(v)
		return n, true, err
	case "$(select.fields)":
		return strings.Split(v, ","), true, nil
	}
	return v, true, nil
}
