package presets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// strayingSecrets reports secrets that somebody could have sent to a server of its own. An address leads where its host
// says, and a host may come from an option a tenant sets, or from the redirect after a sign-in, which whoever owns the
// browser can write. A pattern that ends in the vendor's domain closes it.
func (p *Preset) strayingSecrets() []Lint {
	var lints []Lint
	var free []string
	for _, ref := range p.freeHosts() {
		if ref.Space == "auth" {
			lints = append(lints, p.At("auth.redirect."+ref.Name+".pattern", 0,
				"a redirect could name any server, and secrets are sent there",
				"let the pattern name the vendor's servers, or end in its domain, as https://[a-z0-9-]+\\.vendor\\.example"))
		} else {
			free = append(free, ref.Name)
		}
	}
	if len(free) == 0 {
		return lints
	}
	for i, o := range p.Options {
		if o.IsSecret() && o.ForOperator() {
			lints = append(lints, p.At(fmt.Sprintf("options[%d]", i), 0,
				fmt.Sprintf("the operator's %s could be sent wherever a tenant lets option %s point", o.Name, free[0]),
				"give that option a pattern that ends in the vendor's domain, or leave this secret to the tenant"))
		}
	}
	return lints
}

// freeHosts are the references that let a tenant, or a browser, say which server is asked.
func (p *Preset) freeHosts() []Part {
	var free []Part
	for _, address := range p.addresses() {
		ref, is := p.freeHost(address)
		if is && !slices.ContainsFunc(free, func(f Part) bool { return f.String() == ref.String() }) {
			free = append(free, ref)
		}
	}
	if o, ok := p.Options.Find("host"); ok && p.Kind == "sql" && !o.ForOperator() && o.Pattern == "" {
		free = append(free, Part{Space: "option", Name: o.Name})
	}
	return free
}

// addresses are the texts that say where requests with secrets go.
func (p *Preset) addresses() []string {
	list := []string{p.Auth.TokenURL, p.Auth.RevokeURL, p.HTTP.BaseURL}
	for _, e := range p.entries() {
		if strings.HasSuffix(e.path, ".get") || strings.HasSuffix(e.path, ".post") {
			list = append(list, e.text)
		}
	}
	return list
}

// freeHost is the reference that decides an address's host, where nothing behind it keeps that in one domain.
func (p *Preset) freeHost(address string) (Part, bool) {
	host, begins := hostOf(address)
	ends := []ending{{}}
	for i := len(host) - 1; i >= 0; i-- {
		part := host[i]
		values := []ending{{text: part.Literal}}
		if part.Space != "" {
			values = p.valuesOf(part, begins && i == 0)
		}
		if ends = before(values, ends); slices.ContainsFunc(ends, ending.strays) {
			return part, true
		}
	}
	return Part{}, false
}

// hostOf are the parts of an address up to the end of its host; begins tells that the first brings scheme and host itself.
// A path has none.
func hostOf(address string) (parts []Part, begins bool) {
	t, err := ParseText(address)
	if err != nil || len(t.Parts) == 0 {
		return nil, false
	}
	first := t.Parts[0]
	if begins = first.Space != ""; !begins {
		_, rest, absolute := strings.Cut(first.Literal, "://")
		if !absolute {
			return nil, false
		}
		t.Parts[0].Literal = rest
	}
	for _, part := range t.Parts {
		end := strings.IndexAny(part.Literal, "/?#")
		if part.Space == "" && end >= 0 {
			part.Literal = part.Literal[:end]
			return append(parts, part), begins
		}
		parts = append(parts, part)
	}
	return parts, begins
}

// valuesOf is how the values of a reference end. What the operator sets and what the CRM itself answers is taken for one
// value that is as it should be.
func (p *Preset) valuesOf(ref Part, begins bool) []ending {
	trusted, pattern := []ending{{text: "trusted"}}, ""
	switch ref.Space {
	case "auth":
		returned, ok := p.Auth.Redirect[ref.Name]
		if !ok {
			return trusted
		}
		pattern = returned.Pattern
	case "option":
		o, ok := p.Options.Find(ref.Name)
		if !ok || o.ForOperator() || o.Kind() == option.OneOf {
			return trusted
		}
		pattern = o.Pattern
	default:
		return trusted
	}
	if pattern == "" {
		return []ending{{open: true}}
	}
	return endsOf(pattern, begins)
}
