package jobs

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/store"
)

// Promise: the operator's own cron line is checked before the clock gets it, and then kept to.
func TestCareLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(100))
		w.deps.Care = "TZ=UTC"
		if err := w.scheduler().Start(t.Context()); !errors.Is(err, ErrLine) {
			t.Errorf("started with %q: %v", w.deps.Care, err)
		}
		w.deps.Care = "30 4 * * *"
		w.s = w.scheduler()
		w.mustSync(Full)
		w.crm.keep(10)
		run := w.sync(Full) // held from midnight on
		w.crm.fail(func(int) error { return errBad })
		time.Sleep(7*24*time.Hour + 4*time.Hour)
		w.start()
		state := func() State {
			r, err := w.s.Run(t.Context(), w.in, run.ID)
			if err != nil {
				t.Fatal(err)
			}
			return r.State
		}
		time.Sleep(29 * time.Minute)
		before := state()
		time.Sleep(2 * time.Minute)
		after := state()
		w.stop()
		if before != Held || after != Discarded {
			t.Errorf("held run is %s before half past four, %s after", before, after)
		}
	})
}

// Promise: a watermark that cannot be read costs a full run, not the integration.
func TestDamagedWatermark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(5))
		w.mustSync(Full)
		key := []byte(nil)
		err := w.store.Update(t.Context(), func(tx store.Writer) error {
			for pair, err := range tx.Scan(nil, nil) {
				if err != nil {
					return err
				}
				for i := range pair.Value {
					if i+12 < len(pair.Value) && string(pair.Value[i:i+12]) == `"watermark":` {
						key = pair.Key
						pair.Value[i+20] ^= 1
						return tx.Put(pair.Key, pair.Value)
					}
				}
			}
			return nil
		})
		if err != nil || key == nil {
			t.Fatal("no watermark found", err)
		}
		w.open()
		if run := w.mustSync(Auto); run.Mode != Full || run.Counts.Unchanged != 5 {
			t.Errorf("run: %+v", run)
		}
		if run := w.mustSync(Auto); run.Mode != Changes {
			t.Errorf("next run: %+v", run)
		}
	})
}
