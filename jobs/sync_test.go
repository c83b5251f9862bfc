package jobs

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: the right person after a full run, changes after an incremental one, deletions after the next full one (F12).
func TestSyncFullThenChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(25))
		first := w.mustSync(Auto)
		if first.Mode != Full || first.Counts.Read != 25 || first.Counts.Added != 25 || first.Requests != 3 || first.Counts.Pages != 3 {
			t.Errorf("first run: %+v", first)
		}
		if diff := cmp.Diff(names(25, 26), w.answers(26)); diff != "" {
			t.Error(diff)
		}

		changed := record(3)
		changed.Name = "Ada"
		w.crm.set(3, changed)
		second := w.mustSync(Auto)
		if second.Mode != Changes || second.Counts.Read != 1 || second.Counts.Changed != 1 || second.Requests != 1 {
			t.Errorf("second run: %+v", second)
		}
		if got := w.answer("+31207000003"); got != "Ada" {
			t.Errorf("changed contact is %q", got)
		}

		w.crm.keep(20)
		third := w.mustSync(Full)
		if third.Counts.Removed != 5 || w.answer("+31207000024") != "" {
			t.Errorf("third run: %+v", third)
		}
	})
}

// Promise: nothing changed costs one request a stream and reads no number again; settings that matter do (issue, section 3).
func TestSyncUnchangedReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(40))
		w.mustSync(Full)
		resync := func() int64 {
			t.Helper()
			before := w.texts.Load()
			w.mustSync(Full)
			return w.texts.Load() - before
		}
		if n := resync(); n != 0 {
			t.Errorf("%d numbers were read again", n)
		}
		changes := map[string]func(*tenant.Integration){
			"region":       func(i *tenant.Integration) { i.Region = "BE" },
			"area code":    func(i *tenant.Integration) { i.AreaCode = "20" },
			"fax":          func(i *tenant.Integration) { i.Fax = true },
			"notification": func(i *tenant.Integration) { i.Notification = []tenant.NotificationField{{Field: "Email"}} },
			"script":       func(i *tenant.Integration) { i.Scripts = []tenant.Script{{URL: "https://x.example/$(Identifier)"}} },
			"country":      func(i *tenant.Integration) { i.CountryField = "Country" },
			"blocks":       func(i *tenant.Integration) { i.Blocks = []string{"+49 30 123456xx"} },
		}
		for name, change := range changes {
			if err := w.dir.change(w.in, func(i *tenant.Integration) { change(i); i.Guard.Off = true }); err != nil {
				t.Fatal(err)
			}
			if n := resync(); n != 40 {
				t.Errorf("%s: %d of 40 numbers were read again", name, n)
			}
			if n := resync(); n != 0 {
				t.Errorf("%s: %d numbers were read once more", name, n)
			}
		}
		if err := w.dir.change(w.in, func(i *tenant.Integration) { i.Name, i.Priority = "other", 3 }); err != nil {
			t.Fatal(err)
		}
		if n := resync(); n != 0 {
			t.Errorf("name and priority: %d numbers were read again", n)
		}
	})
}

// Promise: only what notification, scripts and identifier use is copied out of a CRM.
func TestSyncCopiesOnlyUsedFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCRM(0)
		r := record(0)
		r.Fields = []presets.Field{{Name: "Account Number", Value: "A1"}, {Name: "Salary", Value: "secret"}}
		c.set(0, r)
		w := newWorld(t, c)
		_ = w.dir.change(w.in, func(i *tenant.Integration) {
			i.Notification = []tenant.NotificationField{{Field: "Email"}}
			i.Scripts = []tenant.Script{{URL: "https://x.example/$(account number)/$(Identifier)"}}
		})
		w.mustSync(Full)
		matches, err := w.deps.Cache.Match(w.in, e164(t, "+31207000000"), nil)
		if err != nil || len(matches) != 1 {
			t.Fatal(matches, err)
		}
		got := map[string]string{}
		for name, value := range matches[0].Fields() {
			got[name] = value.String()
		}
		want := map[string]string{"Email": "c0@example.com", "Identifier": "0", "Account Number": "A1"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Promise: whatever a source does at whichever page, the old generation answers; what can go on does, without gap or
// duplicate (F2, F3, F19).
func TestSyncFailsAtEveryPage(t *testing.T) {
	const pages = 6
	faults := map[string]struct {
		err  error
		want State // where a page was read before
	}{
		"temporary error":    {errOff, Suspended},
		"end without marker": {errCut, Suspended},
		"unknown error":      {errors.New("reset by peer"), Suspended},
		"sign-in needed":     {errOut, Suspended},
		"permanent error":    {errBad, Failed},
		"panic":              {errBug, Failed},
	}
	for name, fault := range faults {
		for k := range pages {
			t.Run(fmt.Sprintf("%s at page %d", name, k), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, newCRM(30))
					w.mustSync(Full)
					for i := range 60 {
						r := record(i)
						r.Name = fmt.Sprint("New ", i)
						w.crm.set(i, r)
					}
					w.crm.fail(func(page int) error {
						if page == k {
							return fault.err
						}
						return nil
					})
					run := w.sync(Full)
					want := fault.want
					if k == 0 && want == Suspended {
						want = Failed // there is no page to go on at
					}
					if run.State != want || run.Error == "" {
						t.Fatalf("run is %s (%s), want %s", run.State, run.Error, want)
					}
					if diff := cmp.Diff(names(30, 60), w.answers(60)); diff != "" {
						t.Errorf("old generation: %s", diff)
					}
					w.crm.fail(nil)
					reads := w.crm.reads.Load()
					again := w.mustSync(Auto)
					if (again.ID == run.ID) != (want == Suspended) {
						t.Errorf("run %s went on as %s", run.ID, again.ID)
					}
					if n := int(w.crm.reads.Load() - reads); want == Suspended && n != pages-k {
						t.Errorf("%d pages were read for the last %d", n, pages-k)
					}
					if again.Counts.Read != 60 {
						t.Errorf("read %d of 60", again.Counts.Read)
					}
					for i, got := range w.answers(60) {
						if got != fmt.Sprint("New ", i) {
							t.Errorf("contact %d is %q", i, got)
						}
					}
				})
			})
		}
	}
}

