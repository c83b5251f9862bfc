package jobs

import (
	"errors"
	"testing"

	"github.com/ringdex/ringdex/cache"
)

// TestCancel guards that a run a person cancels ends at once, leaves what is published as it is and the connection good, is not gone
// on with, and that the next run is the next one planned.
func TestCancel(t *testing.T) {
	w := newWorld(t, newCRM(30))
	w.mustSync(Full)
	before := w.due()
	w.crm.keep(20)
	w.crm.gate = make(chan struct{})
	id, err := w.s.Sync(t.Context(), w.in, Full, Manual)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.s.Cancel(t.Context(), w.in); err != nil {
		t.Fatal(err)
	}
	run, err := w.s.Run(t.Context(), w.in, id)
	if err != nil || run.State != Discarded || run.Error != errCancelled.Error() {
		t.Errorf("cancelled: %+v, %v", run, err)
	}
	if got := w.answer("+31207000029"); got != "Contact 29" {
		t.Errorf("after it was cancelled, the last contact is %q", got)
	}
	if d := w.due(); d.Failures != 0 || d.Why != before.Why || !d.Waits.IsZero() {
		t.Errorf("the next run is %+v, before %+v", d, before)
	}
	if err := w.s.Cancel(t.Context(), w.in); !errors.Is(err, cache.ErrNothing) {
		t.Errorf("cancelled nothing: %v", err)
	}
	w.crm.gate = nil
	if run := w.mustSync(Full); run.Resumed != 0 || run.Counts.Removed != 10 {
		t.Errorf("the run after it: %+v", run)
	}
}
