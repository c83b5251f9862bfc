package jobs

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
)

// streams is a CRM of several objects, each like a crm of its own.
type streams map[string]*crm

func (s streams) Check(context.Context) (presets.Report, error) { return presets.Report{}, nil }
func (s streams) Close() error                                  { return nil }
func (s streams) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return s[stream].Read(ctx, stream, from)
}

// named gives a crm's contacts names and numbers of their own.
func named(c *crm, name, area string) *crm {
	for i := range c.records {
		r := record(i)
		r.Name, r.Phones[0].Raw = name, strings.Replace(contactNumber(i), "020", area, 1)
		c.set(i, r)
	}
	return c
}

// twoStreams is a world with contacts and companies.
func twoStreams(t *testing.T) (*world, streams) {
	w := newWorld(t, newCRM(0))
	w.preset.Streams = []presets.Stream{{ID: "contact"}, {ID: "company"}}
	s := streams{"contact": named(newCRM(20), "Person", "020"), "company": named(newCRM(20), "Company", "010")}
	w.deps.Open = func(context.Context, tenant.ID, tenant.IntegrationID, ...outbound.Rule) (presets.Source, error) {
		return s, nil
	}
	w.s = w.scheduler()
	return w, s
}

// Promise: objects with the same ids stay apart, and each has a watermark of its own.
func TestSyncSeveralStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := twoStreams(t)
		w.mustSync(Full)
		got := []string{w.answer("+31207000003"), w.answer("+31107000003")}
		if diff := cmp.Diff([]string{"Person", "Company"}, got); diff != "" {
			t.Error(diff)
		}
		r := record(3)
		r.Name = "Ada"
		s["contact"].set(3, r)
		if run := w.mustSync(Auto); run.Mode != Changes || run.Counts.Read != 1 || run.Requests != 2 || w.answer("+31207000003") != "Ada" {
			t.Errorf("run: %+v", run)
		}
	})
}

// Promise: a run that fails in a later object goes on there, and earlier objects are not read again.
func TestSyncResumesInLaterStream(t *testing.T) {
	for name, page := range map[string]int{"at its beginning": 0, "in its middle": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, s := twoStreams(t)
				w.mustSync(Full)
				named(s["contact"], "New person", "020")
				named(s["company"], "New company", "010")
				s["company"].fail(func(p int) error {
					if p == page {
						return errOff
					}
					return nil
				})
				run := w.sync(Full)
				if run.State != Suspended || w.answer("+31207000003") != "Person" {
					t.Fatalf("run is %s: %s", run.State, run.Error)
				}
				s["company"].fail(nil)
				before := s["contact"].reads.Load()
				again := w.mustSync(Full)
				if again.ID != run.ID || again.Counts.Read != 40 || s["contact"].reads.Load() != before {
					t.Errorf("run: %+v", again)
				}
				got := []string{w.answer("+31207000003"), w.answer("+31107000019")}
				if diff := cmp.Diff([]string{"New person", "New company"}, got); diff != "" {
					t.Error(diff)
				}
				if next := w.mustSync(Auto); next.Mode != Changes || next.Counts.Read != 0 {
					t.Errorf("next run: %+v", next)
				}
			})
		})
	}
}

// file is a source that knows only whether it is the same as before.
type file struct{ *crm }

func (f file) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		_, mark, _ := f.list(presets.Cursor{})
		if from.Since == mark {
			yield(presets.Page{Same: true, Last: true, Since: mark, Requests: 1}, nil)
			return
		}
		for page, err := range f.crm.Read(ctx, stream, presets.Cursor{Resume: from.Resume}) {
			page.Full = true
			if !yield(page, err) {
				return
			}
		}
	}
}

// Promise: a file that has not changed costs a look; one that has is read whole, and what is gone from it is gone.
func TestSyncFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := file{newCRM(25)}
		w := newWorld(t, f.crm)
		w.deps.Open = func(context.Context, tenant.ID, tenant.IntegrationID, ...outbound.Rule) (presets.Source, error) {
			return f, nil
		}
		w.s = w.scheduler()
		w.mustSync(Auto)
		if run := w.mustSync(Auto); run.Mode != Changes || run.Counts.Read != 0 || run.Requests != 1 {
			t.Errorf("same file: %+v", run)
		}
		f.keep(20)
		r := record(0)
		r.Name = "Ada"
		f.set(0, r)
		if run := w.mustSync(Auto); run.Mode != Full || run.Counts.Removed != 5 || run.Counts.Changed != 1 || w.answer("+31207000000") != "Ada" {
			t.Errorf("changed file: %+v", run)
		}
	})
}

// Promise: progress of a run can be read while it is under way, and a source that hangs does not hold it for ever.
func TestProgressAndHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(30))
		w.mustSync(Full)
		hang := make(chan struct{})
		w.crm.fail(func(page int) error {
			if page == 2 {
				<-hang
			}
			return nil
		})
		id, err := w.s.Sync(t.Context(), w.in, Full, Manual)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		p, ok := w.s.Progress(w.in)
		if want := (Progress{Run: id, Mode: Full, Stream: "contact", Pages: 2, Records: 20, Started: p.Started}); !ok || p != want {
			t.Errorf("progress: %+v", p)
		}
		time.Sleep(stalled + time.Minute)
		close(hang)
		run, err := w.s.Wait(t.Context(), w.in, id)
		if err != nil || run.State != Suspended || run.Error != errStalled.Error() {
			t.Errorf("run is %s: %s %v", run.State, run.Error, err)
		}
		if _, ok := w.s.Progress(w.in); ok {
			t.Error("progress of a run that is over")
		}
	})
}

