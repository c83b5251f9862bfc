package badgerkv

import (
	"math"

	"github.com/ringdex/ringdex/store"
)

// A version is the upper part of a Badger timestamp; the lower part counts the pieces in which a batch was written.
//
// Badger cannot tell which of two values of one key at one timestamp is the newer once they lie in different files: a
// compaction within level 0 gives old entries a new place in the order (levels.go, fillTablesL0ToL0, and
// level_handler.go, replaceTables, of v4.9.6). A batch writes the same key often, and once more after it was resumed. So
// each piece has a timestamp of its own, and readers read at the highest of their version.
const (
	pieceBits  = 24
	lastPiece  = 1<<pieceBits - 1
	maxVersion = store.Version(math.MaxUint64 >> pieceBits)
)

// stamp is the timestamp of one piece of a version.
func stamp(v store.Version, piece uint64) uint64 { return uint64(v)<<pieceBits | piece }

// readStamp is what readers of a version read at.
func readStamp(v store.Version) uint64 { return stamp(min(v, maxVersion), lastPiece) }

// split is the opposite of stamp.
func split(ts uint64) (v store.Version, piece uint64) {
	return store.Version(ts >> pieceBits), ts & lastPiece
}

// Keys of a table's own. Their values are empty: what they tell is the timestamp they were written at. So there is one
// entry of each for every timestamp, and compaction takes them away with the versions that are forgotten.
const (
	pieceKey     = store.Reserved + "piece"     // written with every piece of every batch
	latestKey    = store.Reserved + "latest"    // written with the last piece of every committed batch
	forgottenKey = store.Reserved + "forgotten" // written at the version Forget was told
)
