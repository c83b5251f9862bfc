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
	// MemTable is the size of a memory table in bytes, of which up to four exist at once; 0 is 32 MiB for a table and
	// 16 MiB for a store, the least is 8 MiB.
	MemTable int64
	// VerifyLater checks the blocks of a table's files in the background after opening instead of before, where it takes
	// about 0.1 s of a core for a million entries. Damage is then logged, and until it is found a flipped bit may be read: only for
	// a table whose values are sealed.
	VerifyLater bool
}

// DefaultPace keeps reads below 2 ms at the 99.9th percentile on two cores while a batch writes (BenchmarkReadWhileWriting).
const DefaultPace = 50_000

const (
	tableMemTable = 32 << 20
	storeMemTable = 16 << 20
	minMemTable   = 8 << 20 // below it, Badger's largest transaction is smaller than store.MaxUpdate
)

// Compaction competes with readers for the cores: what makes a read wait is mostly Go's scheduler giving both cores to
// compaction for 10 ms at a time. So there are as few compactors as Badger allows, and files four times as large as it
// would make, because it splits a compaction into more goroutines the more files there are.
const (
	compactors = 2
	memTables  = 3
	tableFile  = 8 << 20
	baseLevel  = 4 * tableFile
)

// badger returns what both kinds of folder have in common. No compression and no block cache: blocks are read from the
// memory map, so that the page cache is the only cache and the process stays small.
func (o Options) badger(dir string, memTable int64) badger.Options {
	return badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithChecksumVerificationMode(options.OnTableRead).
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithNumVersionsToKeep(1).
		WithMemTableSize(memTable).
		WithNumMemtables(memTables).
		WithNumCompactors(compactors).
		WithBaseTableSize(tableFile).
		WithBaseLevelSize(baseLevel).
		WithValueLogFileSize(64 << 20).
		WithCompactL0OnClose(false).
		WithMetricsEnabled(false).
		WithLogger(logger{log: o.log(), dir: dir})
}

func (o Options) memTable(usual int64) int64 {
	if o.MemTable == 0 {
		return usual
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
