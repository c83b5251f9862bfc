package recognition

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// lookUp asks every integration for exact hits, then for extensions, then for blocks. The tenant's own numbers are never
// looked up (rule 8).
func (s *search) lookUp(n phone.Number) (f found, err error) {
	if f.owner, f.own = s.view.own.number(n); f.own {
		s.why.refuse(wording.New("recognition.own", "it is one of the tenant's own numbers (rule 8)"))
		return f, nil
	}
	behind, err := s.direct(n, &f)
	if err != nil || len(f.matches) > 0 {
		s.why.behindExact(len(behind))
		return f, err
	}
	if err := s.linked(n, &f); err != nil || len(f.matches) > 0 {
		return f, err
	}
	if len(behind) > 0 {
		f.matches = companiesOf(behind, Extension)
		s.why.behindOnly(behind, f.matches)
		return f, nil
	}
	if f.damaged {
		return f, nil // whoever has the number itself would come before any block
	}
	return f, s.blocks(n, &f)
}

// direct puts the contacts that have the number itself into f, and returns those that only have an extension behind it, or
// of whose company it is the stem.
func (s *search) direct(n phone.Number, f *found) (behind []Match, err error) {
	sources := 0
	err = s.each(f, func(i *integration, room []cache.Match) ([]cache.Match, error) {
		return s.r.d.Index.Match(i.Ref, n, room)
	}, func(i *integration, hits []cache.Match) {
		sources++
		before := len(f.matches)
		for k := range hits {
			if h := &hits[k]; h.Extension() == "" && !h.Stem() {
				f.matches = append(f.matches, Match{Match: *h, Quality: Exact, integration: i})
			} else {
				behind = append(behind, Match{Match: *h, integration: i})
			}
		}
		s.why.looked(i, Exact, len(f.matches)-before)
	})
	if sources > 1 {
		order(f.matches)
		order(behind)
	}
	return behind, err
}

// blocks puts the companies of the blocks the number lies in into f.
func (s *search) blocks(n phone.Number, f *found) error {
	if !n.Blockable() {
		return nil
	}
	var in []Match
	err := s.each(f, func(i *integration, room []cache.Match) ([]cache.Match, error) {
		return s.r.d.Index.MatchBlock(i.Ref, n, room)
	}, func(i *integration, hits []cache.Match) {
		for k := range hits {
			in = append(in, Match{Match: hits[k], integration: i})
		}
		s.why.looked(i, Block, len(hits))
	})
	f.matches = companiesOf(in, Block)
	return err
}

// each looks into every integration that may answer, in order of priority, and hands on what those have that have
// anything. The hits are valid until take returns.
func (s *search) each(
	f *found, look func(i *integration, room []cache.Match) ([]cache.Match, error), take func(i *integration, hits []cache.Match),
) error {
	room := s.r.rooms.Get().(*[]cache.Match)
	defer s.r.rooms.Put(room)
	for _, i := range s.view.integrations {
		if i.state != tenant.StateEnabled {
			s.why.silent(i, notEnabled(i.state))
			continue
		}
		hits, err := look(i, (*room)[:0])
		if err != nil {
			if err := s.unavailable(i, err, f); err != nil {
				return err
			}
			continue
		}
		if len(hits) > 0 && !s.stale(i, hits) {
			take(i, hits)
		}
		clear(hits) // nobody finds another question's contacts there
		*room = hits
	}
	return nil
}

// order sorts hits of several integrations (rule 14); those of one are in order already.
func order(hits []Match) {
	slices.SortStableFunc(hits, func(a, b Match) int {
		return cmp.Or(
			cmp.Compare(a.integration.priority, b.integration.priority), cmp.Compare(a.Order(), b.Order()),
			b.Changed().Compare(a.Changed()), strings.Compare(a.Match.Name().String(), b.Match.Name().String()),
		)
	})
}

func notEnabled(state tenant.State) wording.Text {
	if state == tenant.StateDisabled {
		return wording.New("recognition.disabled", "it is disabled")
	}
	return wording.New("recognition.not_enabled", "it is {State}", "State", state)
}

// stale tells whether hits are of a generation that is too old to be believed: deletions in the CRM were not seen for as long.
func (s *search) stale(i *integration, hits []cache.Match) bool {
	if s.now.Sub(hits[0].Generation().SyncedAt) <= i.ageLimit {
		return false
	}
	s.why.silent(i, wording.New("recognition.old", "its data is older than its age limit"))
	return true
}

// unavailable keeps one damaged entry from hiding what the other integrations know; nothing is shown in its place.
func (s *search) unavailable(i *integration, err error, f *found) error {
	switch {
	case errors.Is(err, cache.ErrErased), errors.Is(err, tenant.ErrErased):
		s.why.silent(i, wording.New("recognition.erased", "it is being erased"))
		return nil
	case errors.Is(err, cache.ErrUnavailable):
		s.why.silent(i, wording.New("recognition.damaged", "its entry cannot be read; the next full synchronisation writes it anew"))
		f.damaged, s.answer.damaged = true, true
		return nil
	}
	return fmt.Errorf("look up in %s: %w", i.Integration, err)
}
