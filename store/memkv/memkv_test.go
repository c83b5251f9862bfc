package memkv_test

import (
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/store/storetest"
)

// keptStore and keptTable stand for a folder: closing them loses nothing.
type keptStore struct{ store.Store }

func (keptStore) Close() error { return nil }

type keptTable struct{ store.Table }

func (keptTable) Close() error { return nil }

// TestStore guards that packages tested on memory meet the same store as in production.
func TestStore(t *testing.T) {
	folders := map[string]store.Store{}
	storetest.RunStore(t, func(_ *testing.T, dir string) store.Store {
		if folders[dir] == nil {
			folders[dir] = keptStore{memkv.New()}
		}
		return folders[dir]
	})
}

// TestTable guards the same for tables.
func TestTable(t *testing.T) {
	folders := map[string]store.Table{}
	storetest.RunTable(t, func(_ *testing.T, dir string) store.Table {
		if folders[dir] == nil {
			folders[dir] = keptTable{memkv.NewTable()}
		}
		return folders[dir]
	})
}

// TestClosed guards that a closed engine answers with an error, which the suite's folders cannot show.
func TestClosed(t *testing.T) {
	t.Run("store", func(t *testing.T) {
		storetest.RunStoreClosed(t, func(*testing.T, string) store.Store { return memkv.New() })
	})
	t.Run("table", func(t *testing.T) {
		storetest.RunTableClosed(t, func(*testing.T, string) store.Table { return memkv.NewTable() })
	})
}
