// Package presettest runs the tests presets bring: it replays recorded exchanges, clean and with faults, on a clock of its own, and compares what comes out with golden files.
//
// [Replay] is for the command `ringdex preset test`, [Run] for Go tests of whole
// folders, and [RunKind] holds a kind to what every reader of sources relies on.
// Nothing here touches a network or waits in real time.
package presettest
