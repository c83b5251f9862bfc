// Package cache answers which contacts a tenant has for a number, and replaces its contents one generation at a time.
//
// A generation is a version of a [store.Table], not a copy. A [Refresh] compares each contact's digest with the one
// stored and writes only differences, at a version of its own; publishing notes that version for the integration in one
// control transaction, rolling back notes the previous one. A reader reads at the published version, so it sees one
// generation or another and never half a run.
//
// Everything is sealed with sub-keys of the integration's data key, keys are keyed hashes: a stolen disk shows no number
// and no name, a flipped bit is [ErrUnavailable] and never another person, and whoever destroys the data key has erased
// the integration.
//
// It never normalises, never talks to a CRM, never decides whether a run may be published, and never orders
// integrations: phone, presets, jobs and recognition do. Start reading at match.go for the question, refresh.go for the
// run, layout.go for what lies on disk.
package cache