// Promise: a graceful stop saves the page and the run goes on after a restart, up to a day later (G11, F2).
func TestStopSuspendsAndRestartResumes(t *testing.T) {
	for _, c := range []struct {
		name   string
		pause  time.Duration
		resume bool
	}{{"at once", time.Second, true}, {"after 23 hours", 23 * time.Hour, true}, {"after 25 hours", 25 * time.Hour, false}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, newCRM(50))
				w.mustSync(Full)
				w.crm.fail(func(page int) error {
					if page == 3 {
						time.Sleep(10 * time.Second) // a slow answer
					}
					return nil
				})
				id, err := w.s.Sync(t.Context(), w.in, Full, Manual)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				before := time.Now()
				w.stop()
				if took := time.Since(before); took > 15*time.Second {
					t.Errorf("stopping took %s", took)
				}
				run, err := w.s.Run(t.Context(), w.in, id)
				if err != nil || run.State != Suspended {
					t.Fatalf("run is %s: %v", run.State, err)
				}
				w.crm.fail(nil)
				time.Sleep(c.pause)
				w.open()
				again := w.mustSync(Full)
				if (again.ID == id) != c.resume || again.Counts.Read != 50 {
					t.Errorf("run %s after %s: %+v", id, c.pause, again)
				}
				if diff := cmp.Diff(names(50, 50), w.answers(50)); diff != "" {
					t.Error(diff)
				}
				if old, err := w.s.Run(t.Context(), w.in, id); err != nil || (old.State == Discarded) == c.resume {
					t.Errorf("old run is %s: %v", old.State, err)
				}
			})
		})
	}
}

// Promise: roll-back brings the previous generation back, and nothing overwrites it before the next night.
func TestRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(20))
		w.mustSync(Full)
		spoiled := record(0)
		spoiled.Name = "Wrong"
		w.crm.set(0, spoiled)
		w.mustSync(Auto)
		if err := w.s.Rollback(t.Context(), w.in); err != nil {
			t.Fatal(err)
		}
		if got := w.answer("+31207000000"); got != "Contact 0" {
			t.Errorf("rolled back to %q", got)
		}
		if d := w.due(); d.Why != Nightly {
			t.Errorf("next run is %s at %s", d.Why, d.At)
		}
		if run := w.mustSync(Auto); run.Counts.Changed != 1 || w.answer("+31207000000") != "Wrong" {
			t.Errorf("a run by hand reads the change again: %+v", run)
		}
	})
}

// Promise: too many records fail the run before they fill the machine (H2).
func TestSyncRecordLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(30))
		w.deps.Limits.Records = 25
		w.s = w.scheduler()
		if run := w.sync(Full); run.State != Failed || run.Hint == "" {
			t.Errorf("run is %s", run.State)
		}
	})
}

// Promise: drafts, disabled integrations and those of suspended tenants are not synchronised.
func TestSyncRefusesWhatIsNotEnabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(5))
		for _, state := range []tenant.State{tenant.StateDraft, tenant.StateDisabled} {
			_ = w.dir.change(w.in, func(i *tenant.Integration) { i.State = state })
			if _, err := w.s.Sync(t.Context(), w.in, Auto, Manual); !errors.Is(err, ErrNotEnabled) {
				t.Errorf("%s: %v", state, err)
			}
		}
	})
}
