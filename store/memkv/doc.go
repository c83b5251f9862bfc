// Package memkv is both storage contracts in memory, for tests: the same answers as an engine with files, nothing kept.
//
// It promises what storetest checks, conflicts and versions included, and gives the memory back only with the store. It
// never writes a file, paces a batch or refuses for lack of space. Start reading at history.go.
package memkv
