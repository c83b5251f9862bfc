package badgerkv

import (
	"log/slog"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Options are what may differ between two folders. The zero value is right for a server.
type Options struct {
	// Log gets what Badger warns of, without keys; nil is slog.Default().
	Log *slog.Logger
	// MinFree is how many bytes of the disk stay free: below it every write answers store.ErrReadOnly. 0 is 5 % of the
	// disk, but at least 256 MiB and at most 1 GiB; negative never refuses, and a full disk then kills the process.
	MinFree int64
	// Pace is how many entries a second all batches of a table together write while it has been read within the last
	// second; 0 is DefaultPace, negative is never paced.
	Pace int
	// MemTable is the size of a memory table in bytes; 0 is 16 MiB, at least 8 MiB. Up to seven of them exist at once.
	MemTable int64
}

// DefaultPace keeps reads below 2 ms at the 99.9th percentile on two cores while a batch writes (BenchmarkReadWhileWriting).
const DefaultPace = 50_000

const (
	defaultMemTable = 16 << 20
	minMemTable     = 8 << 20 // below it, Badger's largest transaction is smaller than store.MaxUpdate
)

// badger returns what both kinds of folder have in common. No compression and no block cache: blocks are read from the
// memory map, so that the page cache is the only cache and the process stays small.
func (o Options) badger(dir string) badger.Options {
	return badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithChecksumVerificationMode(options.OnTableRead).
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithNumVersionsToKeep(1).
		WithMemTableSize(o.memTable()).
		WithValueLogFileSize(64 << 20).
		WithCompactL0OnClose(false).
		WithMetricsEnabled(false).
		WithLogger(logger{log: o.log(), dir: dir})
}

func (o Options) memTable() int64 {
	if o.MemTable == 0 {
		return defaultMemTable
	}
	return max(o.MemTable, minMemTable)
}

func (o Options) log() *slog.Logger {
	if o.Log == nil {
		return slog.Default()
	}
	return o.Log
}

func (o Options) pace() int {
	if o.Pace == 0 {
		return DefaultPace
	}
	return o.Pace
}
