package dial

import (
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/wording"
)

// Template is a text with placeholders such as #(Number) and #(Device number).
type Template []part

// part is a text or, if name is set, a placeholder.
type part struct{ text, name string }

// names are the placeholders there are, with what each stands for.
var names = map[string]func(o calls.Order, s Sign) string{
	"number":               func(o calls.Order, _ Sign) string { return o.Digits },
	"number|e164":          func(o calls.Order, _ Sign) string { return o.Number.E164() },
	"number|digits":        func(o calls.Order, _ Sign) string { return strings.TrimPrefix(o.Number.E164(), "+") },
	"number|national":      func(o calls.Order, _ Sign) string { return o.Number.National() },
	"number|international": func(o calls.Order, _ Sign) string { return o.Number.International() },
	"device number":        func(o calls.Order, _ Sign) string { return o.Device },
	"agent name":           func(o calls.Order, _ Sign) string { return o.Name },
	"call id":              func(o calls.Order, _ Sign) string { return o.CallID },
	"user":                 func(_ calls.Order, s Sign) string { return s.User },
	"secret":               func(_ calls.Order, s Sign) string { return s.Secret },
}

// Sign is how we sign in at the phone system.
type Sign struct{ User, Secret string }

// Parse reads a template. Its errors are for the admin's eyes.
func Parse(text string) (Template, error) {
	var t Template
	for {
		before, rest, found := strings.Cut(text, "#(")
		if before != "" {
			t = append(t, part{text: before})
		}
		if !found {
			return t, nil
		}
		name, after, closed := strings.Cut(rest, ")")
		key := strings.ToLower(strings.Join(strings.Fields(name), " "))
		key = strings.NewReplacer(" |", "|", "| ", "|").Replace(key)
		if _, known := names[key]; !closed || !known {
			return nil, wording.Error("calls.no_placeholder", "#({Name}) is no placeholder here; there are #(Number), #(Number|e164), #(Number|digits), #(Number|national), "+
				"#(Device number), #(Agent name), #(Call id), #(User) and #(Secret)", "Name", clip(name))
		}
		t = append(t, part{name: key})
		text = after
	}
}

func clip(text string) string {
	if len(text) > 30 {
		return text[:30] + "…"
	}
	return text
}

// Text renders the template, each value through encode.
func (t Template) Text(o calls.Order, s Sign, encode func(string) string) string {
	var b strings.Builder
	for _, p := range t {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(encode(names[p.name](o, s)))
	}
	return b.String()
}

// uses tells whether a placeholder is in it.
func (t Template) uses(name string) bool {
	for _, p := range t {
		if p.name == name {
			return true
		}
	}
	return false
}

// plain leaves a value as it is.
func plain(value string) string { return value }

// urlEncoded encodes a value for any place of a URL behind its host.
func urlEncoded(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// parseURL reads the template of a URL whose scheme and host are fixed.
func parseURL(text string) (Template, error) {
	t, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if len(t) == 0 || t[0].name != "" {
		return nil, wording.Error("calls.address_begins_https_host", "an address begins with https:// and a host")
	}
	scheme, rest, _ := strings.Cut(t[0].text, "://")
	host, _, whole := strings.Cut(rest, "/")
	if u, err := url.Parse(scheme + "://" + host); err != nil || scheme != "https" && scheme != "http" || u.Host == "" || u.User != nil {
		return nil, wording.Error("calls.address_begins_https_host_without", "an address begins with https:// and a host, without a password")
	}
	if len(t) > 1 && !whole {
		return nil, wording.Error("calls.placeholder_cannot_stand_host_address", "a placeholder cannot stand in the host of an address")
	}
	return t, nil
}
