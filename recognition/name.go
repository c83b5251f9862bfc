package recognition

import "strings"

// Name is the one line that fits where only one name does (rule 16): the person if exactly one remains, else the company
// all share, else nothing. The tenant's own numbers have their agent's or device's name.
func (a *Answer) Name() string {
	line := &a.system.line
	person, company := a.best()
	switch {
	case person != nil:
		return line.harmless(line.of(person))
	case company != "":
		return line.harmless(company)
	}
	return line.harmless(a.owner)
}

// Best is the match that Name is about, nil if it is about none or several.
func (a *Answer) Best() *Match {
	person, company := a.best()
	if person == nil && company != "" && len(a.matches) == 1 {
		return &a.matches[0]
	}
	return person
}

// best is the only person, or the company all matches share. Of a list that was cut off nobody knows what is in the rest.
func (a *Answer) best() (person *Match, company string) {
	if len(a.matches) == 0 {
		return nil, ""
	}
	samePerson, sameCompany := true, true
	first := &a.matches[0]
	for i := range a.matches {
		m := &a.matches[i]
		if m.Capped() {
			return nil, ""
		}
		samePerson = samePerson && m.Quality == Exact && strings.EqualFold(string(m.Name()), string(first.Name()))
		sameCompany = sameCompany && strings.EqualFold(string(m.Company()), string(first.Company()))
	}
	switch {
	case samePerson && (len(a.matches) == 1 || first.Name() != ""):
		return first, "" // the same person in several CRMs is one
	case sameCompany:
		return nil, first.Company().String()
	}
	return nil, ""
}
