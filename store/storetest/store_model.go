package storetest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ringdex/ringdex/store"
)

// smallKeys are few and prefixes of each other, so that random work meets itself.
func smallKeys() *rapid.Generator[string] { return rapid.StringMatching(`[ab/]{1,3}`) }

// storeModel guards that the store equals a map, whatever is done to it, and after reopening.
func storeModel(t *testing.T, open OpenStore) {
	dir := t.TempDir()
	s := open(t, dir)
	want := map[string]string{}
	rapid.Check(t, func(rt *rapid.T) {
		rt.Repeat(map[string]func(*rapid.T){
			"update": func(rt *rapid.T) { want = modelUpdate(rt, t, s, want) },
			"scan": func(rt *rapid.T) {
				prefix, from := rapid.StringMatching(`[ab/]{0,2}`).Draw(rt, "prefix"), rapid.StringMatching(`[ab/]{0,3}`).Draw(rt, "from")
				view(t, s, func(r store.Reader) { sameList(rt, list(t, r, prefix, from), listed(want, prefix, from)) })
			},
		})
	})
	closeStore(t, s)
	s = open(t, dir)
	defer closeStore(t, s)
	view(t, s, func(r store.Reader) {
		check(t, "all", strings.Join(list(t, r, "", ""), " "), strings.Join(listed(want, "", ""), " "))
	})
}

// modelUpdate does the same to the store and to a copy of the map, and returns the map that holds afterwards.
func modelUpdate(rt *rapid.T, t *testing.T, s store.Store, before map[string]string) map[string]string {
	after := maps.Clone(before)
	abort := rapid.IntRange(0, 4).Draw(rt, "abort") == 0
	aborted := errors.New("aborted")
	err := s.Update(t.Context(), func(w store.Writer) error {
		for range rapid.IntRange(1, 5).Draw(rt, "steps") {
			modelStep(rt, t, w, after)
		}
		sameList(rt, list(t, w, "", ""), listed(after, "", ""))
		if abort {
			return aborted
		}
		return nil
	})
	if abort {
		if !errors.Is(err, aborted) {
			rt.Fatalf("update = %v, want its own error", err)
		}
		return before
	}
	if err != nil {
		rt.Fatalf("update: %v", err)
	}
	return after
}

func modelStep(rt *rapid.T, t *testing.T, w store.Writer, want map[string]string) {
	key := smallKeys().Draw(rt, "key")
	if rapid.Bool().Draw(rt, "delete") {
		remove(t, w, key)
		delete(want, key)
	} else {
		value := rapid.StringN(0, 4, -1).Draw(rt, "value")
		put(t, w, key, value)
		want[key] = value
	}
	got := get(t, w, key)
	if value, ok := want[key]; ok && got != value || !ok && got != absent {
		rt.Fatalf("key %q = %q, want %q (%v)", key, got, value, ok)
	}
}

// listed is what a scan of the map gives.
func listed(m map[string]string, prefix, from string) []string {
	out := []string{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if strings.HasPrefix(key, prefix) && key >= from {
			out = append(out, key+"="+m[key])
		}
	}
	return out
}

func sameList(rt *rapid.T, got, want []string) {
	if !slices.Equal(got, want) {
		rt.Fatalf("listed %q, want %q", got, want)
	}
}
