// Package ring sends the requests that scripts ask of the server when a phone rings.
//
// It promises that a request is sent once per call and script, through the outbound guard, and ends after five seconds; that
// nobody waits for it, and that one tenant's slow server holds up no other's; that failures are counted, and told without
// a number, a name or an address. It never decides who is calling or which scripts fit.
//
// Start reading at runner.go, then action.go.
package ring
