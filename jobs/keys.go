package jobs

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
)

// Keys in the control store begin with the tenant, so that everything of a tenant lies together and can move together:
//
//	TENANT/jobs/due/INTEGRATION               when it runs next
//	TENANT/jobs/lease/INTEGRATION             who may run it, with the fencing number
//	TENANT/jobs/state/INTEGRATION             the page a suspended run goes on at (sealed)
//	TENANT/jobs/run/INTEGRATION/NEWEST-FIRST  one run each
//	TENANT/jobs/report/INTEGRATION/…          the data-quality report: counts, and rows by reason (sealed)
func keyOf(kind string, in cache.Ref) []byte {
	return fmt.Appendf(nil, "%s/jobs/%s/%s", in.Tenant, kind, in.Integration)
}

func dueKey(in cache.Ref) []byte   { return keyOf("due", in) }
func leaseKey(in cache.Ref) []byte { return keyOf("lease", in) }
func stateKey(in cache.Ref) []byte { return keyOf("state", in) }

func runPrefix(in cache.Ref) []byte { return append(keyOf("run", in), '/') }

func runKey(in cache.Ref, id RunID) []byte {
	return fmt.Appendf(runPrefix(in), "%016x", ^id.number())
}

// get reads a JSON value; ok is false where there is none.
func get[T any](r store.Reader, key []byte) (v T, ok bool, err error) {
	raw, err := r.Get(key)
	if errors.Is(err, store.ErrNotFound) {
		return v, false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		return v, false, fmt.Errorf("read %s: %w", key, err)
	}
	return v, true, nil
}

func put(w store.Writer, key []byte, v any) error {
	raw, err := json.Marshal(v)
	if err == nil {
		err = w.Put(key, raw)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}

// deleteAll deletes what lies under a prefix.
func deleteAll(w store.Writer, prefix []byte) error {
	for pair, err := range w.Scan(prefix, nil) {
		if err == nil {
			err = w.Delete(pair.Key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
