// Package presets describes CRMs as data, lints those descriptions, and turns one plus settings into a readable, writable source.
//
// A [Preset] is a folder: preset.yaml, icon.svg, translations (nl.yaml) and
// testdata. [Load] reads one strictly and answers with every problem at once, as
// [Lint] values that carry file, line, column and an excerpt. [Catalog] collects
// the folders of the program and of the operator. A [Kind] (rest, file, …) opens
// a preset with a [Connection] and yields a [Source].
//
// The package knows no tenant, no cache and no call: settings, HTTP client,
// token source and files are handed in. It never runs code out of a preset:
// $(…) substitutes a value and selectors pick one, there is nothing else.
//
// Start reading at preset.go, where struct tags say for each key what it is
// called, what its text may hold and what it is for; loader, linter, JSON Schema
// and docs all follow those tags.
package presets
