package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// Ways a list can turn out to be none.
var (
	errCircle  = errors.New("the list goes in a circle")
	errForeign = errors.New("the next page is on another server")
	errNoEnd   = errors.New("the list does not end")
	errShort   = errors.New("the list ended before the CRM's own count")
	errNext    = errors.New("the answer says there is more but not where")
)

// maxPages and maxEmpty end lists that never do.
const (
	maxPages = 100_000
	maxEmpty = 100
)

// position is where a list stands. It is stored to resume a run.
type position struct {
	URL    string `json:"url,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	Key    string `json:"key,omitempty"`
	Offset int    `json:"offset,omitempty"`
	Number int    `json:"number,omitempty"`
	Pages  int    `json:"pages,omitempty"` // read so far
	Count  int    `json:"count,omitempty"` // records so far
	Empty  int    `json:"empty,omitempty"` // pages without records in a row
	Window int    `json:"window,omitempty"`
	Full   bool   `json:"full,omitempty"` // there was a page with as many records as asked for
}

// pager is a list's way of paging.
type pager struct {
	presets.Paging
	next, more, done, total, key presets.Selector
}

func newPager(p presets.Paging, id string) (pager, error) {
	out := pager{Paging: p}
	if p.Kind == "" {
		out.Kind = "none"
	}
	if p.Key == "" {
		p.Key = id
	}
	var err error
	for _, one := range []struct {
		text string
		to   *presets.Selector
	}{{p.Next, &out.next}, {p.More, &out.more}, {p.Done, &out.done}, {p.Total, &out.total}, {p.Key, &out.key}} {
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
	at := position{Offset: p.First, Number: p.First}
	if p.Kind == "page_number" && p.First == 0 {
		at.Number = 1
	}
	return at
}

// params is the query parameter that carries a position, where the preset names one.
func (p *pager) params(at position) map[string]string {
	if p.Param == "" {
		return nil
	}
	v := map[string]string{
		"cursor": at.Cursor, "keyset": at.Key, "offset": fmt.Sprint(at.Offset), "page_number": fmt.Sprint(at.Number),
	}[p.Kind]
	if v == "" {
		return nil
	}
	return map[string]string{p.Param: v}
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
	if next.Pages >= maxPages || next.Empty >= maxEmpty {
		return next, false, errNoEnd
	}
	switch p.Kind {
	case "next_url", "link_header":
		last, err = p.follow(&next, a)
	case "cursor":
		last, err = p.cursor(&next, a)
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

// follow takes the next page's address, which has to stay on the server.
func (p *pager) follow(next *position, a *answer) (bool, error) {
	text := p.next.Text(a.doc)
	if p.Kind == "link_header" {
		text = linkNext(a.header)
	}
	if text == "" || p.overBy(a) {
		return p.ended(a)
	}
	here, err := url.Parse(a.url)
	if err != nil {
		return false, fmt.Errorf("read address: %w", err)
	}
	there, err := here.Parse(text)
	switch {
	case err != nil:
		return false, errNext
	case there.Scheme != here.Scheme || !strings.EqualFold(there.Host, here.Host) || there.User != nil:
		return false, errForeign
	case there.String() == here.String():
		return false, errCircle
	}
	there.Fragment = ""
	next.URL = there.String()
	return false, nil
}

func (p *pager) cursor(next *position, a *answer) (bool, error) {
	text := p.next.Text(a.doc)
	if text == "" || p.overBy(a) {
		return p.ended(a)
	}
	if text == next.Cursor {
		return false, errCircle
	}
	next.Cursor = text
	return false, nil
}

// overBy reports that the answer's own flags say that the list is over: some vendors name a next page all the same, to be
// asked when there is something new.
func (p *pager) overBy(a *answer) bool {
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
		key := p.key.Text(records[len(records)-1])
		if key == "" || key == next.Key {
			return false, errCircle
		}
		next.Key = key
	}
	return false, nil
}

// says reports whether the answer tells by itself if the list is over.
func (p *pager) says(next *position, a *answer) (said, over bool) {
	if !p.more.IsZero() && p.more.First(a.doc).Exists() {
		return true, !p.more.First(a.doc).Truth()
	}
	if !p.done.IsZero() && p.done.First(a.doc).Exists() {
		return true, p.done.First(a.doc).Truth()
	}
	if total, ok := p.sum(a); ok && p.Kind != "keyset" {
		return true, next.Window >= total
	}
	return false, false
}

func (p *pager) sum(a *answer) (int, bool) {
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

// linkNext is the address with rel=next in Link headers (RFC 8288).
func linkNext(h http.Header) string {
	for _, value := range h.Values("Link") {
		for value != "" {
			_, rest, ok := strings.Cut(value, "<")
			address, params, closed := strings.Cut(rest, ">")
			if !ok || !closed {
				break
			}
			params, value, _ = strings.Cut(params, ",")
			if isNext(params) {
				return address
			}
		}
	}
	return ""
}

func isNext(params string) bool {
	for _, one := range strings.Split(params, ";") {
		name, v, _ := strings.Cut(one, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			for _, rel := range strings.Fields(strings.Trim(strings.TrimSpace(v), `"`)) {
				if strings.EqualFold(rel, "next") {
					return true
				}
			}
		}
	}
	return false
}
