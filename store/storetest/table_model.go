package storetest

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ringdex/ringdex/store"
)

// mostVersions bounds what every step compares.
const mostVersions = 6

// versions is what a table should hold: of each version the whole map.
type versions struct {
	open      OpenTable
	dir       string
	tb        store.Table
	all       map[store.Version]map[string]string // committed and still wanted
	latest    store.Version
	forgotten store.Version
}

// tableModel guards that every wanted version of a table equals its map, whatever came after, and after reopening.
func tableModel(t *testing.T, open OpenTable) {
	dir := t.TempDir()
	m := &versions{open: open, dir: dir, tb: open(t, dir), all: map[store.Version]map[string]string{0: {}}}
	defer func() { closeTable(t, m.tb) }()
	rapid.Check(t, func(rt *rapid.T) {
		rt.Repeat(map[string]func(*rapid.T){
			"write":  func(rt *rapid.T) { m.write(rt, t) },
			"resume": func(rt *rapid.T) { m.resume(rt, t) },
			"forget": func(rt *rapid.T) { m.forget(rt, 2) },
			"":       func(rt *rapid.T) { m.same(rt, t) },
		})
	})
	closeTable(t, m.tb)
	m.tb = open(t, dir)
	for v, want := range m.all {
		check(t, "after reopening", strings.Join(tableList(t, m.tb, "", v), " "), strings.Join(listed(want, "", ""), " "))
	}
}

func (m *versions) write(rt *rapid.T, t *testing.T) {
	b := begin(t, m.tb)
	want := maps.Clone(m.all[m.latest])
	m.steps(rt, t, b, want)
	m.latest = commit(t, b)
	m.all[m.latest] = want
	if len(m.all) > mostVersions {
		m.forget(rt, mostVersions/2)
	}
}

// resume goes on with the newest version: no key may be written below a version at which it was written already.
func (m *versions) resume(rt *rapid.T, t *testing.T) {
	if m.latest == 0 {
		return
	}
	b := resume(t, m.tb, m.latest)
	m.steps(rt, t, b, m.all[m.latest])
	commit(t, b)
}

func (m *versions) steps(rt *rapid.T, t *testing.T, b store.Batch, want map[string]string) {
	for range rapid.IntRange(0, 6).Draw(rt, "steps") {
		key := smallKeys().Draw(rt, "key")
		switch rapid.IntRange(0, 3).Draw(rt, "step") {
		case 0:
			remove(t, b, key)
			delete(want, key)
		case 1:
			flush(t, b)
		default:
			value := rapid.StringN(0, 4, -1).Draw(rt, "value")
			put(t, b, key, value)
			want[key] = value
		}
	}
}

// forget keeps so many versions before the newest.
func (m *versions) forget(rt *rapid.T, keep store.Version) {
	if m.latest <= keep {
		return
	}
	m.forgotten = max(m.forgotten, m.latest-keep)
	if err := m.tb.Forget(m.forgotten); err != nil {
		rt.Fatalf("forget: %v", err)
	}
	maps.DeleteFunc(m.all, func(v store.Version, _ map[string]string) bool { return v < m.forgotten })
}

func (m *versions) same(rt *rapid.T, t *testing.T) {
	if got := m.tb.Latest(); got != m.latest {
		rt.Fatalf("latest = %d, want %d", got, m.latest)
	}
	for v, want := range m.all {
		sameList(rt, tableList(t, m.tb, "", v), listed(want, "", ""))
		key := smallKeys().Draw(rt, "key")
		if got, ok := want[key]; ok && tableGet(t, m.tb, key, v) != got {
			rt.Fatalf("key %q at %d is not %q", key, v, got)
		}
	}
}
