// Package option declares a configurable value once for form, --set, validation, schema and docs; the server's own
// settings also become flags and variables.
//
// An [Option] is the declaration, a [Set] is an ordered list of them, [Values] is what remains after [Set.Validate]: known
// names, well-formed texts in one canonical spelling, defaults filled in. Everything else in this package is another view of
// the same declaration: [Set.Schema], [Set.Markdown], [Set.BindFlags], [Set.Load], [Set.Lint].
//
// It promises that a value is judged by the same rule wherever it comes from, and that a problem names the option, what is
// wrong, what to do, and (for settings) where the value came from, but never a secret. It knows nothing of tenants,
// presets or the disk.
//
// Start reading at option.go, then set.go.
package option
