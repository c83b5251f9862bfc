package directory

import (
	"regexp"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/presets"
)

// refusal is what a result code means for a person. The server's own text is not shown: it may hold names.
type refusal struct {
	text, hint    string
	retry, reauth bool
}

// refusals are the result codes (RFC 4511 appendix A) there is more to say about than their name.
var refusals = map[uint16]refusal{
	ldap.LDAPResultOperationsError:              {text: "the server wants a sign-in first", hint: "give a user and its password", reauth: true},
	ldap.LDAPResultTimeLimitExceeded:            {text: "the server ended the search because it took too long", hint: "read a smaller part: another base, or a narrower filter on indexed attributes", retry: true},
	ldap.LDAPResultSizeLimitExceeded:            {text: "the server gives only a part of its entries", hint: "it does not page; have its size limit raised for this user, or read a smaller part of the directory"},
	ldap.LDAPResultAuthMethodNotSupported:       {text: "the server does not take this way of signing in", hint: "it needs a user and password, or does not allow simple sign-in", reauth: true},
	ldap.LDAPResultStrongAuthRequired:           {text: "the server wants an encrypted connection", hint: "set the encryption to starttls or ldaps"},
	ldap.LDAPResultReferral:                     {text: "these entries are kept by another server", hint: "enter that server, or a base that this one holds"},
	ldap.LDAPResultAdminLimitExceeded:           {text: "the server's administrative limit was reached", hint: "have the limit raised for this user, or read a smaller part of the directory"},
	ldap.LDAPResultConfidentialityRequired:      {text: "the server wants an encrypted connection", hint: "set the encryption to starttls or ldaps"},
	ldap.LDAPResultUnavailableCriticalExtension: {text: "the server does not know a part of the question", hint: "this directory cannot be read in pages"},
	ldap.LDAPResultInappropriateMatching:        {text: "the server cannot use the filter", hint: "a comparison in the filter does not fit its attribute"},
	ldap.LDAPResultNoSuchObject:                 {text: "the base is not there, or may not be seen", hint: "check the base in the options, and what this user may read"},
	ldap.LDAPResultInvalidDNSyntax:              {text: "the server does not take a name as it is written", hint: "write the user as cn=reader,dc=example,dc=com or reader@example.com, the base as dc=example,dc=com"},
	ldap.LDAPResultInappropriateAuthentication:  {text: "the server does not take this way of signing in", hint: "give a user and its password", reauth: true},
	ldap.LDAPResultInvalidCredentials:           {text: "the server does not take user and password", hint: "check both; after a change of password enter the new one", reauth: true},
	ldap.LDAPResultInsufficientAccessRights:     {text: "this user may not read there", hint: "give it the right to read the people and their numbers"},
	ldap.LDAPResultBusy:                         {text: "the server is busy", retry: true},
	ldap.LDAPResultUnavailable:                  {text: "the server is shutting down or not ready", retry: true},
	ldap.LDAPResultUnwillingToPerform:           {text: "the server refuses the request", hint: "it may want an encrypted connection, or does not allow a sign-in without a password"},
	ldap.LDAPResultFilterError:                  {text: "the filter cannot be used", hint: "check the filter in the options"},
}

// activeDirectory are the reasons Active Directory gives beside result code 49, as "data 52e" in its text
// (learn.microsoft.com, "Bind fails with error 49", read 2026-11).
var activeDirectory = map[string]string{
	"525": "there is no such user",
	"52e": "the password is wrong",
	"530": "this user may not sign in at this time of day",
	"531": "this user may not sign in from this machine",
	"532": "the password has expired",
	"533": "the account is disabled",
	"701": "the account has expired",
	"773": "the password has to be changed first",
	"775": "the account is locked",
}

var dataForm = regexp.MustCompile(`\bdata ([0-9a-fA-F]{3})\b`)

func worded(op string, said *ldap.Error) error {
	r, ok := refusals[said.ResultCode]
	if !ok {
		r.text = "the server refused: " + ldap.LDAPResultCodeMap[said.ResultCode]
	}
	if said.ResultCode == ldap.LDAPResultInvalidCredentials && said.Err != nil {
		if m := dataForm.FindStringSubmatch(said.Err.Error()); m != nil && activeDirectory[m[1]] != "" {
			r.hint = activeDirectory[m[1]]
		}
	}
	return &presets.Error{Op: op, Text: r.text, Hint: r.hint, Retry: r.retry, ReauthNeeded: r.reauth, Err: said}
}
