package webconfig

import (
	"strconv"
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
			a.What = q.wordOr("lookup.silent_"+silentKey(c.Silent), c.Silent)
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
	for _, text := range e.Refused {
		out.Refused = append(out.Refused, q.refusedText(text))
	}
	return out
}

// wordOr is a text if there is one.
func (q *request) wordOr(key, otherwise string) string {
	if q.words.Has(key) {
		return q.T(key)
	}
	return otherwise
}

// silences name recognition's sentences why an integration was not asked or not believed.
var silences = map[string]string{
	"it is disabled":                       "disabled",
	"its data is older than its age limit": "old",
	"it is being erased":                   "erased",
	"it was never synchronised":            "never",
	"its entry cannot be read; the next full synchronisation writes it anew": "damaged",
}

func silentKey(text string) string { return silences[text] }

// refusedTexts name recognition's sentences why somebody was not shown.
var refusedTexts = map[string]string{
	"the number is withheld (rule 13)":                                              "withheld",
	"it is an internal number, which no contact has (rule 13)":                      "internal",
	"it is one of the tenant's own devices (rule 8)":                                "device",
	"the text holds no phone number":                                                "invalid",
	"it is one of the tenant's own numbers (rule 8)":                                "own",
	"two readings of the number have hits, so nobody is shown (rule 10)":            "readings",
	"its contacts have extensions and no company, so nobody can be named (rule 15)": "extensions",
}

func (q *request) refusedText(text string) string {
	if key, ok := refusedTexts[text]; ok {
		return q.T("lookup.refused_" + key)
	}
	number, rest, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
		return text
	case strings.HasPrefix(rest, "contacts have an extension behind this number"):
		return q.T("lookup.refused_behind", "Count", n)
	case strings.HasPrefix(rest, "of "):
		return q.T("lookup.refused_more", "Count", n)
	}
	return text
}
