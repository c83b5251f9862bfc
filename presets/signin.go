package presets

import (
	"slices"

	"github.com/ringdex/ringdex/option"
)

// NeedsSignIn reports whether a connection with these options needs somebody to sign in at the CRM, or its app to do so:
// its kind of sign-in is OAuth2 and no token was pasted instead.
func (p *Preset) NeedsSignIn(v option.Values) bool {
	kind := p.Auth.Kind
	if name, ok := wholeOption(kind); ok {
		kind = v.Get(name)
	}
	return kind == "oauth2" && p.PastedToken(v) == ""
}

// NeedsPerson reports whether that has to be somebody at a browser: other grants let the app sign in by itself.
func (p *Preset) NeedsPerson(v option.Values) bool {
	grant := p.Auth.Grant
	if name, ok := wholeOption(grant); ok {
		grant = v.Get(name)
	}
	return p.NeedsSignIn(v) && (grant == "" || grant == "authorization_code")
}

// PastedToken is the token an admin gave instead of signing in, "" if there is none.
func (p *Preset) PastedToken(v option.Values) string {
	t, err := ParseText(p.Auth.Token)
	if err != nil {
		return ""
	}
	empty := len(t.References()) > 0
	text, err := t.Expand(func(part Part) (string, error) {
		value := v.Get(part.Name)
		empty = empty && value == ""
		return value, nil
	}, func(s string) (string, error) { return s, nil })
	if err != nil || empty {
		return ""
	}
	return text
}

// AppOptions are the options that say as which app a connection signs in, and prove it. They belong together: whoever sets
// one of them sets an app of his own.
func (p *Preset) AppOptions() []string {
	names := []string{"client_id", "client_secret"}
	for _, text := range []string{p.Auth.Assertion.Key, p.Auth.Assertion.KeyID, p.Auth.Assertion.Issuer} {
		names = append(names, optionsIn(text)...)
	}
	return slices.DeleteFunc(names, func(name string) bool {
		_, ok := p.Options.Find(name)
		return !ok
	})
}
