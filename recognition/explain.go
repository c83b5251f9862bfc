package recognition

import (
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// Explanation says how an answer came about. A nil one takes no notes.
type Explanation struct {
	Cleaned      string         `json:"cleaned"`      // what was left of the text before it was read
	Steps        []string       `json:"steps"`        // what was taken off and tried
	Readings     []Reading      `json:"readings"`     // what was looked up
	Integrations []Consultation `json:"integrations"` // what each integration had
	Refused      []string       `json:"refused"`      // what would have matched and why it was not shown
}

// Reading is one way to read the number.
type Reading struct {
	E164 string `json:"e164"`
	How  string `json:"how"`
	Hits int    `json:"hits"`
}

// Consultation is what one integration contributed.
type Consultation struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Rule       string     `json:"rule,omitempty"` // which rule of docs/matching.md let it match
	Hits       int        `json:"hits"`
	Silent     string     `json:"silent,omitempty"` // why it was not asked or not believed
	Generation uint64     `json:"generation,omitempty"`
	SyncedAt   *time.Time `json:"synced_at,omitempty"`
	Age        string     `json:"age,omitempty"`
}

func newExplanation() *Explanation {
	return &Explanation{Steps: []string{}, Readings: []Reading{}, Integrations: []Consultation{}, Refused: []string{}}
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

func (e *Explanation) refuse(why string) {
	if e != nil {
		e.Refused = append(e.Refused, why)
	}
}

func (e *Explanation) silent(i *integration, why string) {
	if e != nil {
		c := e.of(i)
		c.Silent = why
	}
}

func (e *Explanation) looked(i *integration, hits []cache.Match) {
	if e == nil {
		return
	}
	c := e.of(i)
	c.Hits += len(hits)
	if len(hits) > 0 {
		c.Rule = "exact: the number as the contact has it (rules 1 and 6)"
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

// aged adds how old each integration's data is.
func (s *search) aged() {
	if s.why == nil {
		return
	}
	for _, i := range s.view.integrations {
		g, err := s.r.d.Index.Published(i.Ref)
		if err != nil || g == nil {
			continue
		}
		c := s.why.of(i)
		at := g.SyncedAt.UTC()
		c.Generation, c.SyncedAt = g.Number, &at
		c.Age = s.now.Sub(at).Round(time.Second).String()
	}
}
