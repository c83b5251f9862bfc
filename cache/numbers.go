package cache

import (
	"iter"
	"unsafe"

	"github.com/ringdex/ringdex/store"
)

// numberEntry is an entry read in passing; it is valid during its step.
type numberEntry struct {
	hash     hash
	total    int
	listings []listing
}

// numberEntries lists the number entries as the run sees them, without what it has not written yet.
func (w *writer) numberEntries() iter.Seq2[numberEntry, error] {
	return readNumbers(w.z, w.scan(w.z.prefix.key(nil, kindNumber)))
}

func readNumbers(z *sealer, items iter.Seq2[store.Item, error]) iter.Seq2[numberEntry, error] {
	return func(yield func(numberEntry, error) bool) {
		var body []byte
		var e numberEntry
		for item, err := range items {
			if err == nil {
				body, err = unseal(z.aead, body[:0], item.Value, item.Key)
			}
			if err != nil {
				yield(numberEntry{}, err)
				return
			}
			rd := reader{rest: unsafe.String(unsafe.SliceData(body), len(body))} // valid until the next step
			e.hash, e.total, e.listings = hash(item.Key[prefixSize+1:]), int(rd.uvarint()), e.listings[:0]
			for range rd.uvarint() {
				one := reader{rest: rd.text()}
				e.listings = append(e.listings, readListing(&one))
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