// Promise: a first run in which no number can be used is held, so that the admin learns of it at once.
func TestGuardHoldsUnusableFirstRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(10))
		w.dir.mu.Lock()
		a := w.dir.accounts[w.in.Tenant]
		a.Region = ""
		w.dir.accounts[w.in.Tenant] = a
		w.dir.mu.Unlock()
		if run := w.sync(Full); run.State != Held || run.Counts.Rejected[NoRegion] != 10 {
			t.Errorf("run is %s: %+v", run.State, run.Counts)
		}
		if err := w.s.Accept(t.Context(), w.in); err != nil {
			t.Error(err)
		}
		if run := w.mustSync(Full); run.Counts.Unchanged != 10 {
			t.Errorf("run: %+v", run)
		}
	})
}

// skipping is a CRM one of whose objects may not be read just now.
type skipping struct {
	streams
	not string
}

func (s *skipping) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	if stream != s.not {
		return s.streams.Read(ctx, stream, from)
	}
	return func(yield func(presets.Page, error) bool) {
		yield(presets.Page{Last: true, Skipped: true, Since: from.Since}, nil)
	}
}

// Promise: an object that may not be read for a while loses no contact by it, and is read again as soon as that is possible.
func TestSkippedStreamKeepsItsContacts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := twoStreams(t)
		crm := &skipping{streams: s}
		w.deps.Open = func(context.Context, tenant.ID, tenant.IntegrationID, ...outbound.Rule) (presets.Source, error) {
			return crm, nil
		}
		w.s = w.scheduler()
		w.mustSync(Full)
		crm.not = "company"
		s["contact"].keep(19)
		run := w.mustSync(Full)
		if run.Counts.Removed != 1 || w.answer("+31107000003") != "Company" || w.answer("+31207000019") != "" {
			t.Errorf("run: %+v", run.Counts)
		}
		crm.not = ""
		named(s["company"], "New company", "010")
		if run := w.mustSync(Auto); w.answer("+31107000003") != "New company" {
			t.Errorf("run: %+v", run)
		}
	})
}

// Promise: an object that an account does not have keeps nobody from reading only what has changed in the others, run after
// run; as soon as it is there, it is read.
func TestMissingStreamLeavesRunsIncremental(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := twoStreams(t)
		crm := &skipping{streams: s, not: "company"}
		w.deps.Open = func(context.Context, tenant.ID, tenant.IntegrationID, ...outbound.Rule) (presets.Source, error) {
			return crm, nil
		}
		w.s = w.scheduler()
		w.mustSync(Full)
		for range 2 {
			if run := w.mustSync(Auto); run.Mode != Changes {
				t.Errorf("run: %+v", run)
			}
		}
		crm.not = ""
		if run := w.mustSync(Auto); w.answer("+31107000003") != "Company" {
			t.Errorf("run: %+v", run)
		}
		if run := w.mustSync(Auto); run.Mode != Changes {
			t.Errorf("run: %+v", run)
		}
	})
}

// Promise: an object that is switched off is gone with the next run, which nobody has to confirm; a saved page of the run before
// is not used.
func TestObjectSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s := twoStreams(t)
		for i := 20; i < 200; i++ {
			s["company"].set(i, record(i))
		}
		named(s["company"], "Company", "010")
		w.mustSync(Full)
		s["company"].fail(func(int) error { return errOff })
		named(s["contact"], "New person", "020")
		if run := w.sync(Full); run.State != Suspended {
			t.Fatalf("run is %s", run.State)
		}
		s["company"].fail(nil)
		w.preset.Streams = w.preset.Streams[:1]
		run := w.mustSync(Auto)
		if run.Mode != Full || run.Resumed != 0 || run.Counts.Removed != 200 || w.answer("+31107000003") != "" || w.answer("+31207000003") != "New person" {
			t.Errorf("run: %+v", run)
		}
		if run := w.mustSync(Auto); run.Mode != Changes {
			t.Errorf("next run: %+v", run)
		}
	})
}

// Promise: a phone field that the admin takes away goes with the next run, which nobody has to confirm; one that is empty all of
// a sudden is still suspicious.
func TestPhoneFieldTakenAway(t *testing.T) {
	for name, c := range map[string]struct {
		fields []presets.PhonePath
		state  State
	}{
		"by the admin": {[]presets.PhonePath{{Path: "Phone"}}, Succeeded},
		"by the CRM":   {[]presets.PhonePath{{Path: "Phone"}, {Path: "Mobile"}}, Held},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				crm := newCRM(0)
				both := func(i int) presets.Record {
					r := record(i)
					return presets.Record{ID: r.ID, Name: r.Name, Phones: append(r.Phones, presets.Phone{Raw: fmt.Sprintf("06 1%07d", i), Column: "Mobile"})}
				}
				for i := range 200 {
					crm.set(i, both(i))
				}
				w := newWorld(t, crm)
				w.preset.Kind = "rest"
				w.preset.Streams[0].Phones = []presets.PhonePath{{Path: "Phone"}, {Path: "Mobile"}}
				w.mustSync(Full)
				for i := range 200 {
					crm.set(i, record(i))
				}
				w.preset.Streams[0].Phones = c.fields
				if run := w.sync(Full); run.State != c.state {
					t.Errorf("run is %s: %s", run.State, run.Reason)
				}
			})
		})
	}
}
