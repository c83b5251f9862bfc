package rest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
	"github.com/ringdex/ringdex/wording"
)

// stream is a stream of the preset with its texts read.
type stream struct {
	presets.Stream
	mapping *mapping
	main    listing
	changes *listing
	gone    *listing
	keep    map[string]presets.Selector // of the request before the list
	chosen  *selection

	detail *detail // nil: lists have all of a record

	asksFirst bool // requests use values of the check
}

func newStream(p *presets.Preset, s presets.Stream, values scope) (*stream, error) {
	zone, _, err := place.Header(s.Since.Zone, values.lookup)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	c, err := newClock(s.Since.Format, zone)
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
	if st.keep, err = selectorsOf(s.Ask.Keep); err != nil {
		return nil, err
	}
	if st.detail, err = newDetail(s.Detail, s.Record.ID); err != nil {
		return nil, err
	}
	whole := presets.Side{Request: s.Request, Records: s.Records, Page: s.Page, Since: s.Since, DeletedIDs: s.DeletedIDs}
	if st.main, err = newListing(whole, s.Record.ID, zone); err != nil {
		return nil, err
	}
	st.main.read = m.record
	if s.Changes != nil {
		if st.changes, err = side(*s.Changes, whole, s.Record.ID, values); err != nil {
			return nil, fmt.Errorf("changes: %w", err)
		}
		st.changes.read = m.record
	}
	if s.Deletions == nil {
		return st, nil
	}
	if st.gone, err = side(*s.Deletions, whole, cmp.Or(s.Deletions.ID, s.Record.ID), values); err != nil {
		return nil, fmt.Errorf("deletions: %w", err)
	}
	st.gone.read, err = deletion(cmp.Or(s.Deletions.ID, s.Record.ID))
	return st, err
}

// asksFirst reports whether a stream's requests use what the check keeps; addresses of records alone do not need it first.
func asksFirst(p *presets.Preset, s presets.Stream) bool {
	text := fmt.Sprint(p.HTTP.BaseURL, p.HTTP.Headers, s.Ask, s.Request, s.Detail.Request, s.Select.Describe, s.Since, thenOf(s.Page))
	for _, one := range []*presets.Side{s.Changes, s.Deletions} {
		if one != nil {
			text += fmt.Sprint(*one, thenOf(one.Page))
		}
	}
	for _, j := range s.Joins {
		text += fmt.Sprint(j.Request)
	}
	return strings.Contains(text, "$(check.")
}

func thenOf(p presets.Paging) presets.Then {
	if p.Then == nil {
		return presets.Then{}
	}
	return *p.Then
}

// side is a request beside the full read; keys it leaves out are the stream's.
func side(s, whole presets.Side, id string, values scope) (*listing, error) {
	newestFirst := s.Since.Field != "" && isTime(cmp.Or(s.Since.Format, whole.Since.Format)) && !sends(s.Request, s.Since)
	if s.Records == "" {
		s.Records = whole.Records
		s.DeletedIDs = cmp.Or(s.DeletedIDs, whole.DeletedIDs)
	}
	if s.Page == (presets.Paging{}) {
		s.Page = whole.Page
	}
	s.Since = sideSince(s.Since, whole.Since, !newestFirst && !sends(s.Request, s.Since))
	zone, _, err := place.Header(s.Since.Zone, values.lookup)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	l, err := newListing(s, id, zone)
	l.newestFirst = newestFirst
	return &l, err
}

// sideSince completes how a side asks for what is new. Where its own request says so already, it takes no condition over.
func sideSince(own, whole presets.Since, condition bool) presets.Since {
	if own.Format == "" {
		own.Format, own.Numeric = whole.Format, own.Numeric || whole.Numeric
		own.Zone = cmp.Or(own.Zone, whole.Zone)
	}
	own.Field = cmp.Or(own.Field, whole.Field)
	own.Lookback = cmp.Or(own.Lookback, whole.Lookback)
	if condition {
		own.Where, own.Param = whole.Where, whole.Param
	}
	return own
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
func (st *stream) incremental() bool { return st.changes != nil || st.main.asksSince() }

// asksSince reports whether a list's request can say since when.
func (l *listing) asksSince() bool { return sends(l.request, l.since) }

func sends(r presets.Request, since presets.Since) bool {
	return since.Format == "url" || since.Where != "" || since.Param != "" || uses(r, "$(since.value)")
}

// uses reports whether a request has a reference in it.
func uses(r presets.Request, reference string) bool {
	return strings.Contains(fmt.Sprint(r), reference)
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

// where is the condition with the watermark.
func (l *listing) where(values scope) (string, error) {
	text, _, err := place.Literal(l.since.Where, values.lookup)
	if err != nil {
		return "", &presets.Error{Op: wording.New("rest.ask_changes", "ask for changes"), Text: wording.Of(err), Hint: wording.New("presets.check_options", "check the options")}
	}
	return text, nil
}

// filter is the admin's own condition, empty where its options are. What the admin typed stands in it as it is.
func (st *stream) filter(values scope) (string, error) {
	text, empty, err := place.Header(st.Filter, values.lookup)
	switch {
	case err != nil:
		return "", &presets.Error{Op: wording.New("rest.filter_list", "filter the list"), Text: wording.Of(err), Hint: wording.New("presets.check_options", "check the options")}
	case empty:
		return "", nil
	}
	return text, nil
}
