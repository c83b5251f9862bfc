package jobs

import (
	"hash/fnv"
	"maps"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
)

const (
	learnRecords = 1000 // of a stream, read before the first of its numbers
	sampleEvery  = 16   // of the records behind them, one in so many is evidence too
)

// columnName names a phone field among the streams of an integration.
func columnName(st presets.Stream, p presets.Phone) string { return st.ID + "/" + p.Column }

// evidence gathers how the values of each column are written, of the first records and of a sample of the rest: enough
// to decide, and little to compute where nothing has changed.
type evidence map[string]*phone.ColumnEvidence

func (e evidence) observe(column, raw string, ctx phone.FieldContext) {
	seen := e[column]
	if seen == nil {
		seen = &phone.ColumnEvidence{}
		e[column] = seen
	}
	ctx.Column = phone.Column{}
	seen.Observe(raw, ctx)
}

// decisions returns what the next full run shall use: what this one found if it saw everything, else what it used.
func (e evidence) decisions(used map[string]phone.Column, run Run) map[string]phone.Column {
	next := maps.Clone(used)
	if next == nil {
		next = map[string]phone.Column{}
	}
	if run.Mode != Full || run.Resumed > 0 {
		return next // part of the evidence is gone with the attempt that saw it
	}
	for column, seen := range e {
		next[column] = seen.Decide()
	}
	return next
}

// differs tells whether a full run found other decisions than it used.
func (e evidence) differs(used map[string]phone.Column, run Run) bool {
	return !maps.Equal(e.decisions(used, run), used)
}

// sampled tells whether a record counts as evidence: the same in each run, whatever the order.
func sampled(read int, id string) bool {
	if read <= learnRecords {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return h.Sum32()%sampleEvery == 0
}

// learner holds back the first pages of a stream whose columns nothing is known of, until enough records are there to
// decide how its numbers are read.
type learner struct {
	a       *attempt
	stream  presets.Stream
	open    bool
	waiting []presets.Page
	records int
}

// newLearner begins a stream. Only a full run that starts at a stream's beginning learns; others know.
func (a *attempt) newLearner(st presets.Stream) *learner {
	open := a.run.Mode == Full && a.page == ""
	for column := range a.mark.Columns {
		if len(column) > len(st.ID) && column[:len(st.ID)+1] == st.ID+"/" {
			open = false
		}
	}
	return &learner{a: a, stream: st, open: open}
}

// add takes a page and returns those that can be read now.
func (l *learner) add(page presets.Page) []presets.Page {
	if !l.open {
		return []presets.Page{page}
	}
	l.waiting = append(l.waiting, page)
	l.records += len(page.Records)
	if l.records < learnRecords && !page.Last {
		return nil
	}
	l.decide()
	ready := l.waiting
	l.open, l.waiting = false, nil
	return ready
}

// decide looks at the records held back.
func (l *learner) decide() {
	seen, n := evidence{}, 0
	for _, page := range l.waiting {
		for i := range page.Records {
			n++
			if n > learnRecords {
				break
			}
			rec := &page.Records[i]
			for _, p := range rec.Phones {
				seen.observe(columnName(l.stream, p), p.Raw, l.a.set.evidence(rec, p))
			}
		}
	}
	for column, e := range seen {
		l.a.mark.Columns[column] = e.Decide()
	}
}
