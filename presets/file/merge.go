package file

import (
	"cmp"
	"context"
	"hash/maphash"
	"iter"
	"slices"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
)

// contacts are the records of a file; they can be read any number of times.
type contacts interface {
	records(ctx context.Context) iter.Seq2[presets.Record, error]
}

// merger gives each contact once. A first reading counts which ids occur again;
// a second one passes on what occurs once and collects the rest. Where that is
// much, it is collected in several further readings, so that memory stays bounded.
type merger struct {
	from   contacts
	seed   maphash.Seed
	repeat map[uint64]int // readings of ids that occur more than once
	passes int
}

// maxCollected is how many rows are held to be merged in one reading.
const maxCollected = 100_000

// newMerger does the first reading; at most hold rows are held in each later one.
func newMerger(ctx context.Context, from contacts, hold int) (*merger, error) {
	m := &merger{from: from, seed: maphash.MakeSeed(), repeat: map[uint64]int{}, passes: 1}
	var ids []uint64
	for rec, err := range from.records(ctx) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, maphash.String(m.seed, rec.ID))
	}
	slices.Sort(ids)
	held := 0
	for i := 0; i < len(ids); {
		n := 1
		for i+n < len(ids) && ids[i+n] == ids[i] {
			n++
		}
		if n > 1 {
			if held += n; held > hold {
				held = n
				m.passes++
			}
			m.repeat[ids[i]] = m.passes - 1
		}
		i += n
	}
	return m, nil
}

// all gives each contact once; contacts of one row come in the file's order.
func (m *merger) all(ctx context.Context) iter.Seq2[presets.Record, error] {
	return func(yield func(presets.Record, error) bool) {
		for pass := range m.passes {
			if !m.read(ctx, pass, yield) {
				return
			}
		}
	}
}

// read is one reading; it answers false when it must be the last.
func (m *merger) read(ctx context.Context, pass int, yield func(presets.Record, error) bool) bool {
	collected := map[string]*presets.Record{}
	var order []string
	for rec, err := range m.from.records(ctx) {
		if err != nil {
			yield(rec, err)
			return false
		}
		in, again := m.repeat[maphash.String(m.seed, rec.ID)]
		switch {
		case again && in != pass, !again && pass > 0:
		case !again:
			if !yield(rec, nil) {
				return false
			}
		case collected[rec.ID] == nil:
			collected[rec.ID] = &rec
			order = append(order, rec.ID)
		default:
			merge(collected[rec.ID], rec)
		}
	}
	for _, id := range order {
		if !yield(*collected[id], nil) {
			return false
		}
	}
	return true
}

// merge adds what another row of the same contact knows.
func merge(to *presets.Record, from presets.Record) {
	for _, p := range []struct{ to, from *string }{
		{&to.Name, &from.Name},
		{&to.FirstName, &from.FirstName},
		{&to.LastName, &from.LastName},
		{&to.Company, &from.Company},
		{&to.Email, &from.Email},
		{&to.Identifier, &from.Identifier},
		{&to.URL, &from.URL},
	} {
		*p.to = cmp.Or(*p.to, *p.from)
	}
	for _, f := range from.Fields {
		if !slices.ContainsFunc(to.Fields, func(have presets.Field) bool { return have.Name == f.Name }) {
			to.Fields = append(to.Fields, f)
		}
	}
	for _, p := range from.Phones {
		if len(to.Phones) < columns.MaxPhones && !slices.ContainsFunc(to.Phones, func(have presets.Phone) bool { return have.Raw == p.Raw && have.Country == p.Country }) {
			to.Phones = append(to.Phones, p)
		}
	}
}
