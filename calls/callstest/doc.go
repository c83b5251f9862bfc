// Package callstest is the conformance suites of event sources and of dialers: it plays recorded streams and holds what comes out
// against one list of what happened, and orders calls of imitated phone systems, the same for every protocol.
//
// [Scenarios] are the calls everybody must understand. A recording of a scenario is a file testdata/NAME.txt of the source's
// package. [Phone] is a small SIP phone with which they are played to a real phone system. [RunDialer] is what every dialer
// promises.
package callstest
