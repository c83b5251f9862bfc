package phonebook

import (
	_ "embed"
	"net/url"
	"slices"
	"strings"
	"text/template"
)

// Snippet is a piece of settings for one phone or phone system, ready to paste.
type Snippet struct {
	For   string // the brand, as it calls itself
	Title string // where it goes
	Text  string
}

// Connection is what settings need to know. Key is shown as it is; without one, KEY stands in its place.
type Connection struct {
	URL       string // of this server, as phones reach it
	Key       string
	LDAPPort  string // "" where LDAP is not offered
	LDAPSPort string
}

//go:embed snippets.tmpl
var snippetText string

var snippets = template.Must(template.New("").Parse(snippetText))

// Brands are those there are settings for, in the order of their names.
func Brands() []string {
	var all []string
	for _, t := range snippets.Templates() {
		brand, _, ok := strings.Cut(t.Name(), "|")
		if ok && !slices.Contains(all, brand) {
			all = append(all, brand)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return all
}

// Snippets are the settings of a brand, all of them where it is "".
func Snippets(brand string, c Connection) ([]Snippet, error) {
	if c.Key == "" {
		c.Key = "KEY"
	}
	if c.LDAPPort == "" {
		c.LDAPPort = "389"
	}
	if c.LDAPSPort == "" {
		c.LDAPSPort = "636"
	}
	base, err := url.Parse(strings.TrimRight(c.URL, "/"))
	if err != nil {
		return nil, err
	}
	port := base.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[base.Scheme]
	}
	if port == "" {
		port = "80"
	}
	values := map[string]string{
		"URL": base.String(), "Host": base.Hostname(), "Port": port, "Scheme": base.Scheme, "Key": c.Key, "LDAP": c.LDAPPort, "LDAPS": c.LDAPSPort,
	}
	var all []Snippet
	for _, t := range snippets.Templates() {
		name, title, ok := strings.Cut(t.Name(), "|")
		if !ok || brand != "" && !strings.EqualFold(brand, name) {
			continue
		}
		var b strings.Builder
		if err := t.Execute(&b, values); err != nil {
			return nil, err
		}
		all = append(all, Snippet{name, title, strings.TrimSpace(b.String()) + "\n"})
	}
	slices.SortFunc(all, func(a, b Snippet) int { return strings.Compare(a.For+"\x00"+a.Title, b.For+"\x00"+b.Title) })
	return all, nil
}
