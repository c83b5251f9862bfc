// Package follow turns what a phone system tells of its channels into events of calls.
//
// A phone system speaks of channels: one for the line a call came in on, one for each phone that rings, helpers in between.
// People speak of calls. A [Tracker] is told of channels by the package that speaks the phone system's protocol, and says of
// each call which phone rings, has answered and has hung up. It promises that all channels of one call make one call, that a
// phone with several channels in a call is one device, that a call which is handed on stays one call, and that after a gap
// ([Tracker.Keep]) nothing rings on that has ended.
//
// It knows no protocol, opens no connection and is used by one goroutine at a time. [Rules] say what is outside. A [Feed] and
// a [Link] are what all sources share: connecting again and again, reading, and handing on.
//
// Start reading at tracker.go.
package follow
