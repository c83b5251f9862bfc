// Package outbound is the guard every outgoing connection passes: HTTP, LDAP, SQL and sign-in alike.
//
// It promises that the address which was checked is the address which is connected, so that neither a name that
// resolves to two answers nor a redirect reaches an internal machine; that private addresses are reached only by an
// operator's [Rule] and each use of one is reported; that metadata services are never reached; and that no answer can
// hold a caller longer or larger than [Limits] says. It never reads proxy settings from the environment and never puts
// an answer's body into an error.
//
// Start reading at address.go (what is refused), then guard.go and client.go.
package outbound
