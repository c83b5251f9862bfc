package bench

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"
	"github.com/nyaruka/phonenumbers/v2"
)

// recordSize is how large the record of a number is at the floor, as in the measurements the targets come from.
const recordSize = 366

// typed is the content of a phone field and where it was typed.
type typed struct{ region, text string }

// typedNumbers are those of the records, in memory.
func typedNumbers(all *records, contacts int) []typed {
	out := make([]typed, 0, contacts)
	for rec := range all.all {
		out = append(out, typed{rec.region, rec.phone})
	}
	return out
}

// floor is the least a full rebuild can cost with these libraries: normalise on all cores, sort, stream into an empty store.
// Nothing is compared, sealed, or kept for the next time.
func floor(dir string, texts []typed) (took time.Duration, err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	start := time.Now()
	numbers := make([]string, len(texts))
	var bad atomic.Int64
	parallel(len(texts), func(i int) {
		n, err := phonenumbers.Parse(texts[i].text, texts[i].region)
		if err != nil {
			bad.Add(1)
			return
		}
		numbers[i] = phonenumbers.Format(n, phonenumbers.E164)
	})
	if bad.Load() > 0 {
		return 0, fmt.Errorf("%d numbers of the benchmark do not parse", bad.Load())
	}
	slices.SortFunc(numbers, strings.Compare)
	err = streamIn(dir, numbers)
	return time.Since(start), err
}

func streamIn(dir string, numbers []string) (err error) {
	db, err := badger.Open(badger.DefaultOptions(dir).WithCompression(options.None).WithBlockCacheSize(0).WithLoggingLevel(badger.ERROR).WithSyncWrites(true))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	w := db.NewStreamWriter()
	if err := w.Prepare(); err != nil {
		return err
	}
	if err := stream(w, numbers); err != nil {
		return err
	}
	return w.Flush()
}

// stream writes the numbers in parts of 4 MiB.
func stream(w *badger.StreamWriter, numbers []string) error {
	record := make([]byte, recordSize)
	buffer := z.NewBuffer(8<<20, "floor")
	for _, n := range numbers {
		badger.KVToBuffer(&pb.KV{Key: []byte("tenant-key--" + n), Value: record, Version: 1, StreamId: 1}, buffer)
		if buffer.LenNoPadding() > 4<<20 {
			if err := w.Write(buffer); err != nil {
				return err
			}
			buffer.Reset()
		}
	}
	return errors.Join(w.Write(buffer), buffer.Release())
}

// parallel divides n among the cores.
func parallel(n int, work func(i int)) {
	cores := runtime.NumCPU()
	var wg sync.WaitGroup
	for c := range cores {
		wg.Go(func() {
			for i := n * c / cores; i < n*(c+1)/cores; i++ {
				work(i)
			}
		})
	}
	wg.Wait()
}
