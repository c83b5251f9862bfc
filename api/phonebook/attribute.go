package phonebook

import "bytes"

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
	{[]byte("objectClass"), attrObjectClass},
	{[]byte("uid"), attrUID},
	{[]byte("cn"), attrCN},
	{[]byte("displayName"), attrDisplayName},
	{[]byte("sn"), attrSN},
	{[]byte("givenName"), attrGivenName},
	{[]byte("o"), attrO},
	{[]byte("mail"), attrMail},
	{[]byte("telephoneNumber"), attrTelephone},
	{[]byte("mobile"), attrMobile},
	{[]byte("homePhone"), attrHome},
}

// wanted is an attribute by the name it was asked for.
type wanted struct {
	name []byte
	attr attribute
}

// longestAttribute is how long the longest name is.
const longestAttribute = len("facsimiletelephonenumber")

// attributeOf reads a name; options behind a semicolon do not count.
func attributeOf(name []byte) attribute {
	name, _, _ = bytes.Cut(name, []byte(";"))
	if len(name) > longestAttribute {
		return attrUnknown
	}
	var room [longestAttribute]byte
	lower := room[:copy(room[:], name)]
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return attributes[string(lower)]
}

// phone tells whether the attribute holds numbers.
func (a attribute) phone() bool { return a >= attrTelephone }
