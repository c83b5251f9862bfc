package columns

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Layout is which column of a table holds what.
type Layout struct {
	Header    int // line of the headings, 0 if the table has none
	names     []string
	single    map[Role]int
	phones    []phoneColumn
	countries []labelled
	Notes     wording.List // what was recognised, one sentence each
}

// phoneColumn is a column of numbers; kind is a column that says what kind of
// number each is, -1 if there is none.
type phoneColumn struct {
	at    int
	label string
	kind  int
}

// labelled is a country column of the numbers with a label; "" for all others.
type labelled struct {
	at    int
	label string
}

// letters is a column's name in a spreadsheet: A, B, …, AA.
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// Clip is s, cut to n bytes.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// Has reports that a column has one of the roles.
func (l *Layout) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { _, ok := l.single[r]; return ok })
}

// At is the column of a role.
func (l *Layout) At(r Role) (int, bool) {
	at, ok := l.single[r]
	return at, ok
}

// Phones are the columns of phone numbers.
func (l *Layout) Phones() []int {
	list := make([]int, len(l.phones))
	for i, c := range l.phones {
		list[i] = c.at
	}
	return list
}

// describe notes which column is what, in the order of the columns.
func (p *planner) describe() {
	switch {
	case p.layout.Header > 0:
		p.note(wording.New("file.headings", "headings are on line {Line}", "Line", p.layout.Header))
	case !p.headed():
		p.note(wording.New("file.no_headings", "there are no headings; columns were recognised by their content"))
	}
	for i, name := range p.layout.names {
		if len(p.set.Names) == 0 {
			name += " (" + letters(i) + ")"
		}
		for r, at := range p.layout.single {
			if at == i {
				p.note(wording.New("file.is_the", "{Name} is the {Role}", "Name", name, "Role", r.said()))
			}
		}
		for _, c := range p.layout.phones {
			if c.at == i {
				p.note(wording.New("file.is_phone", "{Name} is a phone{Label}", "Name", name, "Label", inBrackets(c.label)))
			}
		}
		for _, c := range p.layout.countries {
			if c.at == i {
				p.note(wording.New("file.is_country", "{Name} is the {Role}{Label}", "Name", name, "Role", RoleCountry.said(), "Label", inBrackets(c.label)))
			}
		}
	}
}

func (p *planner) note(text wording.Text) {
	p.layout.Notes = append(p.layout.Notes, text)
}

func inBrackets(label string) string {
	if label == "" {
		return ""
	}
	return ", " + strings.ReplaceAll(label, "_", " ")
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
