package recognition

import (
	"context"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// One is whom an answer is about where only one name fits (rule 16): a person, a company, or the owner of one of the
// tenant's own numbers.
type One struct {
	Name    string // the person's; "" where only a company is known
	Company string
	Match   *Match // nil for a company that several contacts share, and for the tenant's own numbers
}

// One is what Name is about; ok is false where it is nobody.
func (a *Answer) One() (o One, ok bool) {
	person, company := a.best()
	switch {
	case person != nil:
		return One{Name: person.Name().String(), Company: person.Company().String(), Match: person}, true
	case company != "":
		return One{Company: company, Match: a.Best()}, true
	}
	return One{Name: a.owner}, a.owner != ""
}

// Kind is what the caller's number is, as GET /v1/match says it.
func (a *Answer) Kind() Kind { return a.facts().kind }

// FieldText is a datum of a match by the name scripts use, as plain text; "" where there is none.
func (m *Match) FieldText(name string) string { return m.field(name).String() }

// Shown is how one phone system wants names and numbers.
type Shown struct {
	line *line
	form phone.SystemForm
}

// Shown returns how a phone system of a tenant wants names and numbers; "" is the tenant's default one.
func (r *Recognizer) Shown(ctx context.Context, t tenant.ID, id tenant.SystemID) (Shown, error) {
	v, err := r.view(ctx, t)
	if err != nil {
		return Shown{}, err
	}
	s := v.system(id)
	return Shown{&s.line, s.form}, nil
}

// Text makes a text harmless, plain and short enough for the phone system.
func (s Shown) Text(text string) string { return s.line.harmless(text) }

// Line is the one line for somebody: field gives data by the names scripts use.
func (s Shown) Line(field func(name string) string) string {
	if t := s.line.template; t != nil {
		if text, err := t.Render(scripts.Values{Field: field}); err == nil && text != "" {
			return s.line.harmless(text)
		}
	}
	return s.line.harmless(joined(field("DisplayName"), field("Company")))
}

// Lookup is the answer of /v1/lookup in JSON, in the shape the phone system wants.
func (s Shown) Lookup(a *Answer) ([]byte, error) {
	one, ok := a.One()
	if !ok {
		return s.line.none, nil
	}
	field := func(name string) string {
		switch name {
		case "Number":
			return a.q.Number
		case "E164":
			return a.number.E164()
		case "National":
			return a.number.National()
		case "Line":
			return a.Name()
		case "DisplayName":
			return s.Text(one.Name)
		case "Company":
			return s.Text(one.Company)
		}
		switch m := one.Match; {
		case m == nil || m.Quality != Exact || one.Name == "":
			return ""
		case name == "Label":
			return s.Text(m.Label().String())
		case name == "RecordType":
			return m.Type().String()
		case name == "PopUpUri":
			return m.URL().String()
		default:
			return m.FieldText(name)
		}
	}
	text, err := s.line.shape.Render(scripts.Values{Field: field})
	return []byte(text), err
}

// Dial is a number as the phone system dials it, outside-line prefix included.
func (s Shown) Dial(n phone.Number) string {
	var text string
	switch {
	case n.IsShort():
		_, text, _ = strings.Cut(n.E164(), ":")
	case s.form.Form == phone.FormE164:
		return n.E164()
	case s.form.Form == phone.FormE164Digits:
		return strings.TrimPrefix(n.E164(), "+")
	default:
		text = n.Dialled(s.form.Region)
	}
	return s.form.OutsidePrefix + text
}

// Region is where the phone system is.
func (s Shown) Region() string { return s.form.Region }

// HasInternal tells whether somebody said how long the phone system's internal numbers are.
func (s Shown) HasInternal() bool { return len(s.form.InternalLengths) > 0 }

// Source is an integration whose contacts may be shown now.
type Source struct {
	cache.Ref
	Generation *cache.Generation
}

// Sources returns the integrations of a tenant that answer now, in their order: enabled, published, and not too old; own
// tells which numbers are the tenant's and nobody's contact (rule 8). Revision is another one when any of this may be.
func (r *Recognizer) Sources(ctx context.Context, t tenant.ID) (list []Source, own func(phone.Number) bool, revision uint64, err error) {
	v, err := r.view(ctx, t)
	if err != nil {
		return nil, nil, 0, err
	}
	now := r.d.Now()
	for _, i := range v.integrations {
		if i.state != tenant.StateEnabled {
			continue
		}
		g, err := r.d.Index.Published(i.Ref)
		if err != nil {
			continue //nolint:nilerr // it is being erased, or its key is gone: it has nothing to show
		}
		if g != nil && now.Sub(g.SyncedAt) <= i.ageLimit {
			list = append(list, Source{i.Ref, g})
		}
	}
	own = func(n phone.Number) bool { _, is := v.own.number(n); return is }
	return list, own, v.revision, nil
}
