package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// oneKey is the data key of every integration, until it is destroyed.
type oneKey struct{ destroyed map[tenant.IntegrationID]bool }

func (k *oneKey) IntegrationKey(_ tenant.ID, i tenant.IntegrationID) (key [32]byte, err error) {
	if k.destroyed[i] {
		return key, errors.New("no such key")
	}
	copy(key[:], "a key for tests, never for others")
	return key, nil
}

// world is a cache on stores that outlive it.
type world struct {
	tb      testing.TB
	table   *crashTable
	control *crashStore
	keys    *oneKey
	at      time.Time
	cache   *Cache
	in      Ref
	fence   uint64
	segment int
}

func newWorld(tb testing.TB, table store.Table, control store.Store) *world {
	w := &world{
		tb: tb, table: &crashTable{Table: table}, control: &crashStore{Store: control}, keys: &oneKey{map[tenant.IntegrationID]bool{}},
		at: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC), in: Ref{Tenant: tenant.NewID(), Integration: tenant.NewIntegrationID()},
		segment: 7,
	}
	w.reopen()
	return w
}

func memory(tb testing.TB) *world { return newWorld(tb, memkv.NewTable(), memkv.New()) }

// reopen drops the cache as the end of the process would, and opens another on the same stores.
func (w *world) reopen() {
	w.tb.Helper()
	w.kill()
	c, err := Open(context.Background(), Deps{Table: w.table, Control: w.control, Keys: w.keys, Now: func() time.Time { return w.at }})
	w.no(err)
	c.segment = w.segment
	w.cache = c
}

// kill ends everything under way: no write reaches the table any more.
func (w *world) kill() {
	w.table.dead.Store(true)
	if w.cache != nil {
		w.cache.integrations.Range(func(_, ig any) bool {
			if r := ig.(*integration).writer; r != nil {
				_ = r.w.wait()
			}
			return true
		})
	}
	w.table.kill()
	w.control.dead = false
}

func (w *world) no(err error) {
	w.tb.Helper()
	if err != nil {
		w.tb.Fatal(err)
	}
}

// refresh begins a run with a new lease.
func (w *world) refresh(o RefreshOptions) *Refresh {
	w.tb.Helper()
	r, err := w.begin(o)
	w.no(err)
	return r
}

func (w *world) begin(o RefreshOptions) (*Refresh, error) {
	if o.Fence == 0 {
		w.fence++
		o.Fence = w.fence
	}
	return w.cache.Refresh(context.Background(), w.in, o)
}

// publish makes exactly these contacts the published generation.
func (w *world) publish(people ...person) Stats {
	w.tb.Helper()
	r := w.refresh(RefreshOptions{})
	w.no(feed(r, people))
	s, err := r.Publish(context.Background())
	w.no(err)
	return s
}

// feed is what jobs does with each record.
func feed(r *Refresh, people []person) error {
	for _, p := range people {
		same, err := r.Unchanged("contact", p.ID, p.digest())
		if err != nil {
			return err
		}
		if same {
			continue
		}
		if err := r.Put(p.contact(), p.digest(), p.numbers()...); err != nil {
			return err
		}
	}
	return nil
}

// person is a record of the CRM.
type person struct {
	ID, Name, Company string
	Order, Age        int      // Age: days since it was changed
	Phones            []string // E.164, and ;ext=, ;head, ;label=
	Bad               int      // numbers that cannot be read
}

func (p person) digest() Digest { return DigestOf(fmt.Sprintf("%+v", p)) }

func (p person) contact() Contact {
	c := Contact{
		Type: "contact", ID: p.ID, Order: p.Order, Name: p.Name, Company: p.Company, URL: "https://crm.example/" + p.ID,
		Fields: []Field{{"DisplayName", p.Name}, {"Email", p.ID + "@example.com"}}, Changed: day.AddDate(0, 0, -p.Age),
	}
	for i := range p.Bad {
		c.Issues = append(c.Issues, Issue{Reason: "unparsable", Raw: fmt.Sprint("abc", i)})
	}
	return c
}

var day = time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)

func (p person) numbers() []LabelledNumber {
	var out []LabelledNumber
	for _, s := range p.Phones {
		parts := strings.Split(s, ";")
		n := LabelledNumber{Number: number(parts[0]), Label: "business"}
		for _, part := range parts[1:] {
			name, value, _ := strings.Cut(part, "=")
			switch name {
			case "ext":
				n.Extension = value
			case "head":
				n.Head = true
			case "label":
				n.Label = value
			}
		}
		out = append(out, n)
	}
	return out
}

