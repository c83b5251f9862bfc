package presets

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// lintAuth checks that each way of signing in has what it needs.
func (p *Preset) lintAuth() []Lint {
	if !slices.Contains(p.possible(p.Auth.Kind), "oauth2") {
		return nil
	}
	lints := p.lintKept()
	grants := p.possible(cmp.Or(p.Auth.Grant, "authorization_code"))
	for _, grant := range grants {
		lints = append(lints, p.lintGrant(grant)...)
	}
	if len(p.Auth.Redirect) > 0 && !slices.Contains(grants, "authorization_code") {
		lints = append(lints, p.At("auth.redirect", 0, "redirect goes with grant authorization_code", "no other sends a browser back"))
	}
	return lints
}

// possible are the values of a key: its own, or the choices of the option it is.
func (p *Preset) possible(text string) []string {
	name, whole := wholeOption(text)
	if !whole {
		return []string{text}
	}
	o, _ := p.Options.Find(name)
	var list []string
	for _, c := range o.Choices {
		list = append(list, c.Value)
	}
	return list
}

// lintGrant says what a grant lacks.
func (p *Preset) lintGrant(grant string) []Lint {
	a := p.Auth
	var lints []Lint
	needs := func(key, value, hint string) {
		if value == "" {
			lints = append(lints, p.At("auth", 0, fmt.Sprintf("grant %s needs auth.%s", grant, key), hint))
		}
	}
	needs("token_url", a.TokenURL, "the address that gives tokens")
	switch grant {
	case "authorization_code":
		needs("authorize_url", a.AuthorizeURL, "the page where people sign in")
	case "password":
		needs("username", a.Username, "as $(option.NAME)")
		needs("password", a.Password, "as $(option.NAME), of an option of type secret")
	case "jwt_bearer":
		needs("assertion.key", a.Assertion.Key, "as $(option.NAME), of an option of type secret")
	}
	if _, ok := p.Options.Find("client_id"); !ok && (grant == "authorization_code" || grant == "client_credentials" || grant == "jwt_bearer" && a.Assertion.Issuer == "") {
		lints = append(lints, p.At("auth", 0, fmt.Sprintf("grant %s needs an option client_id", grant), "that names the app; client_secret proves it, where the CRM gives one"))
	}
	return lints
}

// lintKept checks what a sign-in keeps: each name once, patterns that can be read, and no address that needs what nobody
// knows yet.
func (p *Preset) lintKept() []Lint {
	a := p.Auth
	var lints []Lint
	for _, name := range slices.Sorted(maps.Keys(a.Redirect)) {
		at := "auth.redirect." + name
		if _, err := regexp.Compile(a.Redirect[name].Pattern); err != nil {
			lints = append(lints, p.At(at+".pattern", 0, "pattern: "+err.Error(), ""))
		}
		_, kept := a.Keep[name]
		_, claimed := a.Claims[name]
		if kept || claimed {
			lints = append(lints, p.At(at, 0, fmt.Sprintf("%s is kept of the answer too", name), "the answer would replace what fits the pattern; give one of them another name"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
		if _, kept := a.Keep[name]; kept {
			lints = append(lints, p.At("auth.claims."+name, 0, fmt.Sprintf("%s is kept of the answer too", name), "give one of them another name"))
		}
	}
	for _, name := range namesAfter(a.TokenURL, "$(auth.") {
		if _, ok := a.Redirect[name]; !ok && name != "token" {
			lints = append(lints, p.At("auth.token_url", 0, fmt.Sprintf("$(auth.%s) is not known before there is a token", name), "only values of auth.redirect are"))
		}
	}
	return lints
}

// namesAfter are the names that stand behind a beginning such as "$(auth.".
func namesAfter(text, beginning string) []string {
	var list []string
	for _, rest := range strings.Split(text, beginning)[1:] {
		if name, _, ok := strings.Cut(rest, ")"); ok {
			list = append(list, name)
		}
	}
	return list
}
