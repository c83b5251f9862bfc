package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// ReadWhileSync measures look-ups while a synchronisation of so many changed contacts writes beside them, as the server does: paced
// because there are readers.
func (r *Run) ReadWhileSync(ctx context.Context, contacts int) (err error) {
	crm, err := r.crm(contacts)
	if err != nil {
		return err
	}
	defer crm.close()
	dir := r.folder("reading")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.in, err = s.addTenant(ctx, "Bench"); err != nil {
		return err
	}
	if _, err := s.sync(ctx, crm[before], contacts, syncRuns()[0]); err != nil {
		return err
	}
	var seen percentiles
	var took, asked spread
	for round := range r.rounds() {
		rev := []revision{otherCompany, before}[round%2]
		reads, seconds, err := s.readWhile(func() (float64, error) {
			return s.sync(ctx, crm[rev], contacts, syncRun{"changed", rev, true})
		}, contacts)
		if err != nil {
			return err
		}
		took, asked = append(took, seconds), append(asked, float64(len(reads))/seconds)
		seen.add(reads)
		r.log("round %d of reading beside a synchronisation: %.1f s, p99.9 %.0f µs, worst %.0f µs", round+1, seconds, seen.p999[round], seen.worst[round])
	}
	r.table(fmt.Sprintf("Look-ups of E.164 numbers in process while %s changed contacts are written beside them", thousands(contacts)),
		"synchronisation, seconds", "look-ups a second", "p50 µs", "p99 µs", "p99.9 µs", "worst µs")
	r.line(took.text("%.1f"), asked.text("%.0f"), seen.p50.text("%.1f"), seen.p99.text("%.1f"), seen.p999.text("%.0f"), seen.worst.text("%.0f"))
	return nil
}

// readWhile asks for known numbers until the work is done.
func (s *stack) readWhile(work func() (float64, error), contacts int) (reads latencies, seconds float64, err error) {
	done := make(chan error, 1)
	go func() {
		var err error
		seconds, err = work()
		done <- err
	}()
	reads = make(latencies, 0, 4<<20)
	ask := s.index(1)
	for i := 0; ; i++ {
		select {
		case err := <-done:
			return reads, seconds, err
		default:
		}
		q := international(i * 7919 % contacts)
		start := time.Now()
		if err := ask(q); err != nil {
			return nil, 0, errors.Join(err, <-done)
		}
		reads = append(reads, time.Since(start))
		if i%64 == 0 {
			time.Sleep(time.Millisecond) // a busy phone system, not a loop that takes a core
		}
	}
}
