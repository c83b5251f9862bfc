package webconfig

import (
	"net/url"
	"strconv"
)

// pager leads through a list that is longer than a page.
type pager struct {
	Page, Pages    int
	Before, Behind string // "" where there is none
}

// turn is where ?page= is in a list of so many.
func (q *request) turn(count, size int) pager {
	p := pager{Page: 1, Pages: max(1, (count+size-1)/size)}
	if n, err := strconv.Atoi(q.QueryParam("page")); err == nil {
		p.Page = min(max(1, n), p.Pages)
	}
	address := func(n int) string {
		values := url.Values{"page": {strconv.Itoa(n)}}
		for _, name := range []string{"search", "only"} {
			if text := q.QueryParam(name); text != "" {
				values.Set(name, text)
			}
		}
		return "?" + values.Encode()
	}
	if p.Page > 1 {
		p.Before = address(p.Page - 1)
	}
	if p.Page < p.Pages {
		p.Behind = address(p.Page + 1)
	}
	return p
}

// onPage cuts the part of a list that ?page= names.
func onPage[T any](all []T, q *request, size int) ([]T, pager) {
	p := q.turn(len(all), size)
	return all[(p.Page-1)*size : min(p.Page*size, len(all))], p
}
