package presets

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/scripts"
)

// WhenOf is when a script of the preset is offered: for each match, or in any case where there are no contacts.
func (p *Preset) WhenOf(s Script) string { return either(s.When, p.usualWhen()) }

func (p *Preset) usualWhen() string {
	if p.Reads() {
		return "match"
	}
	return "always"
}

// lintScripts holds the keys of each script against each other.
func (p *Preset) lintScripts() []Lint {
	var lints []Lint
	for i, s := range p.Scripts {
		at := fmt.Sprintf("scripts[%d]", i)
		if s.Run != "server" {
			for _, key := range []string{"method", "json", "form", "headers"} {
				if p.Has(at + "." + key) {
					lints = append(lints, p.At(at+"."+key, 0, key+" is of requests of the server", "add run: server"))
				}
			}
		}
		if s.When == "match" && !p.Reads() {
			lints = append(lints, p.At(at+".when", 0, "there is no match, as no contacts are read", "leave it out, or say no_match or always"))
		}
		lints = append(lints, p.lintServerScript(at, s)...)
	}
	return lints
}

func (p *Preset) lintServerScript(at string, s Script) []Lint {
	var lints []Lint
	scheme, _, _ := strings.Cut(strings.ToLower(s.URL), ":")
	switch {
	case s.Run != "server":
		return nil
	case strings.Contains(scheme, "$("):
	case scheme != "https" && scheme != "http":
		lints = append(lints, p.At(at+".url", 0, "a server can only ask https and http addresses", ""))
	}
	if s.Pop {
		lints = append(lints, p.At(at+".pop", 0, "a request of the server opens nothing", "leave pop out"))
	}
	if s.JSON != "" && s.Form != "" {
		lints = append(lints, p.At(at+".form", 0, "there are two bodies", "leave json or form out"))
	}
	if (s.JSON != "" || s.Form != "") && s.Method != "post" {
		lints = append(lints, p.At(at+".method", 0, "a body needs method: post", ""))
	}
	for name := range s.Headers {
		if !HeaderName(name) {
			lints = append(lints, p.At(at+".headers", 0, fmt.Sprintf("%q is no name of a header a script may set", name), ""))
		}
	}
	return lints
}

// HeaderName tells whether a script may set a header: any of its own, and Authorization, but none the connection lives on.
func HeaderName(name string) bool {
	switch strings.ToLower(name) {
	case "", "host", "content-length", "content-type", "connection", "transfer-encoding", "te", "trailer", "upgrade", "cookie":
		return false
	}
	return strings.IndexFunc(name, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// lintRequestText checks a body or a header of a request of the server.
func (p *Preset) lintRequestText(e entry, form, format string) []Lint {
	names := p.Names()
	var err error
	switch {
	case form == "header":
		for _, o := range p.Options {
			if o.IsSecret() && !o.ForOperator() { // the tenant says where it is sent
				names.Options = append(names.Options, "option."+o.Name)
			}
		}
		_, err = scripts.ParseHeader(e.text, names)
	case p.secretIn(e.text) != "":
		return []Lint{p.At(e.path, 0, fmt.Sprintf("secret %s inside a body", p.secretIn(e.text)), "put it into a header")}
	case format == "form":
		_, err = scripts.ParseBody(scripts.FormBody, e.text, names)
	default:
		_, err = scripts.ParseBody(scripts.JSONBody, e.text, names)
	}
	var mistakes scripts.SyntaxErrors
	if !errors.As(err, &mistakes) {
		return nil
	}
	return p.mistakes(e, mistakes)
}
