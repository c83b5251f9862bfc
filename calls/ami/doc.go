// Package ami speaks the Asterisk Manager Interface: it hears of calls and starts some.
//
// A [Source] stays connected, follows the channels the phone system tells of (package follow) and hands on what happens to
// calls; the call id is Asterisk's Linkedid. After a gap it asks which channels there are and ends what is gone. A [Dialer]
// lets a phone ring and then calls a number. [Check] tells an admin whether address, sign-in and rights are right.
//
// The package opens connections only through the dial function it is given, never writes a value that could begin another
// header, and never puts the secret into an error or a log.
//
// Facts: asterisk.org's documentation of manager actions and events (Asterisk 16 to 22), and streams recorded from a real
// Asterisk in testdata.
//
// Start reading at conn.go (the protocol), then source.go and events.go.
package ami