func number(e164 string) phone.Number {
	n, err := phone.ParseE164(e164)
	if err != nil {
		panic(e164 + ": " + err.Error())
	}
	return n
}

// names asks for a number and returns the names, and how many contacts there are.
func (w *world) names(e164 string) ([]string, int) {
	w.tb.Helper()
	matches, err := w.cache.Match(w.in, number(e164), nil)
	w.no(err)
	var names []string
	total := 0
	for i := range matches {
		names = append(names, matches[i].Name().String())
		total = matches[i].Total()
	}
	return names, total
}

func (w *world) wantNames(e164 string, want ...string) {
	w.tb.Helper()
	if got, _ := w.names(e164); !slices.Equal(got, want) {
		w.tb.Errorf("%s: %q, want %q", e164, got, want)
	}
}

func (w *world) status() Status {
	w.tb.Helper()
	s, err := w.cache.Status(context.Background(), w.in)
	w.no(err)
	return s
}

// check compares everything with a fresh build of the same people: every answer, the counts, and that the table holds
// nothing else at the published version.
func (w *world) check(people map[string]person, universe []string) {
	w.tb.Helper()
	want := fresh(people)
	for _, e164 := range universe {
		folded := number(e164).Fold()
		got, err := w.cache.Match(w.in, number(e164), nil)
		w.no(err)
		if diff := cmp.Diff(want.answers(folded), show(got)); diff != "" {
			w.tb.Fatalf("%s (-fresh build +refresh):\n%s", e164, diff)
		}
	}
	if s := w.status(); s.Published != nil {
		if diff := cmp.Diff(want.counts, s.Published.Counts); diff != "" {
			w.tb.Fatalf("counts (-fresh build +refresh):\n%s", diff)
		}
		if diff := cmp.Diff(want.kinds(), w.kinds(s.Published.Version)); diff != "" {
			w.tb.Fatalf("entries (-fresh build +refresh):\n%s", diff)
		}
	}
}

// kinds counts the entries at a version.
func (w *world) kinds(at store.Version) map[string]int {
	p, err := prefixOf(w.in)
	w.no(err)
	n := map[string]int{}
	for item, err := range w.table.Scan(p[:], at) {
		w.no(err)
		if kind := item.Key[prefixSize]; kind != kindBlock {
			n[string(kind)]++
		}
	}
	return n
}

// build is what a correct cache of some people answers.
type build struct {
	counts  Counts
	numbers map[phone.Number][]person
}

func fresh(people map[string]person) build {
	b := build{numbers: map[phone.Number][]person{}}
	for _, p := range people {
		b.counts.Contacts++
		b.counts.Rejected += p.Bad
		mine := map[phone.Number]bool{}
		for _, n := range p.numbers() {
			if f := n.Number.Fold(); !mine[f] {
				mine[f] = true
				b.numbers[f] = append(b.numbers[f], p)
			}
		}
	}
	b.counts.Numbers = len(b.numbers)
	for _, all := range b.numbers {
		slices.SortFunc(all, func(a, b person) int {
			return firstNonZero(a.Order-b.Order, a.Age-b.Age, strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
		})
	}
	return b
}

func firstNonZero(all ...int) int {
	for _, c := range all {
		if c != 0 {
			return c
		}
	}
	return 0
}

func (b build) answers(n phone.Number) []string {
	var out []string
	all := b.numbers[n]
	for _, p := range all[:min(len(all), MaxContacts)] {
		out = append(out, fmt.Sprintf("%s %s %s %d of %d", p.ID, p.Name, p.Company, p.Order, len(all)))
	}
	return out
}

func show(matches []Match) []string {
	var out []string
	for i := range matches {
		m := &matches[i]
		out = append(out, fmt.Sprintf("%s %s %s %d of %d", m.ID(), m.Name(), m.Company(), m.Order(), m.Total()))
	}
	return out
}

func (b build) kinds() map[string]int {
	n := map[string]int{}
	add := func(kind byte, count int) {
		if count > 0 {
			n[string(kind)] += count
		}
	}
	add(kindContact, b.counts.Contacts)
	add(kindNumber, b.counts.Numbers)
	for _, all := range b.numbers {
		add(kindOverflow, len(all)-MaxContacts)
	}
	return n
}
