package rest

import "testing"

// Promise: an object an account lacks is left out, but one that has given a page is there: what refuses the next page ends the run.
func TestOptional(t *testing.T) {
	t.Parallel()
	p := made(t, `
http: { base_url: https://$(option.host) }
streams:
  - id: lead
    optional: true
    request: { get: /leads }
    records: leads
    page: { kind: cursor, next: next, param: after }
    record: { id: id }
`)
	page := `{"leads":[{"id":1}],"next":"b"}`
	for name, c := range map[string]struct {
		answers map[string][]string
		skipped bool
	}{
		"refused from the beginning": {map[string][]string{"GET /leads": {"403 {}"}}, true},
		"refused later":              {map[string][]string{"GET /leads": {page}, "GET /leads?after=b": {"403 {}"}}, false},
		"gone later":                 {map[string][]string{"GET /leads": {page}, "GET /leads?after=b": {"404 {}"}}, false},
	} {
		pages, err := opened(t, p, &server{answers: c.answers}, "")
		if skipped := err == nil && pages[len(pages)-1].Skipped; skipped != c.skipped || !c.skipped && err == nil {
			t.Errorf("%s: %v, %+v", name, err, pages)
		}
	}
}
