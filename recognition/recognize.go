package recognition

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/wording"
)

// Recognize answers a question. An unknown number is an answer without matches; the only errors are ErrTooLong, an unknown
// tenant, and a store that cannot be read.
func (r *Recognizer) Recognize(ctx context.Context, q *Question) (*Answer, error) {
	return r.answer(ctx, q, nil)
}

// Explain answers like Recognize and says how the answer came about.
func (r *Recognizer) Explain(ctx context.Context, q *Question) (*Answer, error) {
	return r.answer(ctx, q, newExplanation())
}

func (r *Recognizer) answer(ctx context.Context, q *Question, why *Explanation) (*Answer, error) {
	v, err := r.view(ctx, q.Tenant)
	if err != nil {
		return nil, err
	}
	system := v.system(q.System)
	now := r.d.Now()
	s := search{
		r: r, view: v, q: q, form: q.form(system), now: now, why: why,
		answer: &Answer{view: v, system: system, q: q, now: now, why: why},
	}
	if err := s.run(); err != nil {
		return nil, err
	}
	s.aged()
	return s.answer, nil
}

// run reads the number and, if it is one that a contact could have, looks it up.
func (s *search) run() error {
	reading, err := phone.Caller(s.q.Number, s.form)
	if err != nil {
		return fmt.Errorf("%w: at most 512 characters with a number of at most 64", ErrTooLong)
	}
	s.why.read(&reading)
	if reading.Kind != phone.CallerNumber {
		s.noSubscriber(&reading)
		return nil
	}
	if err := s.number(&reading); err != nil || !s.answer.nobody() {
		return err
	}
	return s.canonical(&reading)
}

// noSubscriber answers what is not a number somebody outside has. A device of the tenant's is its own (rule 8).
func (s *search) noSubscriber(reading *phone.Reading) {
	a := s.answer
	a.kind = Kind(reading.Kind)
	if a.kind != Withheld {
		if name, ok := s.view.own.device(reading); ok {
			a.kind, a.owner = Own, name
		}
	}
	s.why.refuse(refusals[a.kind])
}

// refusals say why some callers are not looked up.
var refusals = map[Kind]wording.Text{
	Withheld: wording.New("recognition.withheld", "the number is withheld (rule 13)"),
	Internal: wording.New("recognition.internal", "it is an internal number, which no contact has (rule 13)"),
	Own:      wording.New("recognition.device", "it is one of the tenant's own devices (rule 8)"),
	Invalid:  wording.New("recognition.invalid", "the text holds no phone number"),
}

// number looks up every reading of the caller's number. Two that both have hits answer nobody (rule 10).
func (s *search) number(reading *phone.Reading) error {
	a := s.answer
	if c := reading.Candidates(); len(c) > 0 && a.nobody() {
		a.number = c[0].Number
	}
	for _, c := range reading.Candidates() {
		if !s.first(c.Number) {
			continue
		}
		f, err := s.lookUp(c.Number)
		if err != nil {
			return err
		}
		s.why.tried(c, len(f.matches))
		if f.nothing() {
			continue
		}
		if s.hit {
			a.number = reading.Candidates()[0].Number
			a.matches, a.owner, a.own, a.ambiguous = nil, "", false, true
			s.why.refuse(wording.New("recognition.readings", "two readings of the number have hits, so nobody is shown (rule 10)"))
			return nil
		}
		s.hit = true
		a.number, a.matches, a.owner, a.own = c.Number, f.matches, f.owner, f.own
	}
	return nil
}

// first tells whether this line was not looked up yet; two spellings of one line are one reading (rule 6).
func (s *search) first(n phone.Number) bool {
	n = n.Fold()
	for _, t := range s.tried[:s.count] {
		if t == n {
			return false
		}
	}
	if s.count < len(s.tried) {
		s.tried[s.count] = n
		s.count++
	}
	return true
}

// canonical reads the number with the numbering plans where the digits as they stand were not found: a trunk zero after
// the country code, a missing Italian zero. It is the second step because it costs more than the look-up itself.
func (s *search) canonical(first *phone.Reading) error {
	if !first.AsItStands() || s.hit || s.answer.number.Region() != "" {
		return nil // a valid number is that number and no other
	}
	second, err := phone.CallerCanonical(s.q.Number, s.form)
	if err != nil || second.Kind != phone.CallerNumber {
		return nil //nolint:nilerr // the first reading was fine, so the question was understood
	}
	s.why.read(&second)
	return s.number(&second)
}
