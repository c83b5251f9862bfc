// Package ldaptest is an LDAP server in memory, filled from LDIF: enough of one to replay a preset's fixtures and to misbehave on purpose in tests.
//
// It pages, compares and sorts nothing away; it has no schema, so an attribute that is compared is compared as text.
package ldaptest
