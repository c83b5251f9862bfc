package rest

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
)

// stream is a stream of the preset with its texts read.
type stream struct {
	presets.Stream
	mapping *mapping
	main    listing
	changes *listing
	gone    *listing
	chosen  *selection

	asksFirst bool // requests use values of the check
}

// listing is one list of a stream: all records, the changed ones, or the deleted ones.
type listing struct {
	request presets.Request
	records presets.Selector
	pager   pager
	since   presets.Since
	clock   clock
	read    func(presets.Value, scope) (presets.Record, error)
}

func newStream(p *presets.Preset, s presets.Stream) (*stream, error) {
	c, err := newClock(s.Since.Format, s.Since.Zone)
	if err != nil {
		return nil, err
	}
	m, err := newMapping(p, s, c)
	if err != nil {
		return nil, err
	}
	for _, j := range s.Joins {
		one, err := newJoin(j)
		if err != nil {
			return nil, err
		}
		m.joins = append(m.joins, one)
	}
	st := &stream{Stream: s, mapping: m, asksFirst: asksFirst(p, s)}
	whole := presets.Side{Request: s.Request, Records: s.Records, Page: s.Page, Since: s.Since}
	if st.main, err = newListing(whole, s.Record.ID); err != nil {
		return nil, err
	}
	st.main.read = m.record
	if s.Changes != nil {
		if st.changes, err = side(*s.Changes, whole); err != nil {
			return nil, fmt.Errorf("changes: %w", err)
		}
		st.changes.read = m.record
	}
	if s.Deletions == nil {
		return st, nil
	}
	if st.gone, err = side(*s.Deletions, whole); err != nil {
		return nil, fmt.Errorf("deletions: %w", err)
	}
	st.gone.read, err = deletion(cmp.Or(s.Deletions.ID, s.Record.ID))
	return st, err
}

// asksFirst reports whether a stream's requests use what the check keeps; addresses of records alone do not need it first.
func asksFirst(p *presets.Preset, s presets.Stream) bool {
	text := fmt.Sprint(p.HTTP.BaseURL, p.HTTP.Headers, s.Request, s.Select.Describe, s.Since)
	for _, one := range []*presets.Side{s.Changes, s.Deletions} {
		if one != nil {
			text += fmt.Sprint(*one)
		}
	}
	for _, j := range s.Joins {
		text += fmt.Sprint(j.Request)
	}
	return strings.Contains(text, "$(check.")
}

// side is a request beside the full read; keys it leaves out are the stream's.
func side(s, whole presets.Side) (*listing, error) {
	s.Records = cmp.Or(s.Records, whole.Records)
	if s.Page == (presets.Paging{}) {
		s.Page = whole.Page
	}
	s.Since = presets.Since{
		Field: cmp.Or(s.Since.Field, whole.Since.Field), Format: cmp.Or(s.Since.Format, whole.Since.Format),
		Zone: cmp.Or(s.Since.Zone, whole.Since.Zone), Lookback: cmp.Or(s.Since.Lookback, whole.Since.Lookback),
		Where: cmp.Or(s.Since.Where, whole.Since.Where), Param: cmp.Or(s.Since.Param, whole.Since.Param),
	}
	l, err := newListing(s, s.ID)
	return &l, err
}

func newListing(s presets.Side, id string) (listing, error) {
	l := listing{request: s.Request, since: s.Since}
	var err error
	if l.records, err = listSelector(s.Records); err != nil {
		return l, err
	}
	if l.clock, err = newClock(s.Since.Format, s.Since.Zone); err != nil {
		return l, err
	}
	l.pager, err = newPager(s.Page, id)
	return l, err
}

// listSelector reads where a list stands in an answer; the zero selector is the whole answer.
func listSelector(text string) (presets.Selector, error) {
	if text == "#" {
		return presets.Selector{}, nil
	}
	return selector(text)
}

// deletion reads the records of a list of deleted ones: all that counts is the id.
func deletion(id string) (func(presets.Value, scope) (presets.Record, error), error) {
	at, err := newExpr(id)
	if err != nil {
		return nil, err
	}
	return func(v presets.Value, _ scope) (presets.Record, error) {
		var o object
		o.open(v)
		text := at.of(&o, nil)
		if text == "" {
			text = clean(v.Text()) // a list of bare ids
		}
		if text == "" {
			return presets.Record{}, fmt.Errorf("a deleted record has no id")
		}
		return presets.Record{ID: text, Deleted: true}, nil
	}, nil
}

// incremental reports whether the stream can be asked for changes only.
func (st *stream) incremental() bool {
	return st.changes != nil || st.Since.Where != "" || st.Since.Param != "" || strings.Contains(fmt.Sprint(st.Request), "$(since.")
}

// phases are the lists of one run, in order.
func (st *stream) phases(full bool) []*listing {
	if full {
		return []*listing{&st.main}
	}
	list := []*listing{&st.main}
	if st.changes != nil {
		list[0] = st.changes
	}
	if st.gone != nil {
		list = append(list, st.gone)
	}
	return list
}

// pageRecords are the records of an answer. An answer without the list is no page.
func pageRecords(sel presets.Selector, doc presets.Value) ([]presets.Value, error) {
	list := doc
	if !sel.IsZero() {
		list = presets.Value{}
		for v := range sel.All(doc) {
			list = v
			break
		}
	}
	if !list.Exists() || !list.IsList() {
		return nil, &presets.Error{Op: "read the CRM's answer", Text: "there is no list of records in it", Hint: "the CRM may have changed its interface"}
	}
	var out []presets.Value
	for v := range list.List() {
		out = append(out, v)
	}
	return out, nil
}

// valueOf is a watermark the way a listing's requests want it.
func (l *listing) valueOf(t time.Time) string { return l.clock.text(t.Add(-l.since.Lookback)) }

// where is the condition with the watermark.
func (l *listing) where(values scope) (string, error) {
	text, _, err := place.Literal(l.since.Where, values.lookup)
	if err != nil {
		return "", &presets.Error{Op: "ask for changes", Text: err.Error(), Hint: "check the options"}
	}
	return text, nil
}

// opaqueOf is the watermark an answer brings.
func opaqueOf(l *listing, doc presets.Value) string {
	sel, err := selector(l.since.Field)
	if err != nil || sel.IsZero() {
		return ""
	}
	return sel.Text(doc)
}
