package rest

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Ways a list can turn out to be none.
var (
	errCircle  = wording.Error("rest.list_goes_circle", "the list goes in a circle")
	errForeign = wording.Error("rest.next_page_another_server", "the next page is on another server")
	errNoEnd   = wording.Error("rest.list_does_not_end", "the list does not end")
	errShort   = wording.Error("rest.list_ended_before_crm_own", "the list ended before the CRM's own count")
	errNext    = wording.Error("rest.answer_says_more_but_not", "the answer says there is more but not where")
	errNumber  = wording.Error("rest.key_record_no_number", "the key of a record is no number")
)

// errLeftOut ends a stream whose preset says, by what the CRM answered before the list, that it is left out.
var errLeftOut = wording.Error("rest.object_left_out", "the object is left out")

// maxPages and maxEmpty end lists that never do.
const (
	maxPages = 100_000
	maxEmpty = 100
)

// position is where a list stands. It is stored to resume a run.
type position struct {
	URL    string `json:"url,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	Bare   bool   `json:"bare,omitempty"` // the cursor was a number
	Key    string `json:"key,omitempty"`
	Offset int    `json:"offset,omitempty"`
	Number int    `json:"number,omitempty"`
	Pages  int    `json:"pages,omitempty"` // read so far
	Count  int    `json:"count,omitempty"` // records so far
	Empty  int    `json:"empty,omitempty"` // pages without records in a row
	Window int    `json:"window,omitempty"`
	Full   bool   `json:"full,omitempty"`  // there was a page with as many records as asked for
	Total  int    `json:"total,omitempty"` // the CRM's own count at the page before
	Back   int    `json:"back,omitempty"`  // how often it went back because that count had become smaller
}

// pager is a list's way of paging.
type pager struct {
	presets.Paging
	next, later, more, done, total, pages, key presets.Selector
}

func newPager(p presets.Paging, id string) (pager, error) {
	out := pager{Paging: p}
	if p.Kind == "" {
		out.Kind = "none"
	}
	if p.Key == "" {
		p.Key = id
	}
	later := p.Next
	if p.Then != nil && p.Then.Next != "" {
		later = p.Then.Next
	}
	var err error
	for _, one := range []struct {
		text string
		to   *presets.Selector
	}{
		{p.Next, &out.next}, {later, &out.later}, {p.More, &out.more}, {p.Done, &out.done}, {p.Total, &out.total}, {p.Pages, &out.pages}, {p.Key, &out.key},
	} {
		if *one.to, err = selector(one.text); err != nil {
			return out, err
		}
	}
	return out, nil
}

// selector reads a selector; none, or a text with $(…) in it, is the zero one.
func selector(text string) (presets.Selector, error) {
	if text == "" || strings.Contains(text, "$(") {
		return presets.Selector{}, nil
	}
	return presets.ParseSelector(text)
}

// first is where a list begins.
func (p *pager) first() position {
	at := position{Number: 1}
	if p.First != nil {
		at = position{Offset: *p.First, Number: *p.First}
	}
	if p.Kind == "cursor" {
		at.Cursor = p.From
	} else {
		at.Key = p.From
	}
	return at
}

// begun reports a place behind the first page.
func (p *pager) begun(at position) bool {
	first := p.first()
	return at.URL != "" || at.Cursor != first.Cursor || at.Key != first.Key || at.Offset != first.Offset || at.Number != first.Number
}

// params is the query parameter that carries a position, where the preset names one.
func (p *pager) params(at position) map[string]string {
	name, v := p.Param, ""
	switch p.Kind {
	case "cursor":
		v = at.Cursor
	case "keyset":
		v = at.Key
	case "offset":
		v = strconv.Itoa(at.Offset)
	case "page_number":
		v = strconv.Itoa(at.Number)
	case "page_then_cursor":
		if v = strconv.Itoa(at.Number); at.Cursor != "" {
			name, v = p.CursorParam, at.Cursor
		}
	}
	if name == "" || v == "" {
		return nil
	}
	return map[string]string{name: v}
}

// advance finds the place behind a page; last says that this page ended the list. A position that would not get any
// further is an error.
func (p *pager) advance(at position, a *answer, records []presets.Value) (next position, last bool, err error) {
	next = at
	next.Pages++
	next.Count += len(records)
	next.Window += len(records)
	next.Empty++
	if len(records) > 0 {
		next.Empty = 0
	}
	if total, ok := p.sum(a); ok {
		next.Total = total
	}
	if next.Pages >= maxPages || next.Empty >= maxEmpty {
		return next, false, errNoEnd
	}
	switch p.Kind {
	case "next_url", "link_header":
		last, err = p.follow(&next, a)
	case "cursor":
		last, err = p.cursor(&next, a)
	case "page_then_cursor":
		if text, _ := p.cursorIn(at, a); text != "" || at.Cursor != "" {
			last, err = p.cursor(&next, a)
			break
		}
		last, err = p.count(&next, a, records)
	case "offset", "page_number", "keyset":
		last, err = p.count(&next, a, records)
	default:
		last = true
	}
	if err == nil && last {
		err = p.complete(next, a)
	}
	return next, last, err
}

// cursorIn is the cursor an answer gives, "" if there is none.
func (p *pager) cursorIn(at position, a *answer) (text string, bare bool) {
	sel := p.next
	if p.begun(at) {
		sel = p.later
	}
	v := sel.First(a.doc)
	if text = v.Text(); p.End != "" && text == p.End {
		return "", false
	}
	return text, isBare(v)
}

func (p *pager) cursor(next *position, a *answer) (bool, error) {
	text, bare := p.cursorIn(*next, a)
	switch {
	case text == "" || p.over(a):
		return p.ended(a)
	case text == next.Cursor:
		return false, errCircle
	}
	next.Cursor, next.Bare = text, bare
	return false, nil
}

// over reports that the answer's own flags end the list, whatever next page it names.
func (p *pager) over(a *answer) bool {
	return !p.more.IsZero() && !p.more.First(a.doc).Truth() || !p.done.IsZero() && p.done.First(a.doc).Truth()
}

// ended asks the answer's own flags whether a list without a next page is really over.
func (p *pager) ended(a *answer) (bool, error) {
	if !p.more.IsZero() && p.more.First(a.doc).Truth() {
		return false, errNext
	}
	if !p.done.IsZero() && !p.done.First(a.doc).Truth() {
		return false, errNext
	}
	return true, nil
}

// count goes on by offset, number or key. Without a word of the answer, a list ends with an empty page, or with one that
// is shorter than a full one before it; the first short page is not believed, as a server may give less than asked.
func (p *pager) count(next *position, a *answer, records []presets.Value) (bool, error) {
	said, over := p.says(next, a)
	switch {
	case said && over, !said && len(records) == 0:
		return true, nil
	case !said && p.Size > 0 && len(records) < p.Size && next.Full:
		return true, nil
	}
	next.Full = next.Full || p.Size > 0 && len(records) >= p.Size
	next.Offset += len(records)
	next.Number++
	if p.Kind == "keyset" && len(records) > 0 {
		return false, p.goBehind(next, records)
	}
	return false, nil
}

// goBehind moves a keyset behind its last record. Numbers have to grow, and a record that does not shows that the key
// was ignored.
func (p *pager) goBehind(next *position, records []presets.Value) error {
	key := p.key.Text(records[len(records)-1])
	if key == "" || key == next.Key {
		return errCircle
	}
	if p.Numeric {
		last, known := new(big.Int).SetString(next.Key, 10)
		this, ok := new(big.Int).SetString(key, 10)
		switch {
		case !ok:
			return errNumber
		case known && this.Cmp(last) <= 0:
			return errCircle
		}
	}
	next.Key = key
	return nil
}

// says reports whether the answer tells by itself if the list is over.
func (p *pager) says(next *position, a *answer) (said, over bool) {
	if said, over := p.flags(a); said {
		return said, over
	}
	if n, ok := p.pages.First(a.doc).Int(); ok && !p.pages.IsZero() {
		return true, int64(next.Number-p.first().Number+1) >= n
	}
	if total, ok := p.sum(a); ok && p.Kind != "keyset" {
		return true, next.Window >= total
	}
	return false, false
}

// flags are the answer's own words for more to come and for the end.
func (p *pager) flags(a *answer) (said, over bool) {
	if v := p.more.First(a.doc); !p.more.IsZero() && v.Exists() {
		return true, !v.Truth()
	}
	if v := p.done.First(a.doc); !p.done.IsZero() && v.Exists() {
		return true, v.Truth()
	}
	return false, false
}

// sum is the CRM's own count of all records of a list.
func (p *pager) sum(a *answer) (int, bool) {
	if p.TotalHeader != "" {
		n, err := strconv.Atoi(strings.TrimSpace(a.header.Get(p.TotalHeader)))
		return n, err == nil && n >= 0
	}
	if p.total.IsZero() {
		return 0, false
	}
	n, ok := p.total.First(a.doc).Int()
	return int(n), ok && n >= 0
}

// complete holds a finished list against the count the CRM gave. Records come and go while a list is read, so a few may
// be missing; a list without any, or much shorter, was broken off.
func (p *pager) complete(next position, a *answer) error {
	total, ok := p.sum(a)
	missing := total - next.Window
	if ok && p.Kind != "keyset" && (missing > max(3, total/100) || missing > 0 && next.Window == 0) {
		return errShort
	}
	return nil
}
