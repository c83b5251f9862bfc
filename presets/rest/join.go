package rest

import (
	"context"
	"fmt"
	"slices"

	"github.com/ringdex/ringdex/presets"
)

// maxBatch is how many ids are asked for at a time where a join names no number.
const maxBatch = 100

// join finds values of another object by id.
type join struct {
	presets.Join
	by, key, value presets.Selector
	list           listing
	beside         presets.Selector // the other objects stand in the answers of the stream itself
	known          map[string]string
	all            bool // everything has been read
	off            bool // refused, and not needed
}

func newJoin(j presets.Join) (*join, error) {
	out := &join{Join: j, known: map[string]string{}}
	texts := []struct {
		text string
		to   *presets.Selector
	}{{j.By, &out.by}, {j.Key, &out.key}, {j.Value, &out.value}}
	if j.Request.Get == "" && j.Request.Post == "" {
		texts = append(texts, struct {
			text string
			to   *presets.Selector
		}{j.Records, &out.beside})
	}
	var err error
	for _, one := range texts {
		if *one.to, err = selector(one.text); err != nil {
			return nil, fmt.Errorf("join %s: %w", j.Name, err)
		}
	}
	if out.list, err = newListing(presets.Side{Request: j.Request, Records: j.Records, Page: j.Page}, j.Key, ""); err != nil {
		return nil, fmt.Errorf("join %s: %w", j.Name, err)
	}
	return out, nil
}

// fill reads what the records of a page need. a is the answer they stand in.
func (s *source) fill(ctx context.Context, joins []*join, a *answer, records []presets.Value, values scope) error {
	if len(records) == 0 {
		return nil // a run that finds nothing new reads no companies
	}
	for _, j := range joins {
		if err := s.fillOne(ctx, j, a, records, values); err != nil {
			if !j.Optional || !refused(err) {
				return err
			}
			j.off = true
		}
	}
	return nil
}

func (s *source) fillOne(ctx context.Context, j *join, a *answer, records []presets.Value, values scope) error {
	switch {
	case j.off:
		return nil
	case !j.beside.IsZero():
		clear(j.known) // each answer brings what its records need
		j.learn(presets.Elements(j.beside, a.doc))
		return nil
	case j.Batch > 0:
		return s.readMet(ctx, j, records, values)
	case j.all:
		return nil
	}
	err := s.readJoin(ctx, j, values)
	j.all = err == nil && !s.sampling
	return err
}

// readMet asks for the objects that records name and that are not known yet.
func (s *source) readMet(ctx context.Context, j *join, records []presets.Value, values scope) error {
	for ids := range slices.Chunk(j.unknown(records), min(j.Batch, maxBatch)) {
		values.ids = ids
		if err := s.readJoin(ctx, j, values); err != nil {
			return err
		}
		for _, id := range texts(ids) {
			if _, ok := j.known[id]; !ok {
				j.known[id] = "" // not there: not asked for again
			}
		}
	}
	return nil
}

// learn remembers the values of other objects.
func (j *join) learn(objects []presets.Value) {
	for _, one := range objects {
		if id := j.key.Text(one); id != "" {
			j.known[id] = clean(j.value.Text(one))
		}
	}
}

func (j *join) unknown(records []presets.Value) []presets.Value {
	var list []presets.Value
	met := map[string]bool{}
	for _, r := range records {
		v := j.by.First(r)
		id := v.Text()
		if _, ok := j.known[id]; id != "" && !ok && !met[id] {
			met[id] = true
			list = append(list, v)
		}
	}
	return list
}

// readJoin reads a join's list from its first to its last page.
func (s *source) readJoin(ctx context.Context, j *join, values scope) error {
	l := &j.list
	values.size, values.keys = l.pager.Size, l.pager.Numeric
	met := meetings{}
	for at, last := l.pager.first(), false; !last; {
		values.page = at
		res, err := s.client.send(ctx, call{request: l.requestAt(at), values: values, address: at.URL, params: l.pager.params(at)})
		if err != nil {
			return fmt.Errorf("read %s: %w", j.Name, err)
		}
		if res.do != doPass {
			return nil
		}
		all, wanted, err := l.pick(at, &res.answer)
		if err != nil {
			return fmt.Errorf("read %s: %w", j.Name, err)
		}
		j.learn(wanted)
		if s.sampling {
			return nil // names of some companies will do
		}
		if at, last, err = l.pager.advance(at, &res.answer, all); err == nil && !last {
			err = met.place(at)
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", j.Name, listError(err))
		}
	}
	return nil
}

// joined are the values found for a record, by the joins' names.
func (m *mapping) joined(v presets.Value) map[string]string {
	if len(m.joins) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, j := range m.joins {
		out[j.Name] = j.known[j.by.Text(v)]
	}
	return out
}
