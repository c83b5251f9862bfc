package webconfig

import (
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// told is a text of the rooms below in the person's language, as the beginning of a sentence.
func (q *request) told(t wording.Text) string { return t.Upper(q.words.Lang) }

// advised is what happened, and what helps.
func (q *request) advised(what, hint wording.Text) string {
	text := q.told(what)
	if hint.IsZero() {
		return text
	}
	text = strings.TrimSuffix(text, ".") + ". " + q.told(hint)
	if strings.ContainsAny(text[len(text)-1:], ".?!") {
		return text
	}
	return text + "."
}

// failureText is what a CRM's failure tells a person.
func (q *request) failureText(e *presets.Error) string { return q.advised(e.Text, e.Hint) }

// problemText is what is wrong with an option, and what helps.
func (q *request) problemText(p option.Problem) string { return q.advised(p.Text, p.Hint) }
