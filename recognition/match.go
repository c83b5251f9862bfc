package recognition

import (
	"github.com/ringdex/ringdex/cache"
)

// Quality says how sure a match is.
type Quality string

// The qualities, best first. Below exact only a company is shown.
const (
	Exact     Quality = "exact"
	Extension Quality = "extension" // the number is a head number whose contacts have extensions behind it
	Block     Quality = "block"     // the number lies in a company's block
)

// Match is one contact, or below Exact one company, that answers a question.
type Match struct {
	cache.Match
	Quality     Quality
	integration *integration
	linked      bool
}

// Button is a script rendered for this call.
type Button struct {
	ID, Name, URL string
	Pop           bool
}

// Name is the contact's; empty where only a company is known.
func (m *Match) Name() cache.Text {
	if m.Quality != Exact {
		return ""
	}
	return m.Match.Name()
}

// URL is where the CRM shows the contact; empty where only a company is known.
func (m *Match) URL() cache.Text {
	if m.Quality != Exact {
		return ""
	}
	return m.Match.URL()
}

// Integration tells where the match comes from.
func (m *Match) Integration() (id, name, preset string) {
	return string(m.integration.Integration), m.integration.name, m.integration.preset
}

// Capped tells whether the integration has more contacts of the number than it lists.
func (m *Match) Capped() bool { return m.Total() > cache.MaxContacts }

// field is a datum by the name notifications and scripts use: the common fields, and what was copied from the CRM.
func (m *Match) field(name string) cache.Text {
	if m.Quality != Exact {
		if name == "Company" {
			return m.Company()
		}
		return ""
	}
	switch name {
	case "DisplayName":
		return m.Name()
	case "Company":
		return m.Company()
	case "PopUpUri":
		return m.URL()
	}
	if value, ok := m.Field(name); ok {
		return value
	}
	if name == "Identifier" {
		return m.ID()
	}
	return ""
}

// companiesOf reduces hits that prove no person to the companies they share: one match per company and integration, in
// their order. Hits without a company say nothing.
func companiesOf(hits []Match, quality Quality) []Match {
	type place struct {
		in      *integration
		company cache.Text
	}
	var out []Match
	seen := map[place]bool{}
	for _, m := range hits {
		at := place{m.integration, m.Company()}
		if m.Company() == "" || seen[at] {
			continue
		}
		seen[at] = true
		m.Quality = quality
		out = append(out, m)
	}
	return out
}
