package rest

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// pageKeys are the keys that mean something with a way of paging.
var pageKeys = map[string][]string{
	"none":             {"size", "total", "total_header"},
	"next_url":         {"size", "next", "more", "done", "total", "total_header", "depth", "then", "end"},
	"link_header":      {"size", "more", "done", "total", "total_header", "depth", "then"},
	"cursor":           {"size", "next", "more", "done", "total", "total_header", "depth", "then", "end", "param", "from"},
	"offset":           {"size", "more", "done", "total", "total_header", "depth", "then", "first", "param"},
	"page_number":      {"size", "more", "done", "total", "total_header", "depth", "then", "first", "param", "pages"},
	"page_then_cursor": {"size", "next", "more", "done", "total", "total_header", "depth", "then", "end", "first", "param", "cursor_param", "pages"},
	"keyset":           {"size", "more", "done", "depth", "then", "param", "key", "from", "numeric"},
}

// carriers are the values of which one must be in a request, unless a parameter carries the place.
var carriers = map[string]string{"cursor": "cursor", "offset": "offset", "page_number": "number", "keyset": "key"}

// page checks a way of paging: what it needs beside its name, and what means nothing with it.
func (l *linter) page(at string, page presets.Paging, r presets.Request, since presets.Since) {
	if l.preset.DependsOnOption(at + ".kind") {
		return
	}
	kind := page.Kind
	if kind == "" {
		kind = "none"
	}
	possible := pageKeys[kind]
	given := map[string]bool{
		"next": page.Next != "", "more": page.More != "", "done": page.Done != "", "total": page.Total != "", "first": page.First != nil,
		"param": page.Param != "", "key": page.Key != "", "depth": page.Depth != 0, "then": page.Then != nil, "end": page.End != "",
		"pages": page.Pages != "", "total_header": page.TotalHeader != "", "from": page.From != "", "numeric": page.Numeric, "cursor_param": page.CursorParam != "",
	}
	for key := range given {
		given[key] = given[key] && !slices.Contains(possible, key)
	}
	l.idle(at, "with page.kind "+kind, given)
	l.pageNeeds(at, kind, page)
	if page.Then != nil {
		l.then(at+".then", *page.Then)
	}
	if page.Depth != 0 && (since.Field == "" || !sends(r, since)) {
		l.say(at+".depth", "depth needs since with field and a way to ask for changes", "the list is asked again for what changed behind what it has given")
	}
	name, carried := carriers[kind]
	texts := []presets.Request{r, thenOf(page).Request}
	if carried && page.Param == "" && !slices.ContainsFunc(texts, func(r presets.Request) bool {
		return uses(r, "$(page."+name+")") || uses(r, "$(option.")
	}) {
		l.say(at, kind+" needs param, or $(page."+name+") in the request", "otherwise each page is asked for again and again")
	}
}

// pageNeeds says what a way of paging needs beside its name.
func (l *linter) pageNeeds(at, kind string, page presets.Paging) {
	switch kind {
	case "next_url", "cursor":
		if page.Next == "" {
			l.say(at, kind+" needs next", "the selector of the next page in the answer")
		}
	case "page_then_cursor":
		if page.Next == "" || page.Param == "" || page.CursorParam == "" {
			l.say(at, kind+" needs next, param and cursor_param", "")
		}
	}
	switch kind {
	case "offset", "page_number", "keyset", "page_then_cursor":
		if page.Size == 0 && page.Total == "" && page.TotalHeader == "" && page.Pages == "" && page.More == "" && page.Done == "" {
			l.say(at, kind+" needs size, total, pages, more or done", "without one of them the end of the list cannot be told")
		}
	}
}

func (l *linter) then(at string, t presets.Then) {
	if t.Request.Get != "" && t.Request.Post != "" {
		l.say(at+".request", "the request has get and post", "take one of them")
	}
	if t.Records == "" && t.Next == "" && isNothing(t.Request) {
		l.say(at, "then says nothing", "name what is other behind the first page")
	}
}

func isNothing(r presets.Request) bool {
	return r.Get == "" && r.Post == "" && r.Query == nil && r.Headers == nil && r.Form == nil && r.JSON == nil && r.Body == presets.Body{}
}

// since checks how changes are asked for.
func (l *linter) since(at string, s presets.Since, requests ...presets.Request) {
	if l.preset.DependsOnOption(at+".format") || s == (presets.Since{}) {
		return
	}
	own := !isTime(s.Format)
	l.idle(at, "with since.format "+s.Format, map[string]bool{
		"lookback": own && s.Lookback != 0, "zone": own && s.Zone != "",
		"param": s.Format == "url" && s.Param != "", "where": s.Format == "url" && s.Where != "",
	})
	anyUses := func(reference string) bool {
		return slices.ContainsFunc(requests, func(r presets.Request) bool { return uses(r, reference) })
	}
	inJSON := slices.ContainsFunc(requests, func(r presets.Request) bool { return r.JSON != nil })
	l.idle(at, "where no request has $(since.where)", map[string]bool{"where": s.Where != "" && !anyUses("$(since.where)") && !anyUses("$(option.")})
	l.idle(at, "where no JSON body has $(since.value)", map[string]bool{"numeric": s.Numeric && !inJSON})
	if own && s.Field == "" {
		l.say(at, "since.format "+s.Format+" needs field", "where the watermark stands")
	}
	if strings.Contains(s.Where, "$(since.where)") {
		l.say(at+".where", "$(since.where) stands in itself", "")
	}
}
