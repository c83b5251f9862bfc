package tenant

import (
	"fmt"
	"slices"
)

// When says for which calls a script is offered.
type When string

// The values. The zero value counts as WhenMatch for an integration's script and as WhenAlways for a stand-alone one.
const (
	WhenMatch   When = "match"
	WhenNoMatch When = "no_match"
	WhenAlways  When = "always"
)

// Script is a named screen-pop template of a tenant or of one of its integrations.
type Script struct {
	ID   ScriptID `json:"id"`
	Name string   `json:"name"`
	URL  string   `json:"url"` // template as typed; parsed again from this text
	When When     `json:"when,omitempty"`
	Pop  bool     `json:"pop,omitempty"` // open at once instead of showing a button

	// Server makes it a request that the server sends when it rings, and no button.
	Server *ServerRequest `json:"server,omitempty"`
}

// ServerRequest is how the server asks a script's address. Its texts are templates too.
type ServerRequest struct {
	Method  string            `json:"method,omitempty"` // get or post; "" is get
	JSON    string            `json:"json,omitempty"`   // body, or …
	Form    string            `json:"form,omitempty"`   // … this one
	Headers map[string]string `json:"headers,omitempty"`
}

// Texts are all templates of a script.
func (s Script) Texts() []string {
	texts := []string{s.URL}
	if r := s.Server; r != nil {
		texts = append(texts, r.JSON, r.Form)
		for _, text := range r.Headers {
			texts = append(texts, text)
		}
	}
	return texts
}

func (r *ServerRequest) check(name string) error {
	switch {
	case r == nil:
		return nil
	case !slices.Contains([]string{"", "get", "post"}, r.Method):
		return fmt.Errorf("%w: script %q: the method is get or post", ErrInvalid, name)
	case r.JSON != "" && r.Form != "":
		return fmt.Errorf("%w: script %q has two bodies", ErrInvalid, name)
	case (r.JSON != "" || r.Form != "") && r.Method != "post":
		return fmt.Errorf("%w: script %q has a body and is no post", ErrInvalid, name)
	case len(r.JSON) > maxScript || len(r.Form) > maxScript || len(r.Headers) > 20:
		return fmt.Errorf("%w: script %q: a body has at most 16 KiB, and there are at most 20 headers", ErrInvalid, name)
	}
	for _, text := range r.Headers {
		if len(text) > 4<<10 {
			return fmt.Errorf("%w: script %q: a header has at most 4 KiB", ErrInvalid, name)
		}
	}
	return nil
}

// maxScript is the longest template, in bytes.
const maxScript = 16 << 10
