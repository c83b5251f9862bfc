package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
)

// questionsAround is how many questions a round of the in-process benchmark asks.
const questionsAround = 100_000

// Match measures look-ups in process at a number of entries: the index alone, and the whole answer with notification and
// script down to its JSON; then what a fresh process takes.
func (r *Run) Match(ctx context.Context, entries int) (err error) {
	if entries > maxEntries/2 {
		return fmt.Errorf("at most %s entries: the numbers beyond are the unknown ones", thousands(maxEntries/2))
	}
	s, err := r.filled(ctx, entries)
	if err != nil {
		return err
	}
	all := s.lookups(entries)
	figures, err := r.ask(ctx, all)
	if err != nil {
		return errors.Join(err, s.close())
	}
	r.table(fmt.Sprintf("%s entries in process, %s, %s questions a round, one at a time",
		thousands(entries), r.answers(), thousands(questionsAround)),
		"look-up", "p50 µs", "p99 µs", "p99.9 µs", "allocations")
	for i, l := range all {
		f := figures[i]
		r.line(l.name, f.p50.text("%.1f"), f.p99.text("%.1f"), f.p999.text("%.0f"), fmt.Sprintf("%.0f", l.allocations()))
	}
	if err := s.close(); err != nil {
		return err
	}
	disk, raw := onDisk(tableDir(r.folder("match-%d", entries))), rawBytes(entries)
	r.printf("\nOn disk %.0f MiB, %.0f bytes an entry = %.2f × the %.0f bytes of its keys and records.\n",
		float64(disk)/(1<<20), float64(disk)/float64(entries), float64(disk)/float64(raw), float64(raw)/float64(entries))
	return nil
}

// ask runs the rounds, the look-ups in turns within each.
func (r *Run) ask(ctx context.Context, all []lookup) ([]percentiles, error) {
	figures := make([]percentiles, len(all))
	show, end := r.progress("rounds in process")
	defer end()
	for round := range r.rounds() {
		for i, l := range all {
			show(round*len(all)+i, r.rounds()*len(all))
			one, err := l.round(ctx, uint64(round))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", l.name, err)
			}
			figures[i].add(one)
		}
	}
	return figures, nil
}

// lookup is one sort of question.
type lookup struct {
	name string
	made func(i int) question
	ask  func(q question) error
	max  int
}

// question is made before the clock starts.
type question struct{ region, number string }

func international(i int) question { return question{number: entry{i}.e164()} }

func national(i int) question {
	region, number := entry{i}.national()
	return question{region, number}
}

// lookups are those measured; each fails unless it finds as many contacts as there are.
func (s *stack) lookups(entries int) []lookup {
	unknown := func(i int) question { return international(entries + i) }
	return []lookup{
		{"index, E.164: normalise, read, open", international, s.index(1), entries},
		{"index, unknown number", unknown, s.index(0), entries},
		{"whole answer, E.164", international, s.answer(1), entries},
		{"whole answer, national", national, s.answer(1), entries},
		{"whole answer, unknown", unknown, s.answer(0), entries},
	}
}

func (s *stack) index(wanted int) func(q question) error {
	room := make([]cache.Match, 0, cache.MaxContacts)
	return func(q question) error {
		n, err := phone.ParseE164(q.number)
		if err != nil {
			return err
		}
		found, err := s.cache.Match(s.in, n, room)
		if err == nil && len(found) != wanted {
			err = fmt.Errorf("%d matches, want %d", len(found), wanted)
		}
		return err
	}
}

func (s *stack) answer(wanted int) func(q question) error {
	var body []byte
	return func(q question) error {
		a, err := s.recognize.Recognize(context.Background(), &recognition.Question{Tenant: s.in.Tenant, Number: q.number, Region: q.region})
		if err != nil {
			return err
		}
		body = a.AppendJSON(body[:0])
		if len(a.Matches()) != wanted {
			return fmt.Errorf("%d matches, want %d", len(a.Matches()), wanted)
		}
		return nil
	}
}

// round asks about random entries and times each question; the timer costs about 0.05 µs.
func (l lookup) round(ctx context.Context, seed uint64) (latencies, error) {
	rnd := rand.New(rand.NewPCG(1, seed))
	questions := make([]question, questionsAround)
	for i := range questions {
		questions[i] = l.made(rnd.IntN(l.max))
	}
	out := make(latencies, len(questions))
	for i, q := range questions {
		start := time.Now()
		if err := l.ask(q); err != nil {
			return nil, err
		}
		out[i] = time.Since(start)
	}
	return out, ctx.Err()
}

func (l lookup) allocations() float64 {
	const n = 10_000
	questions := make([]question, n)
	for i := range questions {
		questions[i] = l.made(i % l.max)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, q := range questions {
		_ = l.ask(q)
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / n
}
