package webconfig

import (
	"strings"

	"github.com/ringdex/ringdex/recognition"
)

// why puts an explanation into the person's words. What these pages have no words for stands as recognition says it.
func (q *request) why(e *recognition.Explanation) whyShown {
	out := whyShown{Cleaned: e.Cleaned}
	for _, step := range e.Steps {
		out.Steps = append(out.Steps, q.wordOr("lookup.step_"+step, step))
	}
	for _, r := range e.Readings {
		out.Readings = append(out.Readings, readingShown{E164: r.E164, How: q.wordOr("lookup.how_"+r.How, r.How), Hits: r.Hits})
	}
	for _, c := range e.Integrations {
		a := askedShown{Name: c.Name, At: "/integrations/" + c.ID, Hits: c.Hits}
		switch {
		case c.Silent != "":
			a.What = c.Why.In(q.words.Lang)
		case c.Hits > 0:
			rule, _, _ := strings.Cut(c.Rule, ":")
			a.What = q.wordOr("lookup.rule_"+rule, c.Rule)
		default:
			a.What = q.T("lookup.rule_none")
		}
		if c.SyncedAt != nil {
			a.Age = durationText(q.w.Now().Sub(*c.SyncedAt))
		}
		out.Asked = append(out.Asked, a)
	}
	out.Refused = e.Refused.In(q.words.Lang)
	return out
}

// wordOr is a text if there is one.
func (q *request) wordOr(key, otherwise string) string {
	if q.words.Has(key) {
		return q.T(key)
	}
	return otherwise
}
