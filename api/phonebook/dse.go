package phonebook

import "strings"

// stated is an attribute of an entry that is about the server itself.
type stated struct {
	name   string
	values []string
}

const subschemaName = "cn=subschema"

// rootDSE says what the server can do (RFC 4512, 5.1).
func (c *conn) rootDSE() []stated {
	extensions := []string{extendedWhoAmI}
	if c.server.d.TLS != nil {
		extensions = append(extensions, extendedStartTLS)
	}
	return []stated{
		{"objectClass", []string{"top"}},
		{"namingContexts", []string{suffix}},
		{"supportedLDAPVersion", []string{"3"}},
		{"supportedControl", []string{controlPaged, controlManage}},
		{"supportedExtension", extensions},
		{"subschemaSubentry", []string{subschemaName}},
		{"vendorName", []string{"Ringdex"}},
	}
}

// top is the entry everybody is below.
var top = []stated{
	{"objectClass", []string{"top", "dcObject", "organization"}},
	{"dc", []string{"ringdex"}},
	{"o", []string{"Ringdex"}},
}

// subschema describes what entries are made of (RFC 4512, 4.2); the definitions are those of RFC 4519 and RFC 2798.
var subschema = []stated{
	{"objectClass", []string{"top", "subentry", "subschema"}},
	{"cn", []string{"subschema"}},
	{"objectClasses", []string{
		"( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
		"( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY telephoneNumber )",
		"( 2.5.6.7 NAME 'organizationalPerson' SUP person STRUCTURAL )",
		"( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL MAY ( displayName $ givenName $ homePhone $ mail $ mobile $ o $ uid ) )",
	}},
	{"attributeTypes", []string{
		definition("2.5.4.0", "'objectClass'", "objectIdentifierMatch", "1.3.6.1.4.1.1466.115.121.1.38"),
		definition("0.9.2342.19200300.100.1.1", "( 'uid' 'userid' )", "caseIgnoreMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
		definition("2.5.4.3", "( 'cn' 'commonName' )", "caseIgnoreMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
		definition("2.16.840.1.113730.3.1.241", "'displayName'", "caseIgnoreMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
		definition("2.5.4.4", "( 'sn' 'surname' )", "caseIgnoreMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
		definition("2.5.4.42", "( 'givenName' 'gn' )", "caseIgnoreMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
		definition("2.5.4.10", "( 'o' 'organizationName' )", "caseIgnoreMatch", "1.3.6.1.4.1.1466.115.121.1.15"),
		definition("0.9.2342.19200300.100.1.3", "( 'mail' 'rfc822Mailbox' )", "caseIgnoreIA5Match", "1.3.6.1.4.1.1466.115.121.1.26"),
		definition("2.5.4.20", "'telephoneNumber'", "telephoneNumberMatch", "1.3.6.1.4.1.1466.115.121.1.50"),
		definition("0.9.2342.19200300.100.1.41", "( 'mobile' 'mobileTelephoneNumber' )", "telephoneNumberMatch", "1.3.6.1.4.1.1466.115.121.1.50"),
		definition("0.9.2342.19200300.100.1.20", "( 'homePhone' 'homeTelephoneNumber' )", "telephoneNumberMatch", "1.3.6.1.4.1.1466.115.121.1.50"),
	}},
}

func definition(oid, names, equality, syntax string) string {
	return "( " + oid + " NAME " + names + " EQUALITY " + equality + " SYNTAX " + syntax + " )"
}

// attributesOf sends an entry about the server, as far as it was asked for. Its filter is not looked at: clients ask for
// any object class.
func (c *conn) attributesOf(id int, dn string, list []stated, r *searchRequest) {
	out, message := open(c.out, tagSequence)
	out = appendInt(out, tagInteger, id)
	out, op := open(out, opEntry)
	out = appendString(out, tagOctets, dn)
	out, all := open(out, tagSequence)
	for _, s := range list {
		if r.asks(s.name) {
			out = appendAttribute(out, s.name, s.values, r.typesOnly)
		}
	}
	c.out = shut(shut(shut(out, all), op), message)
}

func (r *searchRequest) asks(name string) bool {
	for n := range r.each {
		if n := string(n); n == "*" || n == "+" || strings.EqualFold(n, name) {
			return true
		}
	}
	return len(r.names) == 0
}
