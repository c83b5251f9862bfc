package tenant

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store/badgerkv"
)

// BenchmarkOpen is what a start costs before the first answer: key files and directory of a thousand tenants, each with a key and an
// integration.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	kv, err := badgerkv.Open(filepath.Join(dir, "control"), badgerkv.Options{})
	must(b, err)
	b.Cleanup(func() { _ = kv.Close() })
	w := newWorldOn(b, kv, dir)
	begin := time.Now()
	for n := range 1000 {
		tn := w.tenant(fmt.Sprint("tenant ", n), "").ID
		w.key(tn)
		w.integration(tn)
	}
	added := time.Since(begin)
	b.ReportAllocs()
	for b.Loop() {
		keys, err := OpenKeyring(filepath.Join(dir, "keys"), w.master)
		must(b, err)
		_, err = Open(b.Context(), Deps{Store: kv, Keys: keys, Hasher: w.hasher})
		must(b, err)
		must(b, keys.Close())
	}
	b.ReportMetric(float64(added.Milliseconds())/1000, "ms/added-tenant")
}
