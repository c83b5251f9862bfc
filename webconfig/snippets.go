package webconfig

import (
	"cmp"
	"strings"
	"text/template"

	"github.com/ringdex/ringdex/tenant"

	_ "embed"
)

// keyUse is what a key has to be good for where it stands in a snippet; the zero value is a snippet without a key.
type keyUse struct {
	scope     tenant.Scopes
	inAddress bool
}

var (
	asks      = keyUse{scope: tenant.ScopeMatch}
	asksInURL = keyUse{tenant.ScopeMatch, true}
	tells     = keyUse{scope: tenant.ScopeCalls}
	tellsIn   = keyUse{tenant.ScopeCalls, true}
	opens     = keyUse{scope: tenant.ScopePop}
)

// fits tells whether a key may stand there.
func (u keyUse) fits(k *tenant.Key) bool {
	return k != nil && k.Scopes.Has(u.scope) && (k.URLKey || !u.inAddress)
}

// snippetPart is one text to paste: the template NAME.ID of snippets.tmpl, and where it goes, as the brand calls that place. Without
// such a name it is systems.part_ID.
type snippetPart struct {
	id, place string
	key       keyUse
	ldap      bool
}

// brands are what there are snippets for, in the order they are shown; a name that is a brand's stands for itself, others are texts.
// This and snippets.tmpl are the one place of what is pasted into phone systems and phones.
var brands = []struct {
	id, name string
	parts    []snippetPart
}{
	{"http", "", []snippetPart{{id: "name", key: asks}, {id: "match", key: asks}}},
	{"asterisk", "Asterisk", []snippetPart{{id: "dialplan", place: "extensions.conf", key: asks}}},
	{"freepbx", "FreePBX", []snippetPart{{id: "source", place: "Admin › CallerID Lookup Sources", key: asks}}},
	{"freeswitch", "FreeSWITCH", []snippetPart{{id: "cidlookup", place: "cidlookup.conf.xml", key: asksInURL}, {id: "dialplan", place: "dialplan"}}},
	{"3cx", "3CX", nil},
	{"yeastar", "Yeastar P-Series", []snippetPart{{id: "search", key: asks}, {id: "shape"}, {id: "outputs"}}},
	{"yealink", "Yealink", []snippetPart{{id: "ldap", place: "LDAP", key: asks, ldap: true}, {id: "book", key: asksInURL}, {id: "actions", key: tellsIn}}},
	{"snom", "Snom", []snippetPart{{id: "ldap", place: "LDAP", key: asks, ldap: true}, {id: "book", key: asksInURL}, {id: "actions", key: tellsIn}}},
	{"grandstream", "Grandstream", []snippetPart{{id: "ldap", place: "LDAP", key: asks, ldap: true}, {id: "book", key: asks}}},
	{"cisco", "Cisco", []snippetPart{{id: "directory", place: "Directory service", key: asksInURL}, {id: "ldap", place: "LDAP (SPA, MPP)", key: asks, ldap: true}}},
	{"fanvil", "Fanvil", []snippetPart{{id: "ldap", place: "LDAP", key: asks, ldap: true}, {id: "book", key: asksInURL}}},
	{"pop", "", []snippetPart{{id: "open", key: opens}}},
	{"softphone", "", []snippetPart{{id: "socket", place: "WebSocket", key: asks}}},
	{"events", "", []snippetPart{{id: "actions", key: tellsIn}, {id: "post", key: tells}}},
}

// brandShown is what is pasted into one brand, with what is done there.
type brandShown struct {
	ID, Name string
	Steps    []string
	Parts    []snippetShown
	Template bool // it takes a file instead
	Open     bool
}

// snippetShown is one text to paste. Without a key of its kind KEY stands in its place, and Scope says what such a key is good for.
type snippetShown struct {
	ID, Title, Text string
	Needs, Scope    string // what the key has to be good for, in words and as the form has it; "" is none missing
	InAddress       bool
	NoLDAP          bool // nobody serves it
}

//go:embed snippets.tmpl
var snippetText string

var snippetTexts = template.Must(template.New("").Parse(snippetText))

// snippets are all texts to paste, filled in with the address of this server and, where it fits, a key that was made just now.
func (w *Web) snippets(q *request, key *tenant.Key, secret, open string) ([]brandShown, error) {
	values := w.snippetValues()
	var out []brandShown
	for _, b := range brands {
		shown := brandShown{ID: b.id, Name: b.name, Template: b.id == "3cx", Open: b.id == open, Steps: strings.Split(q.T("systems.steps_"+b.id), "\n")}
		if b.name == "" {
			shown.Name = q.T("systems.brand_" + b.id)
		}
		for _, p := range b.parts {
			s := snippetShown{ID: "paste-" + b.id + "-" + p.id, Title: p.place, NoLDAP: p.ldap && w.LDAPPort == "" && w.LDAPSPort == ""}
			if s.Title == "" {
				s.Title = q.T("systems.part_" + p.id)
			}
			values["Key"] = "KEY"
			switch {
			case p.key == keyUse{}:
			case p.key.fits(key):
				values["Key"] = secret
			default:
				s.Scope, s.InAddress = p.key.scope.String(), p.key.inAddress
				s.Needs = q.T("systems.needs_" + s.Scope)
				if s.InAddress {
					s.Needs = q.T("systems.needs_" + s.Scope + "_address")
				}
			}
			var text strings.Builder
			if err := snippetTexts.ExecuteTemplate(&text, b.id+"."+p.id, values); err != nil {
				return nil, err
			}
			s.Text = strings.TrimSpace(text.String())
			shown.Parts = append(shown.Parts, s)
		}
		out = append(out, shown)
	}
	return out, nil
}

// snippetValues are what snippets.tmpl knows of this server.
func (w *Web) snippetValues() map[string]any {
	port := w.public.Port()
	if port == "" {
		port = map[bool]string{true: "443", false: "80"}[w.secure()]
	}
	address := strings.TrimRight(w.PublicURL, "/")
	return map[string]any{
		"URL": address, "WS": "ws" + strings.TrimPrefix(address, "http"), "Host": w.public.Hostname(), "Port": port,
		"Scheme": w.public.Scheme, "SCHEME": strings.ToUpper(w.public.Scheme),
		"LDAP": cmp.Or(w.LDAPPort, "389"), "LDAPS": cmp.Or(w.LDAPSPort, "636"), "LDAPSOnly": w.LDAPSPort != "" || w.LDAPPort == "",
	}
}
