package tenant

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// changedMembers names the JSON members in which two values of one struct differ, for the audit log.
func changedMembers(before, after any) []string {
	a, b := members(before), members(after)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(union(a, b))) {
		if !bytes.Equal(a[name], b[name]) {
			names = append(names, name)
		}
	}
	return names
}

// changedKeys names the keys at which two maps differ.
func changedKeys(before, after map[string]string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(union(before, after))) {
		a, inA := before[name]
		b, inB := after[name]
		if a != b || inA != inB {
			names = append(names, name)
		}
	}
	return names
}

func members(v any) map[string]json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out map[string]json.RawMessage
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil
	}
	return out
}

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, b)
	return all
}
