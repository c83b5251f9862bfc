// Package bench is the project's own benchmark: what `ringdex bench` runs, on the code that serves.
//
// Figures are printed as Markdown with the ratio to something measured in the same rounds on the same cores, since machines
// are noisy: median of the rounds, smallest and largest in brackets. It never fails because a machine is slow, but it does
// when an answer is wrong: a fast refusal is no figure.
//
// It is one of two places that know Badger and phonenumbers directly: the floors our own code is held against are measured
// with the bare libraries. The only one that knows the peers' clients. Start reading at bench.go; match.go, sync.go,
// number.go and http.go are the benchmarks, data.go is what they ask.
package bench
