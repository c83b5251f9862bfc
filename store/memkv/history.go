package memkv

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// revision is one value of a key, from a moment on.
type revision struct {
	at      uint64
	value   []byte
	deleted bool
}

// history keeps every revision of every key. A moment, once reached, never changes for its readers as long as writers
// only add later ones; this is what both contracts are made of.
type history struct {
	mu        sync.RWMutex
	revisions map[string][]revision // ascending by moment
	sorted    []string              // keys; replaced, never changed, so that a scan may walk it unlocked
	fresh     []string              // keys since sorted was made
}

func newHistory() *history { return &history{revisions: map[string][]revision{}} }

// get returns the value at a moment. The slice is never written again.
func (h *history) get(key string, at uint64) ([]byte, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	revs := h.revisions[key]
	for i := len(revs) - 1; i >= 0; i-- {
		if revs[i].at <= at {
			return revs[i].value, !revs[i].deleted
		}
	}
	return nil, false
}

// changed is the moment of the newest revision of a key, 0 if it has none.
func (h *history) changed(key string) uint64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if revs := h.revisions[key]; len(revs) > 0 {
		return revs[len(revs)-1].at
	}
	return 0
}

// put adds all writes, in one piece for readers; one of the same key and moment takes the older one's place.
func (h *history) put(at uint64, writes map[string]revision) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for key, rev := range writes {
		rev.at = at
		revs, known := h.revisions[key]
		if !known {
			h.fresh = append(h.fresh, key)
		}
		i, same := slices.BinarySearchFunc(revs, at, func(r revision, at uint64) int { return cmp.Compare(r.at, at) })
		if same {
			revs = slices.Clone(revs)
			revs[i] = rev
		} else {
			revs = slices.Insert(revs, i, rev)
		}
		h.revisions[key] = revs
	}
}

// keys lists the keys known by now that start with prefix, from the given one on, whether they have a value or not.
func (h *history) keys(prefix, from string) []string {
	h.mu.Lock()
	h.settle()
	all := h.sorted
	h.mu.Unlock()
	first, _ := slices.BinarySearch(all, max(prefix, from))
	all = all[first:]
	last := len(all)
	for i, key := range all {
		if !strings.HasPrefix(key, prefix) {
			last = i
			break
		}
	}
	return all[:last]
}

// settle merges the fresh keys into a new sorted list. The caller holds the lock.
func (h *history) settle() {
	if len(h.fresh) == 0 {
		return
	}
	slices.Sort(h.fresh)
	h.sorted = merge(h.sorted, h.fresh)
	h.fresh = nil
}

// merge returns a new ascending list of two ascending ones.
func merge(a, b []string) []string {
	out := make([]string, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] <= b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
