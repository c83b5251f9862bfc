package recognition

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// cacheListed is how many contacts of one number an integration gives.
const cacheListed = cache.MaxContacts

// Quality says how sure a match is.
type Quality string

// The qualities, best first. Below exact only a company is shown.
const (
	Exact     Quality = "exact"
	Extension Quality = "extension" // the number is a head number whose contacts have extensions behind it
	Block     Quality = "block"     // the number lies in a company's block
)

// Recognize answers a question. An unknown number is an answer without matches; the only errors are ErrTooLong, an unknown
// tenant, and a store that cannot be read.
func (r *Recognizer) Recognize(ctx context.Context, q *Question) (*Answer, error) {
	v, err := r.view(ctx, q.Tenant)
	if err != nil {
		return nil, err
	}
	s := search{r: r, view: v, q: q, form: q.form(v.system(q.System)), now: r.d.Now()}
	return s.answer()
}

// Explain answers like Recognize and says how the answer came about.
func (r *Recognizer) Explain(ctx context.Context, q *Question) (*Answer, error) {
	v, err := r.view(ctx, q.Tenant)
	if err != nil {
		return nil, err
	}
	s := search{r: r, view: v, q: q, form: q.form(v.system(q.System)), now: r.d.Now(), why: newExplanation()}
	return s.answer()
}

// answer reads the number and, if it is one that a contact could have, looks it up.
func (s *search) answer() (*Answer, error) {
	reading, err := phone.Caller(s.q.Number, s.form)
	if err != nil {
		return nil, fmt.Errorf("%w: at most 512 characters with a number of at most 64", ErrTooLong)
	}
	s.why.read(&reading)
	a := &Answer{view: s.view, raw: s.q.Number, why: s.why}
	switch reading.Kind {
	case phone.CallerWithheld, phone.CallerInternal, phone.CallerInvalid:
		a.kind = Kind(reading.Kind)
		a.owner = s.view.own.internal(reading.Internal)
		s.render(a)
		s.aged()
		return a, nil
	}
	err = s.number(a, &reading)
	if err == nil && a.none() && !a.own {
		err = s.canonical(a, &reading)
	}
	if err != nil {
		return nil, err
	}
	s.render(a)
	s.aged()
	return a, nil
}

// number looks up every reading of the caller's number. Two readings that both have hits answer nobody (rule 10).
func (s *search) number(a *Answer, reading *phone.Reading) error {
	var hit phone.Number
	for _, c := range reading.Candidates() {
		found, err := s.lookUp(c.Number)
		if err != nil {
			return err
		}
		s.why.tried(c, len(found))
		if len(found) == 0 {
			continue
		}
		if !hit.IsZero() {
			a.matches, a.number, a.ambiguous = nil, preferred(reading), true
			s.why.refuse("two readings of the number have contacts, so nobody is shown")
			return nil
		}
		hit, a.matches = c.Number, found
	}
	a.number = hit
	if hit.IsZero() {
		a.number = preferred(reading)
		a.owner, a.own = s.view.own.number(a.number)
	}
	return nil
}

// canonical reads the number with the numbering plans where the digits as they stand were not found: a trunk zero after
// the country code, a missing Italian zero. It is the second step because it costs more than the look-up itself.
func (s *search) canonical(a *Answer, first *phone.Reading) error {
	if !first.AsItStands() {
		return nil
	}
	second, err := phone.CallerCanonical(s.q.Number, s.form)
	if err != nil || second.Kind != phone.CallerNumber {
		return nil //nolint:nilerr // the first reading was fine, so the question was understood
	}
	s.why.read(&second)
	return s.number(a, &second)
}

// preferred is the reading shown where none has a hit.
func preferred(r *phone.Reading) phone.Number {
	if c := r.Candidates(); len(c) > 0 {
		return c[0].Number
	}
	return phone.Number{}
}

// lookUp asks every integration for exact hits, then for extensions, then for blocks. The tenant's own numbers are never
// looked up (rule 8).
func (s *search) lookUp(n phone.Number) ([]Match, error) {
	if _, own := s.view.own.number(n); own {
		s.why.refuse("it is one of the tenant's own numbers")
		return nil, nil
	}
	exact, behind, err := s.direct(n)
	if err != nil || len(exact) > 0 {
		return exact, err
	}
	if companies := companiesOf(behind, Extension); len(companies) > 0 {
		return companies, nil
	}
	if len(behind) > 0 {
		s.why.refuse("its contacts have extensions and no company, so nobody can be named")
	}
	return s.blocks(n)
}

// direct returns the contacts that have the number itself, and those that have an extension behind it. Integrations are
// in order of priority, and within one the cache keeps the order of rule 14.
func (s *search) direct(n phone.Number) (exact, behind []Match, err error) {
	var room [4]cache.Match
	for _, i := range s.view.integrations {
		if !s.answers(i) {
			continue
		}
		hits, err := s.r.d.Index.Match(i.Ref, n, room[:0])
		if err != nil {
			if err = s.unavailable(i, err); err != nil {
				return nil, nil, err
			}
			continue
		}
		if len(hits) > 0 && s.stale(i, hits[0].Generation()) {
			s.why.silent(i, "its data is older than its age limit")
			continue
		}
		for k := range hits {
			m := Match{Match: hits[k], integration: i, Quality: Exact}
			if m.Extension() == "" {
				exact = append(exact, m)
			} else {
				behind = append(behind, m)
			}
		}
		s.why.looked(i, hits)
	}
	return exact, behind, nil
}

func (s *search) blocks(n phone.Number) ([]Match, error) {
	var found []Match
	for _, i := range s.view.integrations {
		if !s.answers(i) {
			continue
		}
		hits, err := s.r.d.Index.MatchBlock(i.Ref, n, nil)
		if err != nil {
			if err = s.unavailable(i, err); err != nil {
				return nil, err
			}
			continue
		}
		for k := range hits {
			found = append(found, Match{Match: hits[k], integration: i, Quality: Block})
		}
	}
	return companiesOf(found, Block), nil
}

// answers tells whether an integration may answer now: it is enabled and its data is young enough to be believed.
func (s *search) answers(i *integration) bool {
	if i.state != tenant.StateEnabled {
		s.why.silent(i, "it is "+string(i.state))
		return false
	}
	return true
}

// unavailable keeps one damaged entry from hiding what the other integrations know; nothing is shown in its place.
func (s *search) unavailable(i *integration, err error) error {
	if errors.Is(err, cache.ErrUnavailable) || errors.Is(err, cache.ErrErased) {
		s.why.silent(i, "its entry cannot be read; the next full synchronisation writes it anew")
		s.damaged = true
		return nil
	}
	return fmt.Errorf("look up in %s: %w", i.Integration, err)
}
