package phonebook

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// book is everybody of a tenant, in the order of their names. Nobody changes it.
type book struct {
	people []person
	uids   map[string]int
	stamp  stamp
	serial uint64 // no two books have the same
	bytes  int

	turn chan struct{} // held by whoever reads it from one end to the other: one tenant holds up only itself
}

// stamp says of what state of a tenant a book is: its settings and the generations of its integrations.
type stamp string

// Contacts gives the contacts of an integration by their numbers; *cache.Cache does.
type Contacts interface {
	Shared(ctx context.Context, in cache.Ref, contacts int) iter.Seq2[cache.Shared, error]
}

// errTooLarge means that a tenant has more people than fit in memory.
var errTooLarge = fmt.Errorf("this tenant has more contacts than a phone book holds; numbers are still looked up")

func stampOf(revision uint64, sources []recognition.Source) stamp {
	var b strings.Builder
	fmt.Fprint(&b, revision)
	for _, s := range sources {
		fmt.Fprint(&b, " ", s.Integration, s.Generation.Version)
	}
	return stamp(b.String())
}

// build reads a tenant's contacts from their sealed entries.
func build(ctx context.Context, c Contacts, sources []recognition.Source, own func(phone.Number) bool, most int) (*book, error) {
	b := &book{uids: map[string]int{}, turn: make(chan struct{}, 1)}
	for _, s := range sources {
		for entry, err := range c.Shared(ctx, s.Ref, 1) {
			if err != nil {
				return nil, fmt.Errorf("read contacts of %s: %w", s.Integration, err)
			}
			n, ok := numberOf(entry.E164)
			if !ok || !n.IsZero() && own(n.Number) {
				continue
			}
			for i := range entry.Matches {
				b.add(s.Integration, &entry.Matches[i], n)
			}
			if b.bytes > most {
				return nil, errTooLarge
			}
		}
	}
	b.sort()
	return b, nil
}

func numberOf(e164 string) (number, bool) {
	if n, err := phone.ParseE164(e164); err == nil {
		return number{Number: n}, true
	}
	_, short, ok := strings.Cut(e164, ":")
	return number{short: strings.Clone(short)}, ok && short != ""
}

// add notes a contact as it stands under a number. The number of a company without its last digits is nobody's.
func (b *book) add(in tenant.IntegrationID, m *cache.Match, n number) {
	if m.Stem() || m.Block() {
		return
	}
	n.attr = placeOf(m.Facts().Kind, m.Label().String())
	uid := uidOf(string(in), m.Type().String(), m.ID().String())
	at, known := b.uids[uid]
	if !known {
		at = len(b.people)
		b.uids[uid] = at
		p := person{uid: uid, name: text(m.Name()), company: text(m.Company()), first: field(m, "FirstName"), last: field(m, "LastName"), email: field(m, "Email")}
		p.complete()
		p.folded = p.compared()
		b.people = append(b.people, p)
		b.bytes += p.size()
	}
	p := &b.people[at]
	if !slices.ContainsFunc(p.numbers, func(o number) bool { return o.Number == n.Number && o.short == n.short }) {
		p.numbers = append(p.numbers, n)
		b.bytes += 48
	}
}

// text is a copy that does not keep the entry it comes from in memory.
func text(t cache.Text) string { return strings.Clone(t.String()) }

func field(m *cache.Match, name string) string {
	t, _ := m.Field(name)
	return text(t)
}

func (b *book) sort() {
	b.people = slices.DeleteFunc(b.people, func(p person) bool { return p.shown() == "" })
	slices.SortFunc(b.people, func(p, o person) int {
		return cmp.Or(strings.Compare(p.folded.name, o.folded.name), strings.Compare(p.folded.company, o.folded.company), strings.Compare(p.uid, o.uid))
	})
	clear(b.uids)
	for i := range b.people {
		b.uids[b.people[i].uid] = i
		slices.SortFunc(b.people[i].numbers, func(n, o number) int {
			return cmp.Or(cmp.Compare(n.attr, o.attr), strings.Compare(n.E164()+n.short, o.E164()+o.short))
		})
	}
}

// byUID finds somebody.
func (b *book) byUID(uid string) *person {
	if i, ok := b.uids[uid]; ok {
		return &b.people[i]
	}
	return nil
}
