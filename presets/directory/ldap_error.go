package directory

import (
	"regexp"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// refusal is what a result code means for a person. The server's own text is not shown: it may hold names.
type refusal struct {
	text, hint    wording.Text
	retry, reauth bool
}

// refusals are the result codes (RFC 4511 appendix A) there is more to say about than their name.
var refusals = map[uint16]refusal{
	ldap.LDAPResultOperationsError:              {text: wording.New("directory.server_wants_sign_first", "the server wants a sign-in first"), hint: wording.New("directory.give_user_password", "give a user and its password"), reauth: true},
	ldap.LDAPResultTimeLimitExceeded:            {text: wording.New("directory.server_ended_search_because_took", "the server ended the search because it took too long"), hint: wording.New("directory.read_smaller_part_another_base", "read a smaller part: another base, or a narrower filter on indexed attributes"), retry: true},
	ldap.LDAPResultSizeLimitExceeded:            {text: wording.New("directory.server_gives_only_part_entries", "the server gives only a part of its entries"), hint: wording.New("directory.does_not_page_have_size", "it does not page; have its size limit raised for this user, or read a smaller part of the directory")},
	ldap.LDAPResultAuthMethodNotSupported:       {text: wording.New("directory.server_does_not_take_way", "the server does not take this way of signing in"), hint: wording.New("directory.needs_user_password_does_not", "it needs a user and password, or does not allow simple sign-in"), reauth: true},
	ldap.LDAPResultStrongAuthRequired:           {text: wording.New("directory.server_wants_encrypted_connection", "the server wants an encrypted connection"), hint: wording.New("directory.set_encryption_starttls_ldaps", "set the encryption to starttls or ldaps")},
	ldap.LDAPResultReferral:                     {text: wording.New("directory.these_entries_kept_by_another", "these entries are kept by another server"), hint: wording.New("directory.enter_server_base_one_holds", "enter that server, or a base that this one holds")},
	ldap.LDAPResultAdminLimitExceeded:           {text: wording.New("directory.server_administrative_limit_reached", "the server's administrative limit was reached"), hint: wording.New("directory.have_limit_raised_user_read", "have the limit raised for this user, or read a smaller part of the directory")},
	ldap.LDAPResultConfidentialityRequired:      {text: wording.New("directory.server_wants_encrypted_connection", "the server wants an encrypted connection"), hint: wording.New("directory.set_encryption_starttls_ldaps", "set the encryption to starttls or ldaps")},
	ldap.LDAPResultUnavailableCriticalExtension: {text: wording.New("directory.server_does_not_know_part", "the server does not know a part of the question"), hint: wording.New("directory.directory_cannot_read_pages", "this directory cannot be read in pages")},
	ldap.LDAPResultInappropriateMatching:        {text: wording.New("directory.server_cannot_use_filter", "the server cannot use the filter"), hint: wording.New("directory.comparison_filter_does_not_fit", "a comparison in the filter does not fit its attribute")},
	ldap.LDAPResultNoSuchObject:                 {text: wording.New("directory.base_not_may_not_seen", "the base is not there, or may not be seen"), hint: wording.New("directory.check_base_options_what_user", "check the base in the options, and what this user may read")},
	ldap.LDAPResultInvalidDNSyntax:              {text: wording.New("directory.server_does_not_take_name", "the server does not take a name as it is written"), hint: wording.New("directory.write_user_as_cn_reader", "write the user as cn=reader,dc=example,dc=com or reader@example.com, the base as dc=example,dc=com")},
	ldap.LDAPResultInappropriateAuthentication:  {text: wording.New("directory.server_does_not_take_way", "the server does not take this way of signing in"), hint: wording.New("directory.give_user_password", "give a user and its password"), reauth: true},
	ldap.LDAPResultInvalidCredentials:           {text: wording.New("directory.server_does_not_take_user", "the server does not take user and password"), hint: wording.New("directory.check_both_after_change_password", "check both; after a change of password enter the new one"), reauth: true},
	ldap.LDAPResultInsufficientAccessRights:     {text: wording.New("directory.user_may_not_read", "this user may not read there"), hint: wording.New("directory.give_right_read_people_their", "give it the right to read the people and their numbers")},
	ldap.LDAPResultBusy:                         {text: wording.New("directory.server_busy", "the server is busy"), retry: true},
	ldap.LDAPResultUnavailable:                  {text: wording.New("directory.server_shutting_down_not_ready", "the server is shutting down or not ready"), retry: true},
	ldap.LDAPResultUnwillingToPerform:           {text: wording.New("directory.server_refuses_request", "the server refuses the request"), hint: wording.New("directory.may_want_encrypted_connection_does", "it may want an encrypted connection, or does not allow a sign-in without a password")},
	ldap.LDAPResultFilterError:                  {text: wording.New("directory.filter_cannot_used", "the filter cannot be used"), hint: wording.New("directory.check_filter_options", "check the filter in the options")},
}

// activeDirectory are the reasons Active Directory gives beside result code 49, as "data 52e" in its text
// (learn.microsoft.com, "Bind fails with error 49", read 2026-11).
var activeDirectory = map[string]wording.Text{
	"525": wording.New("directory.ad_525", "there is no such user"),
	"52e": wording.New("directory.ad_52e", "the password is wrong"),
	"530": wording.New("directory.ad_530", "this user may not sign in at this time of day"),
	"531": wording.New("directory.ad_531", "this user may not sign in from this machine"),
	"532": wording.New("directory.ad_532", "the password has expired"),
	"533": wording.New("directory.ad_533", "the account is disabled"),
	"701": wording.New("directory.ad_701", "the account has expired"),
	"773": wording.New("directory.ad_773", "the password has to be changed first"),
	"775": wording.New("directory.ad_775", "the account is locked"),
}

var dataForm = regexp.MustCompile(`\bdata ([0-9a-fA-F]{3})\b`)

func worded(op wording.Text, said *ldap.Error) error {
	r, ok := refusals[said.ResultCode]
	if !ok {
		r.text = wording.New("directory.refused", "the server refused: {Reason}", "Reason", ldap.LDAPResultCodeMap[said.ResultCode])
	}
	if said.ResultCode == ldap.LDAPResultInvalidCredentials && said.Err != nil {
		if m := dataForm.FindStringSubmatch(said.Err.Error()); m != nil && !activeDirectory[m[1]].IsZero() {
			r.hint = activeDirectory[m[1]]
		}
	}
	return &presets.Error{Op: op, Text: r.text, Hint: r.hint, Retry: r.retry, ReauthNeeded: r.reauth, Err: said}
}
