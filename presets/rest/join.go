package rest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// maxBatch is how many ids are asked for at a time where a join names no number.
const maxBatch = 100

// join finds values of another object by id.
type join struct {
	presets.Join
	by, key, value, records presets.Selector
	pager                   pager
	known                   map[string]string
	all                     bool // everything has been read
}

func newJoin(j presets.Join) (*join, error) {
	out := &join{Join: j, known: map[string]string{}}
	var err error
	for _, one := range []struct {
		text string
		to   *presets.Selector
	}{{j.By, &out.by}, {j.Key, &out.key}, {j.Value, &out.value}} {
		if *one.to, err = selector(one.text); err != nil {
			return nil, fmt.Errorf("join %s: %w", j.Name, err)
		}
	}
	if out.records, err = listSelector(j.Records); err != nil {
		return nil, fmt.Errorf("join %s: %w", j.Name, err)
	}
	out.pager, err = newPager(j.Page, j.Key)
	return out, err
}

// fill reads what the records of a page need.
func (s *source) fill(ctx context.Context, joins []*join, records []presets.Value, values scope) error {
	if len(records) == 0 {
		return nil // a run that finds nothing new reads no companies
	}
	for _, j := range joins {
		if j.Batch == 0 {
			if !j.all {
				if err := s.readJoin(ctx, j, values); err != nil {
					return err
				}
				j.all = true
			}
			continue
		}
		for ids := range slices.Chunk(j.unknown(records), min(j.Batch, maxBatch)) {
			values.ids = strings.Join(ids, ",")
			if err := s.readJoin(ctx, j, values); err != nil {
				return err
			}
			for _, id := range ids {
				if _, ok := j.known[id]; !ok {
					j.known[id] = "" // not there: not asked for again
				}
			}
		}
	}
	return nil
}

func (j *join) unknown(records []presets.Value) []string {
	var list []string
	for _, r := range records {
		id := j.by.Text(r)
		if _, ok := j.known[id]; id != "" && !ok && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// readJoin reads a join's list from its first to its last page.
func (s *source) readJoin(ctx context.Context, j *join, values scope) error {
	values.size = j.Page.Size
	for at, last := j.pager.first(), false; !last; {
		values.page = at
		res, err := s.client.send(ctx, call{request: j.Request, values: values, address: at.URL, params: j.pager.params(at)})
		if err != nil {
			return fmt.Errorf("read %s: %w", j.Name, err)
		}
		if res.do != doPass {
			return nil
		}
		list, err := pageRecords(j.records, res.doc)
		if err != nil {
			return fmt.Errorf("read %s: %w", j.Name, err)
		}
		for _, one := range list {
			if id := j.key.Text(one); id != "" {
				j.known[id] = clean(j.value.Text(one))
			}
		}
		if at, last, err = j.pager.advance(at, &res.answer, list); err != nil {
			return fmt.Errorf("read %s: %w", j.Name, err)
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
