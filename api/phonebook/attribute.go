package phonebook

import "strings"

// attribute is a datum of an entry that phones know.
type attribute uint8

// The attributes. What is not among them is undefined in a filter and left out of an answer.
const (
	attrUnknown attribute = iota
	attrObjectClass
	attrUID
	attrCN
	attrDisplayName
	attrSN
	attrGivenName
	attrO
	attrMail
	attrTelephone // those from here on hold numbers
	attrMobile
	attrHome
	attrOtherPhone // known to phones, and never filled
)

// attributes are their names and other names, in lower case.
var attributes = map[string]attribute{
	"objectclass": attrObjectClass, "uid": attrUID, "userid": attrUID,
	"cn": attrCN, "commonname": attrCN, "name": attrCN, "displayname": attrDisplayName,
	"sn": attrSN, "surname": attrSN, "givenname": attrGivenName, "gn": attrGivenName,
	"o": attrO, "organizationname": attrO, "company": attrO,
	"mail": attrMail, "email": attrMail, "rfc822mailbox": attrMail,
	"telephonenumber": attrTelephone, "mobile": attrMobile, "mobiletelephonenumber": attrMobile,
	"homephone": attrHome, "hometelephonenumber": attrHome,
	"ipphone": attrOtherPhone, "other": attrOtherPhone, "othertelephone": attrOtherPhone, "othermobile": attrOtherPhone,
	"otherhomephone": attrOtherPhone, "pager": attrOtherPhone, "facsimiletelephonenumber": attrOtherPhone,
}

// all is what an answer holds where a phone does not say what it wants.
var all = []wanted{
	{"objectClass", attrObjectClass},
	{"uid", attrUID},
	{"cn", attrCN},
	{"displayName", attrDisplayName},
	{"sn", attrSN},
	{"givenName", attrGivenName},
	{"o", attrO},
	{"mail", attrMail},
	{"telephoneNumber", attrTelephone},
	{"mobile", attrMobile},
	{"homePhone", attrHome},
}

// wanted is an attribute by the name it was asked for.
type wanted struct {
	name string
	attr attribute
}

// attributeOf reads a name; options behind a semicolon do not count.
func attributeOf(name string) attribute {
	name, _, _ = strings.Cut(name, ";")
	if a, ok := attributes[name]; ok {
		return a
	}
	return attributes[strings.ToLower(name)]
}

// phone tells whether the attribute holds numbers.
func (a attribute) phone() bool { return a >= attrTelephone }
