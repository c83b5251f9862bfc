package recognition

import (
	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// link is what somebody said of a number: "This is …".
type link struct {
	tenant.Link
	via phone.Number
}

// linkType is the record type of a contact that is nothing but a link.
const linkType = "link"

func linksOf(list []tenant.Link) map[phone.Number]*link {
	if len(list) == 0 {
		return nil
	}
	links := make(map[phone.Number]*link, len(list))
	for _, l := range list {
		n, err := phone.ParseE164(l.Number)
		if err != nil {
			continue
		}
		one := &link{Link: l}
		if via, err := phone.ParseE164(l.Via); err == nil {
			one.via = via
		}
		links[n.Fold()] = one
	}
	return links
}

// stated is the integration of links that name none.
var stated = func() *integration {
	i := &integration{}
	i.asJSON = i.appendIntegration(nil)
	return i
}()

// linked puts into f whose number it is by what somebody said. It is asked only where no CRM carries the number.
func (s *search) linked(n phone.Number, f *found) error {
	l := s.view.links[n.Fold()]
	if l == nil {
		return nil
	}
	m := Match{Quality: Exact, integration: stated, linked: true}
	c := cache.Contact{Type: linkType, ID: string(l.ID), Name: l.Name, Company: l.Company}
	if i := s.view.enabled(l.Integration); i != nil {
		hit, ok, err := s.record(i, l)
		if err != nil {
			return err
		}
		m.integration = i
		if ok {
			m.Match = hit
			f.matches = append(f.matches, m)
			s.why.linked()
			return nil
		}
		c.Type, c.ID = l.Type, l.Record
	}
	m.Match = cache.Stated(c, l.Created)
	f.matches = append(f.matches, m)
	s.why.linked()
	return nil
}

// record finds the linked contact as it is now, by a number the CRM has for it.
func (s *search) record(i *integration, l *link) (cache.Match, bool, error) {
	if l.via.IsZero() {
		return cache.Match{}, false, nil
	}
	hits, err := s.r.d.Index.Match(i.Ref, l.via, nil)
	if err != nil {
		return cache.Match{}, false, s.unavailable(i, err, &found{})
	}
	for k := range hits {
		if h := &hits[k]; h.ID().String() == l.Record && h.Type().String() == l.Type && !s.stale(i, hits) {
			return *h, true, nil
		}
	}
	return cache.Match{}, false, nil
}

// enabled is an integration that answers, nil if there is none of that id.
func (v *view) enabled(id tenant.IntegrationID) *integration {
	if id == "" {
		return nil
	}
	for _, i := range v.integrations {
		if i.Integration == id && i.state == tenant.StateEnabled {
			return i
		}
	}
	return nil
}

// Linked tells whether the match is what somebody said, and not what a CRM carries.
func (m *Match) Linked() bool { return m.linked }

func (e *Explanation) linked() {
	if e != nil {
		e.Steps = append(e.Steps, "no CRM carries the number; somebody of the tenant said whose it is")
	}
}
