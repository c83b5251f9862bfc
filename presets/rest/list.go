package rest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// listing is one list of a stream: all records, the changed ones, or the deleted ones.
type listing struct {
	request     presets.Request
	records     records
	pager       pager
	later       *presets.Request // of the pages behind the first
	laterList   records
	since       presets.Since
	field       presets.Selector // when a record changed; of a watermark of the CRM's own, where it stands in the answer
	clock       clock
	newestFirst bool // it cannot be asked for what is new, and is read until something is older
	deletedIDs  presets.Selector
	read        func(presets.Value, scope) (presets.Record, error)
}

func newListing(s presets.Side, id, zone string) (listing, error) {
	l := listing{request: s.Request, since: s.Since}
	var err error
	if l.records, err = newRecords(s.Records); err != nil {
		return l, err
	}
	if l.field, err = selector(s.Since.Field); err != nil {
		return l, err
	}
	if l.deletedIDs, err = selector(s.DeletedIDs); err != nil {
		return l, err
	}
	if l.clock, err = newClock(s.Since.Format, zone); err != nil {
		return l, err
	}
	if l.pager, err = newPager(s.Page, id); err != nil || s.Page.Then == nil {
		return l, err
	}
	later := behind(s.Request, s.Page.Then.Request)
	l.later = &later
	l.laterList, err = newRecords(cmp.Or(s.Page.Then.Records, s.Records))
	return l, err
}

// behind is the request of later pages: what it leaves out is the first one's.
func behind(first, later presets.Request) presets.Request {
	if later.Get == "" && later.Post == "" {
		later.Get, later.Post = first.Get, first.Post
	}
	if later.Query == nil {
		later.Query = first.Query
	}
	if later.Headers == nil {
		later.Headers = first.Headers
	}
	if later.Form == nil && later.JSON == nil && later.Body == (presets.Body{}) {
		later.Form, later.JSON, later.Body = first.Form, first.JSON, first.Body
	}
	return later
}

// requestAt is the request of the page at a place.
func (l *listing) requestAt(at position) presets.Request {
	if l.later != nil && l.pager.begun(at) {
		return *l.later
	}
	return l.request
}

// pick takes the records out of an answer to the request at a place. Some CRMs leave an empty list out: it counts as one
// where the answer shows by a watermark or a next page of the CRM's own that it is a page.
func (l *listing) pick(at position, a *answer) (all, wanted []presets.Value, err error) {
	from := l.records
	if l.later != nil && l.pager.begun(at) {
		from = l.laterList
	}
	all, wanted, err = from.pick(a)
	if err != nil && l.marked(a) && !from.list.First(a.doc).Exists() {
		return nil, nil, nil
	}
	return all, wanted, err
}

// marked reports an answer that brings a watermark of the CRM's own, or says where the list goes on towards one.
func (l *listing) marked(a *answer) bool {
	if isTime(l.since.Format) || l.since.Format == "version" {
		return false
	}
	return l.field.Text(a.doc) != "" || l.pager.next.Text(a.doc) != ""
}

// records is where records stand in an answer: in a list, or those elements of one that fit a filter.
type records struct {
	list   presets.Selector // zero: the whole answer
	parent presets.Selector // of the list; zero where it is the answer
	rest   presets.Selector // the wanted elements in it; zero: all
}

func newRecords(text string) (r records, err error) {
	list, rest, filtered := cutList(text)
	if r.list, err = selector(list); err != nil {
		return r, err
	}
	if i := strings.LastIndexByte(list, '.'); i > 0 && !strings.Contains(list, `"`) {
		if r.parent, err = selector(list[:i]); err != nil {
			return r, err
		}
	}
	if filtered && rest != "#" {
		r.rest, err = selector(rest)
	}
	return r, err
}

// cutList parts a selector into the list and what is taken of it: data.#(type=="x") is #(type=="x") of data.
func cutList(text string) (list, rest string, filtered bool) {
	if strings.HasPrefix(text, "#") {
		return "", text, true
	}
	quoted := false
	for i := 0; i+1 < len(text); i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case !quoted && text[i] == '.' && text[i+1] == '#':
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

// pick takes records out of an answer: all there are, and those wanted. An answer without the list is no page; XML writes
// a list of one like a single value, and an empty one as nothing.
func (r records) pick(a *answer) (all, wanted []presets.Value, err error) {
	list := a.doc
	if !r.list.IsZero() {
		list = presets.Value{}
		for v := range r.list.All(a.doc) {
			list = v
			break
		}
	}
	switch {
	case list.IsList():
		all = slices.AppendSeq(make([]presets.Value, 0, 128), list.List())
	case a.xml && list.IsObject() && !r.list.IsZero():
		all = []presets.Value{list}
	case a.xml && r.emptyIn(a.doc, list):
	default:
		return nil, nil, &presets.Error{Op: wording.New("rest.read_crm_answer", "read the CRM's answer"), Text: wording.New("rest.no_list_records", "there is no list of records in it"), Hint: wording.New("rest.crm_may_have_changed_interface", "the CRM may have changed its interface")}
	}
	if r.rest.IsZero() {
		return all, all, nil
	}
	for v := range r.rest.All(list) {
		wanted = append(wanted, v)
	}
	return all, wanted, nil
}

// emptyIn reports whether the place of a list is there, with nothing in it.
func (r records) emptyIn(doc, list presets.Value) bool {
	if list.Exists() {
		return list.Text() == ""
	}
	return r.parent.First(doc).Exists()
}
