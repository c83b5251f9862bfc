package tenant

import (
	"slices"

	"github.com/ringdex/ringdex/wording"
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
		return wording.Errorf(ErrInvalid, "tenant.script_name_method_get_post", `script "{Name}": the method is get or post`, "Name", name)
	case r.JSON != "" && r.Form != "":
		return wording.Errorf(ErrInvalid, "tenant.script_name_has_two_bodies", `script "{Name}" has two bodies`, "Name", name)
	case (r.JSON != "" || r.Form != "") && r.Method != "post":
		return wording.Errorf(ErrInvalid, "tenant.script_name_has_body_no", `script "{Name}" has a body and is no post`, "Name", name)
	case len(r.JSON) > maxScript || len(r.Form) > maxScript || len(r.Headers) > 20:
		return wording.Errorf(ErrInvalid, "tenant.script_name_body_has_most", `script "{Name}": a body has at most 16 KiB, and there are at most 20 headers`, "Name", name)
	}
	for _, text := range r.Headers {
		if len(text) > 4<<10 {
			return wording.Errorf(ErrInvalid, "tenant.script_name_header_has_most", `script "{Name}": a header has at most 4 KiB`, "Name", name)
		}
	}
	return nil
}

// maxScript is the longest template, in bytes.
const maxScript = 16 << 10
