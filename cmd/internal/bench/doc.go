// Package bench is the project's own benchmark: what `ringdex bench` runs, on the code that serves.
//
// Figures are printed as lines of Markdown with the ratio to something measured in the same rounds on the same cores, since
// machines are noisy: median of the rounds, smallest and largest in brackets. Nothing here is a test; nothing fails on a
// slow machine.
//
// It is one of two places that know Badger and phonenumbers directly: the floors our own code is held against are measured
// with the bare libraries. Start reading at bench.go.
package bench
