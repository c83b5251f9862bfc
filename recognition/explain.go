package recognition

import (
	"time"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/wording"
)

// Explanation says how an answer came about. A nil one takes no notes.
type Explanation struct {
	Cleaned      string         `json:"cleaned"`      // what was left of the text before it was read
	Steps        []string       `json:"steps"`        // what was taken off and tried
	Readings     []Reading      `json:"readings"`     // what was looked up
	Integrations []Consultation `json:"integrations"` // what each integration had
	Refused      wording.List   `json:"refused"`      // what would have matched, or was not looked up, and why
}

// Reading is one way to read the number.
type Reading struct {
	E164 string `json:"e164"`
	How  string `json:"how"`
	Hits int    `json:"hits"`
}

// Consultation is what one integration contributed.
type Consultation struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	Rule       string       `json:"rule,omitempty"` // which rule of docs/matching.md let it match
	Hits       int          `json:"hits"`
	Silent     string       `json:"silent,omitempty"` // why it was not asked or not believed
	Why        wording.Text `json:"-"`                // the same in every language
	Generation uint64       `json:"generation,omitempty"`
	SyncedAt   *time.Time   `json:"synced_at,omitempty"`
	Age        string       `json:"age,omitempty"`
}

func newExplanation() *Explanation {
	return &Explanation{Steps: []string{}, Readings: []Reading{}, Integrations: []Consultation{}, Refused: wording.List{}}
}

func (e *Explanation) read(r *phone.Reading) {
	if e == nil {
		return
	}
	e.Cleaned = r.Cleaned
	e.Steps = append(e.Steps, r.Steps...)
}

func (e *Explanation) tried(c phone.Candidate, hits int) {
	if e != nil {
		e.Readings = append(e.Readings, Reading{E164: c.Number.E164(), How: c.How, Hits: hits})
	}
}

func (e *Explanation) refuse(why wording.Text) {
	if e != nil {
		e.Refused = append(e.Refused, why)
	}
}

// behindExact notes contacts that gave way to those who have the number itself.
func (e *Explanation) behindExact(contacts int) {
	if e != nil && contacts > 0 {
		e.refuse(wording.New("recognition.behind", "{Count} contacts have an extension behind this number; others have the number itself (rule 15)", "Count", contacts))
	}
}

// behindOnly notes contacts of which only the company may be shown.
func (e *Explanation) behindOnly(contacts, companies []Match) {
	if e == nil {
		return
	}
	for k := range contacts {
		e.looked(contacts[k].integration, Extension, 1)
	}
	if len(companies) == 0 {
		e.refuse(wording.New("recognition.extensions", "its contacts have extensions and no company, so nobody can be named (rule 15)"))
	}
}

func (e *Explanation) silent(i *integration, why wording.Text) {
	if e != nil {
		e.of(i).is(why)
	}
}

// is notes why the integration is silent.
func (c *Consultation) is(why wording.Text) { c.Silent, c.Why = why.String(), why }

// rules say what let an integration match.
var rules = map[Quality]string{
	Exact:     "exact: the number as the contact has it (rules 1 and 6)",
	Extension: "extension: only contacts with an extension have it, so the company alone is shown (rule 15)",
	Block:     "block: it lies in a company's block (rule 9)",
}

func (e *Explanation) looked(i *integration, quality Quality, hits int) {
	if e == nil {
		return
	}
	c := e.of(i)
	c.Hits += hits
	if hits > 0 {
		c.Rule = rules[quality]
	}
}

// of is the note of an integration, one for all readings.
func (e *Explanation) of(i *integration) *Consultation {
	for k := range e.Integrations {
		if e.Integrations[k].ID == string(i.Integration) {
			return &e.Integrations[k]
		}
	}
	e.Integrations = append(e.Integrations, Consultation{ID: string(i.Integration), Name: i.name})
	return &e.Integrations[len(e.Integrations)-1]
}

// aged adds how old each integration's data is, and what the limit has cut off.
func (s *search) aged() {
	if s.why == nil {
		return
	}
	if all, told := len(s.answer.matches), len(s.answer.Matches()); told < all {
		s.why.refuse(wording.New("recognition.more", "{Told} of {All} matches are shown; limit asks for no more", "Told", told, "All", all))
	}
	for _, i := range s.view.integrations {
		c := s.why.of(i)
		g, err := s.r.d.Index.Published(i.Ref)
		if err != nil || g == nil {
			if c.Silent == "" {
				c.is(wording.New("recognition.never", "it was never synchronised"))
			}
			continue
		}
		at := g.SyncedAt.UTC()
		c.Generation, c.SyncedAt = g.Number, &at
		c.Age = s.now.Sub(at).Round(time.Second).String()
	}
}

// Explanation says how the answer came about; nil where nobody asked for it.
func (a *Answer) Explanation() *Explanation { return a.why }
