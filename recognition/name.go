package recognition

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// nameForm is how a phone system wants the one line it shows.
type nameForm struct {
	template *scripts.Template // nil: name, and the company in brackets
	max      int               // characters; 0 = not limited
	ascii    bool
}

// newNameForm falls back to the ordinary form where a template no longer parses.
func newNameForm(s tenant.System) nameForm {
	f := nameForm{max: s.NameMax, ascii: s.NameASCII}
	if s.NameTemplate != "" {
		if t, err := scripts.ParseText(s.NameTemplate, scripts.Names{Fields: scripts.CommonFields()}); err == nil {
			f.template = t
		}
	}
	return f
}

// Name is the one line that fits where only one name does (rule 16): the person if exactly one remains, else the company
// all share, else nothing.
func (a *Answer) Name(system tenant.SystemID) string {
	f := a.view.system(system).name
	person, company := a.best()
	var line string
	switch {
	case person != nil && f.template != nil:
		line, _ = f.template.Render(scripts.Values{Field: func(n string) string { return person.field(n).String() }})
	case person != nil:
		line = joined(person.Name().String(), person.Company().String())
	case company != "":
		line = company
	default:
		line = a.owner
	}
	return f.shape(line)
}

// best is the only person, or the company all matches share.
func (a *Answer) best() (*Match, string) {
	if len(a.matches) == 0 || a.cut {
		return nil, ""
	}
	if m := &a.matches[0]; len(a.matches) == 1 && m.Quality == Exact && m.Total() == 1 {
		return m, ""
	}
	if m := a.samePerson(); m != nil {
		return m, ""
	}
	company := a.matches[0].Company()
	for i := range a.matches[1:] {
		if !strings.EqualFold(string(a.matches[i+1].Company()), string(company)) {
			return nil, ""
		}
	}
	return nil, company.String()
}

// samePerson is the first match if all matches have one name: the same person in several CRMs.
func (a *Answer) samePerson() *Match {
	first := a.matches[0].Name()
	for i := range a.matches {
		m := &a.matches[i]
		if m.Quality != Exact || m.Total() != 1 || first == "" || !strings.EqualFold(string(m.Name()), string(first)) {
			return nil
		}
	}
	return &a.matches[0]
}

func joined(name, company string) string {
	switch {
	case name == "":
		return company
	case company == "" || strings.EqualFold(name, company):
		return name
	}
	return name + " (" + company + ")"
}

// shape makes a line that a phone system can show and does not interpret: no control characters, no dialplan variables,
// nothing that ends a SIP header (asterisk/asterisk func_curl, signalwire/freeswitch mod_cidlookup, read 2026-11).
func (f nameForm) shape(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case strings.ContainsRune(`"<>;\`, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, line)
	line = strings.ReplaceAll(line, "${", "{")
	line = strings.ReplaceAll(line, "#{", "{")
	if f.ascii {
		line = toASCII(line)
	}
	line = strings.Join(strings.Fields(line), " ")
	if short := []rune(line); f.max > 0 && len(short) > f.max {
		line = strings.TrimSpace(string(short[:f.max]))
	}
	return line
}

// expanded are letters that do not lose an accent but become two letters.
var expanded = strings.NewReplacer("ß", "ss", "Æ", "AE", "æ", "ae", "Ø", "O", "ø", "o", "Œ", "OE", "œ", "oe", "Ł", "L", "ł", "l",
	"Đ", "D", "đ", "d", "Þ", "Th", "þ", "th", "ð", "d", "ı", "i", "–", "-", "—", "-", "’", "'", "‘", "'", "“", "'", "”", "'", "„", "'", "…", "...")

func toASCII(s string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), expanded.Replace(s))
	if err != nil {
		folded = s
	}
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII {
			return r
		}
		return '?'
	}, folded)
}
