// Package badgerkv is both storage contracts on Badger v4: folders of files, one process each.
//
// It promises that what was acknowledged survives a kill and a power loss (every commit is synced), that a nearly full
// disk stops writing while reading goes on, that a folder of another kind, of a newer release or in use is refused
// untouched with a sentence that says what to do, and that a table's writers hardly disturb its readers. It never
// encrypts, compresses or shows a key in a log or an error, and never uses the value log, DropPrefix or DB.Sync.
//
// Values are protected by checksums of whole files, looked at when a folder is opened; who needs to know that each
// value is the one that was written seals it. Start reading at options.go, then version.go for how versions lie on
// Badger's timestamps.
package badgerkv
