// Package store is the two storage contracts everything durable stands on, with engines and conformance suites.
//
// [Store] is for control data: small transactions over ordered keys, which may conflict and run again. [Table] is for
// bulk data: versions, one writer per key range, readers who say which version they were told. Nothing above this
// package may know which engine is behind either of them.
//
// It promises that what was acknowledged is durable, that a transaction is there whole or not at all, and that a reader
// at one version sees the same data for as long as that version is wanted. It never interprets keys or values; sealing
// them is the business of whoever writes them.
//
// The engines are store/badgerkv (files) and store/memkv (memory, for tests); store/storetest is the suite every engine
// must pass. Start reading at store.go, then table.go.
package store
