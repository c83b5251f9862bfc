// Package esl speaks the event socket of FreeSWITCH: it hears of calls and starts some.
//
// A [Source] stays connected, follows the channels the phone system tells of (package follow) and hands on what happens to
// calls; the call id is the UUID of the channel the call began with. After a gap it asks which channels there are and ends
// what is gone. A [Dialer] lets a phone ring and then calls a number. [Check] tells an admin whether address and sign-in
// are right.
//
// The package opens connections only through the dial function it is given, never writes a value that could begin another
// command or variable, and never puts the password into an error or a log.
//
// Facts: FreeSWITCH's documentation of mod_event_socket, mod_callcenter and its channel events, and the headers its sources
// set. The streams in testdata are written by hand after them: no FreeSWITCH could be tried.
//
// Start reading at conn.go (the protocol), then source.go and events.go.
package esl
