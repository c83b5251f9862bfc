package jobs

import (
	"context"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: a comparison tells what the full run behind it then does, changes nothing, and warns of what would be held.
func TestCompare(t *testing.T) {
	t.Parallel()
	c := newCRM(30)
	w := newWorld(t, c)
	compare := func() Comparison {
		t.Helper()
		got, err := w.s.Compare(t.Context(), w.in, func(context.Context) (presets.Source, error) { return c, nil })
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	same := func(what string, got Comparison, run Run) {
		t.Helper()
		counts := run.Counts
		if got.Added != counts.Added || got.Changed != counts.Changed || got.Removed != counts.Removed || got.Unchanged != counts.Unchanged || got.Numbers != counts.Numbers {
			t.Errorf("%s: compared %+v, run %+v", what, got, counts)
		}
		if (got.Held != "") != (run.State == Held) {
			t.Errorf("%s: held %q, run is %s", what, got.Held, run.State)
		}
	}
	got := compare()
	if len(got.Samples.Added) != checkSamples || got.Samples.Added[0].Numbers[0].E164 != "+31207000000" || got.Account != "ada@example.com" {
		t.Errorf("samples: %+v", got)
	}
	if w.answer("+31207000000") != "" || len(w.runs()) != 0 {
		t.Error("a comparison left something")
	}
	same("first", got, w.mustSync(Full))
	got = compare()
	same("nothing new", got, w.mustSync(Full))

	changed := record(3)
	changed.Name = "Other"
	c.keep(28)
	c.set(3, changed)
	c.set(28, record(40))
	got = compare()
	if s := got.Samples; len(s.Removed) != 2 || s.Removed[0].Numbers[0].E164 == "" || s.Changed[0].Name != "Other" {
		t.Errorf("samples: %+v", s)
	}
	same("changed", got, w.mustSync(Full))

	if err := w.dir.change(w.in, func(i *tenant.Integration) { i.Guard.Records = 1 }); err != nil {
		t.Fatal(err)
	}
	c.keep(5)
	same("held", compare(), w.sync(Full))
	c.fail(func(page int) error { return errBad })
	if _, err := w.s.Compare(t.Context(), w.in, func(context.Context) (presets.Source, error) { return c, nil }); err == nil {
		t.Error("half a source was compared")
	}
}
