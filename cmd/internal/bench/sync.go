package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// syncRun is one synchronisation of the benchmark; they follow each other in one index.
type syncRun struct {
	name    string
	rev     revision
	changed bool // every contact
}

func syncRuns() []syncRun {
	return []syncRun{
		{"first synchronisation, everything new", before, true},
		{"second, nothing changed", before, false},
		{"third, every contact changed, numbers as before", otherCompany, true},
		{"fourth, every contact with another number", otherNumber, true},
	}
}

// Sync measures synchronisations of so many contacts whose numbers are written as people there write them, and the floor they are
// held against. What the CRM answered is in memory before the clock starts.
func (r *Run) Sync(ctx context.Context, contacts int) error {
	crm, err := r.crm(contacts)
	if err != nil {
		return err
	}
	defer crm.close()
	runs := syncRuns()
	took, memory := make([]spread, len(runs)), make([]spread, len(runs))
	var floors spread
	for round := range r.rounds() {
		f, err := floor(r.folder("floor"), typedNumbers(crm[before], contacts))
		if err != nil {
			return err
		}
		floors = append(floors, f.Seconds())
		r.log("round %d: floor %.1f s", round+1, f.Seconds())
		if err := r.syncAll(ctx, crm, contacts, took, memory); err != nil {
			return err
		}
	}
	r.table(fmt.Sprintf("%s contacts with one number each", thousands(contacts)), "what", "seconds", "ratio, per round", "peak anonymous MiB")
	r.line("floor: library's parse and format on all cores, sort, StreamWriter", floors.text("%.1f"), "1", "")
	for i, run := range runs {
		ratio := took[i].to(floors).text("%.2f") + " × floor"
		if !run.changed {
			ratio = took[i].to(took[0]).text("%.2f") + " × first"
		}
		r.line(run.name, took[i].text("%.1f"), ratio, memory[i].text("%.0f"))
	}
	return nil
}

// crm is what a CRM answers at each revision.
type crm []*records

func (r *Run) crm(contacts int) (all crm, err error) {
	defer func() {
		if err != nil {
			all.close()
		}
	}()
	show, end := r.progress("writing records")
	defer end()
	for rev := before; rev <= otherNumber; rev++ {
		show(int(rev), int(otherNumber)+1)
		path := r.folder("records-%d-%d", contacts, rev)
		if err := writeRecords(path, contacts, rev); err != nil {
			return all, err
		}
		one, err := openRecords(path)
		if err != nil {
			return all, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (c crm) close() {
	for _, one := range c {
		_ = one.close()
	}
}

// syncAll runs all of them in a new folder.
func (r *Run) syncAll(ctx context.Context, crm crm, contacts int, took, memory []spread) (err error) {
	dir := r.folder("sync")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.in, err = s.addTenant(ctx, "Bench"); err != nil {
		return err
	}
	for i, run := range syncRuns() {
		debug.FreeOSMemory() // of what was measured before
		p := watchPeak()
		seconds, err := s.sync(ctx, crm[run.rev], contacts, run)
		most := p.end()
		if err != nil {
			return fmt.Errorf("%s: %w", run.name, err)
		}
		took[i], memory[i] = append(took[i], seconds), append(memory[i], most)
		r.log("  %s: %.1f s, %.0f MiB", run.name, seconds, most)
	}
	return nil
}

// sync reads all records as a job does and publishes them. It fails if a contact or number was lost on the way.
func (s *stack) sync(ctx context.Context, all *records, contacts int, run syncRun) (seconds float64, err error) {
	start := time.Now()
	err = refresh(ctx, s.cache, s.in, run.name, func(r *cache.Refresh) error {
		for rec := range all.all {
			if err := rec.sync(r); err != nil {
				return err
			}
		}
		st := r.Stats()
		if changed := st.Added + st.Changed; run.changed && changed != contacts || !run.changed && st.Unchanged != contacts {
			return fmt.Errorf("%d changed and %d unchanged of %d contacts", changed, st.Unchanged, contacts)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	seconds = time.Since(start).Seconds()
	g, err := s.cache.Published(s.in)
	if err == nil && (g.Counts.Contacts != contacts || g.Counts.Numbers != contacts) {
		err = fmt.Errorf("%d contacts and %d numbers published, want %d", g.Counts.Contacts, g.Counts.Numbers, contacts)
	}
	return seconds, err
}

// sync is what a run does with one record.
func (rec *record) sync(r *cache.Refresh) error {
	digest := cache.DigestOf(rec.phone, rec.Name, rec.Company, rec.URL, rec.Fields[0].Value, rec.Fields[1].Value)
	known, err := r.Unchanged(rec.Type, rec.ID, digest)
	if known || err != nil {
		return err
	}
	found := phone.Find(rec.phone, phone.FieldContext{Region: rec.region})
	numbers := make([]cache.LabelledNumber, len(found))
	for i, f := range found {
		numbers[i] = cache.LabelledNumber{Number: f.Number, Label: "mobile"}
	}
	return r.Put(rec.Contact, digest, numbers...)
}
