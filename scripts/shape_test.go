package scripts

import (
	"net/url"
	"strings"
)

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// sameShape checks that an address has the structure its template has with a
// harmless value, and returns it parsed.
func sameShape(t tester, template *Template, got string) *url.URL {
	t.Helper()
	plain, err := template.Render(withField("v0"))
	if err != nil {
		t.Fatalf("render %s: %v", template, err)
	}
	want, err := url.Parse(plain)
	if err != nil {
		t.Fatalf("parse %q: %v", plain, err)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatalf("parse %q: %v", got, err)
	}
	if shape(t, u) != shape(t, want) {
		t.Fatalf("%q has another structure than %q", got, plain)
	}
	return u
}

type addressShape struct {
	scheme, user, host         string
	segments, parameters, keys int
	fragment                   bool
}

func shape(t tester, u *url.URL) addressShape {
	t.Helper()
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		t.Fatalf("query %q: %v", u.RawQuery, err)
	}
	return addressShape{
		scheme: u.Scheme, user: u.User.String(), host: u.Host, fragment: u.Fragment != "", keys: len(query),
		segments: strings.Count(u.EscapedPath()+u.Opaque, "/"), parameters: strings.Count(u.RawQuery, "&"),
	}
}
