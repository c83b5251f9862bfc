// Package storetest is the suite that every storage engine passes, one for each contract.
//
// It promises that what the packages above rely on is tested the same way for each engine: order and bounds, conflicts,
// versions, what survives a reopen, and that an engine equals a plain map under random work. It never looks at an
// engine's files. Start reading at store.go and table.go.
package storetest
