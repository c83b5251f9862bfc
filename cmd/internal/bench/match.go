package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
)

// lookups is how many questions a round of the in-process benchmark asks.
const lookups = 100_000

// Match measures look-ups in process at a number of entries: the index alone, and the whole answer with notification and script.
func (r *Run) Match(ctx context.Context, entries int) error {
	dir := filepath.Join(r.Dir, fmt.Sprintf("match-%d", entries))
	s, opened, err := r.filled(ctx, dir, entries)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Fprintf(r.Out, "\n%d entries in process; open to first answer %s\n", entries, opened.Round(time.Millisecond))
	r.table("look-up", "p50", "p99", "p99.9", "allocations")
	for _, l := range s.lookups(entries) {
		var p50, p99, p999 spread
		for range r.rounds() {
			one, err := l.round(ctx)
			if err != nil {
				return err
			}
			p50 = append(p50, float64(one.at(50).Nanoseconds())/1e3)
			p99 = append(p99, float64(one.at(99).Nanoseconds())/1e3)
			p999 = append(p999, float64(one.at(99.9).Nanoseconds())/1e3)
		}
		r.line(l.name, p50.text("%.1f")+" µs", p99.text("%.1f")+" µs", p999.text("%.1f")+" µs", fmt.Sprintf("%.0f", l.allocations()))
	}
	debug.FreeOSMemory()
	disk, raw := onDisk(filepath.Join(dir, "cache")), rawBytes(entries)
	fmt.Fprintf(r.Out, "\nanonymous memory while serving: %.0f MiB; on disk %.0f MiB = %.2f × raw key and record bytes\n",
		anonymous(), float64(disk)/(1<<20), float64(disk)/float64(raw))
	return nil
}

// rawBytes is what the keys and records of so many entries take at least: of a number, its key and the JSON an answer has of it;
// of a contact, its key, a digest and the key of its number.
func rawBytes(entries int) int64 {
	var e entry
	e.index = entries / 2
	c := e.contact()
	record := len(c.ID) + len(c.Name) + len(c.Company) + len(c.URL) + len(e.e164())
	for _, f := range c.Fields {
		record += len(f.Name) + len(f.Value)
	}
	const key, digest, jsonMarks = 43, 16, 90
	return int64(entries) * int64(key+record+jsonMarks+key+digest+16)
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

func (s *stack) lookups(entries int) []lookup {
	var room [8]cache.Match
	index := func(wanted int) func(q question) error {
		return func(q question) error {
			n, err := phone.ParseE164(q.number)
			if err != nil {
				return err
			}
			found, err := s.cache.Match(s.in, n, room[:0])
			if err == nil && len(found) != wanted {
				err = fmt.Errorf("%d matches, want %d", len(found), wanted)
			}
			return err
		}
	}
	ctx := context.Background()
	answer := func(q question) error {
		_, err := s.recognize.Recognize(ctx, &recognition.Question{Tenant: s.tenant, Number: q.number, Region: q.region})
		return err
	}
	unknown := func(i int) question { return international(entries + i) }
	return []lookup{
		{"index, E.164 (normalise, get, open)", international, index(1), entries},
		{"index, unknown number", unknown, index(0), entries},
		{"whole answer, E.164", international, answer, entries},
		{"whole answer, national", national, answer, entries},
		{"whole answer, unknown", unknown, answer, entries},
	}
}

// round asks about random entries and times each question; the timer costs about 0.05 µs.
func (l lookup) round(ctx context.Context) (latencies, error) {
	rnd := rand.New(rand.NewPCG(1, 2))
	questions := make([]question, lookups)
	for i := range questions {
		questions[i] = l.made(rnd.IntN(l.max))
	}
	out := make(latencies, lookups)
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
	const n = 1000
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

// Tenants opens a folder with many small tenants and says what that takes.
func (r *Run) Tenants(ctx context.Context, tenants, contacts int) error {
	dir := filepath.Join(r.Dir, fmt.Sprintf("tenants-%d-%d", tenants, contacts))
	if err := r.fillTenants(ctx, dir, tenants, contacts); err != nil {
		return err
	}
	debug.FreeOSMemory()
	start := time.Now()
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return err
	}
	defer s.close()
	opened := time.Since(start)
	_, err = s.recognize.Recognize(ctx, &recognition.Question{Tenant: s.tenant, Number: entry{1}.e164()})
	debug.FreeOSMemory()
	fmt.Fprintf(r.Out, "\n%d tenants × %d contacts: open %s, anonymous memory %.0f MiB\n", tenants, contacts, opened.Round(time.Millisecond), anonymous())
	return err
}

func (r *Run) fillTenants(ctx context.Context, dir string, tenants, contacts int) error {
	s, err := openStack(ctx, dir, -1)
	if err != nil {
		return err
	}
	defer s.close()
	by := tenantActor()
	accounts, err := s.directory.Accounts(ctx, by)
	if err != nil {
		return err
	}
	for i := len(accounts) - 1; i < tenants; i++ { // the operator is one of them
		name := strings.Repeat("0", 6-len(fmt.Sprint(i))) + fmt.Sprint(i)
		a, err := s.directory.AddTenant(ctx, by, s.directory.Operator(), map[string]string{"name": "Tenant " + name, "region": "NL", "timezone": "Europe/Amsterdam"})
		if err != nil {
			return err
		}
		in, err := s.add(ctx, a.ID)
		if err != nil {
			return err
		}
		if err := fill(ctx, s.cache, in, i*contacts, (i+1)*contacts); err != nil {
			return err
		}
		if i%500 == 0 {
			r.log("%d tenants filled", i)
		}
	}
	return nil
}
