// Package callstest is the conformance suite of event sources: it plays recorded streams and holds what comes out against one
// list of what happened, the same for every protocol.
//
// [Scenarios] are the calls everybody must understand. A recording of a scenario is a file testdata/NAME.txt of the source's
// package. [Phone] is a small SIP phone with which they are played to a real phone system.
package callstest
