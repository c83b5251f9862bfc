package directory

import (
	"crypto/x509"
	"net"
	"regexp"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// settings are the texts of a preset with the admin's answers in them.
type settings struct {
	server, user, password string

	security   string
	roots      *x509.CertPool // nil: the system's
	serverName string
	base       string
	filter     string
	phones     []string // further attributes with numbers
	attributes []string // further attributes that are fields

	books []string
}

func readSettings(p *presets.Preset, v option.Values) (settings, error) {
	d, fill := p.Directory, filler{values: v}
	s := settings{
		server: fill.text(d.Server), user: fill.text(p.Auth.Username), password: fill.text(p.Auth.Password),
		security: fill.text(d.Security), serverName: fill.text(d.ServerName), base: fill.text(d.Base), filter: fill.text(d.Filter),
		phones: fill.list(d.Phones), attributes: fill.list(d.Attributes), books: fill.list(d.Books),
	}
	pem := fill.text(d.Certificate)
	switch {
	case fill.err != nil:
		return s, fill.err
	case s.server == "":
		return s, mistake("server", wording.New("option.required", "is required"), wording.New("directory.name_server_ask", "name the server to ask"))
	}
	if pem != "" {
		s.roots = x509.NewCertPool()
		if !s.roots.AppendCertsFromPEM([]byte(pem)) {
			return s, mistake("certificate", wording.New("directory.holds_no_certificate", "holds no certificate"), wording.New("directory.paste_text_from_begin_certificate", "paste the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"))
		}
	}
	if p.Directory.Protocol == "ldap" {
		return s, s.checkLDAP()
	}
	return s, nil
}

// attributeForm is an attribute's name or object identifier (RFC 4512 section 1.4).
var attributeForm = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)$`)

func (s *settings) checkLDAP() error {
	switch s.security {
	case "":
		s.security = "starttls"
	case "starttls", "ldaps", "plain":
	default:
		return mistake("security", wording.New("directory.none_starttls_ldaps_plain", "is none of starttls, ldaps and plain"), wording.Text{})
	}
	if s.filter == "" {
		s.filter = "(objectClass=person)"
	}
	if _, err := ldap.CompileFilter(s.filter); err != nil {
		return mistake("filter", wording.New("directory.no_ldap_filter", "is no LDAP filter"), wording.New("directory.write_as_objectclass_person_l", "write it as (&(objectClass=person)(l=Berlin)), with every bracket closed"))
	}
	if _, err := ldap.ParseDN(s.base); err != nil {
		return mistake("base", wording.New("directory.no_distinguished_name", "is no distinguished name"), wording.New("directory.write_as_ou_people_dc", "write it as ou=People,dc=example,dc=com"))
	}
	for _, name := range append(append([]string{}, s.phones...), s.attributes...) {
		if !attributeForm.MatchString(name) {
			return mistake("attributes", wording.New("directory.names_something_no_attribute", "names something that is no attribute"), wording.New("directory.names_such_as_telephonenumber_separated", "names such as telephoneNumber, separated by commas"))
		}
	}
	if s.user != "" && s.password == "" {
		return mistake("password", wording.New("directory.missing", "is missing"), wording.New("directory.user_without_password_nobody_ldap", "a user without a password is nobody to LDAP; leave both empty to read without signing in"))
	}
	return nil
}

// address is host and port to connect to.
func (s *settings) address() string {
	if _, _, err := net.SplitHostPort(s.server); err == nil {
		return s.server
	}
	port := "389"
	if s.security == "ldaps" {
		port = "636"
	}
	return net.JoinHostPort(strings.Trim(s.server, "[]"), port)
}

// name is the name the server's certificate must have.
func (s *settings) name() string {
	if s.serverName != "" {
		return s.serverName
	}
	host, _, _ := net.SplitHostPort(s.address())
	return host
}

func mistake(name string, text, hint wording.Text) error {
	return option.Problems{{Option: name, Code: option.CodeMalformed, Text: text, Hint: hint}}
}

// filler puts options into texts; the first error is kept.
type filler struct {
	values option.Values
	err    error
}

func (f *filler) text(template string) string {
	t, err := presets.ParseText(template)
	if err == nil {
		var out string
		out, err = t.Expand(func(p presets.Part) (string, error) { return f.values.Get(p.Name), nil }, func(v string) (string, error) { return v, nil })
		if err == nil {
			return strings.TrimSpace(out)
		}
	}
	if f.err == nil {
		f.err = err
	}
	return ""
}

// list is a text taken apart at commas and line ends.
func (f *filler) list(template string) []string {
	var list []string
	for _, one := range strings.FieldsFunc(f.text(template), func(r rune) bool { return r == ',' || r == '\n' }) {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return list
}
