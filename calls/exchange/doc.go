// Package exchange keeps one connection to each phone system that tells of calls by its own protocol, and hands out who starts
// calls through it.
//
// [Lines] reads the settings of all phone systems ([tenant.LineOptions]), runs a source for each that has one, takes up changed
// settings at once, and stops cleanly. What a source tells goes to the desk with tenant and phone system written on it. After
// each gap it ends the calls the desk believes live and the phone system no longer knows. [Lines.Dialer] is what
// calls.Deps.Dialer wants; [Lines.Check] tries a phone system's settings; [Lines.Lint] judges those a form cannot.
//
// Every connection passes the guard of package outbound, under the tenant's own rules. Secrets are read when a connection is
// made and are in no log and no error.
//
// Start reading at lines.go, then build.go.
package exchange
