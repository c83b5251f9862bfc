package recognition

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// line is how a phone system wants the one line it shows.
type line struct {
	template *scripts.Template // nil: name, and the company in brackets
	max      int               // characters; 0 = not limited
	ascii    bool
	shape    *scripts.Template // of /v1/lookup in JSON; nil: the ordinary one
	none     []byte            // and for nobody
}

// ordinaryShape is how /v1/lookup answers a phone system without a shape of its own.
const ordinaryShape = `{"id":"$(Identifier)","type":"$(RecordType)","name":"$(DisplayName)","first_name":"$(FirstName)","last_name":"$(LastName)",` +
	`"company":"$(Company)","email":"$(Email)","number":"$(Number)","url":"$(PopUpUri)","line":"$(Line)"}`

// newLine falls back to the ordinary form where a template no longer parses.
func newLine(s tenant.System) line {
	l := line{max: s.NameMax, ascii: s.NameASCII}
	if s.NameTemplate != "" {
		if t, err := scripts.ParseText(s.NameTemplate, scripts.Names{Fields: scripts.CommonFields()}); err == nil {
			l.template = t
		}
	}
	known := scripts.Names{Fields: tenant.LookupFields()}
	l.none = []byte(cmp.Or(s.LookupNone, "{}"))
	var err error
	if l.shape, err = scripts.ParseBody(scripts.JSONBody, cmp.Or(s.LookupTemplate, ordinaryShape), known); err != nil {
		l.shape, _ = scripts.ParseBody(scripts.JSONBody, ordinaryShape, known)
	}
	return l
}

// of is the line for a contact.
func (l *line) of(m *Match) string {
	if l.template != nil {
		text, err := l.template.Render(scripts.Values{Field: func(name string) string { return m.field(name).String() }})
		if err == nil && text != "" {
			return text
		}
	}
	return joined(m.Name().String(), m.Company().String())
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

// harmless makes a line that a phone system can show and does not interpret: no control characters, nothing that ends a SIP
// header, and no brackets of a dialplan's variables and expressions, which become round ones (asterisk/asterisk func_curl,
// signalwire/freeswitch mod_cidlookup, read 2026-11).
func (l *line) harmless(text string) string {
	if plain(text) && (l.max == 0 || len(text) <= l.max) {
		return text
	}
	text = strings.Map(harmlessRune, text)
	if l.ascii {
		text = strings.Map(harmlessRune, toASCII(text))
	}
	text = strings.Join(strings.Fields(text), " ")
	if short := []rune(text); l.max > 0 && len(short) > l.max {
		text = strings.TrimSpace(string(short[:l.max]))
	}
	return text
}

// plain tells whether a text is letters, digits and signs of ASCII that mean nothing to a phone system, with single blanks
// between: nearly all are, and stay as they are.
func plain(text string) bool {
	blank := true // before and behind the text
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' && blank, c < ' ', c >= 0x7f:
			return false
		case c == '"', c == '<', c == '>', c == ';', c == '\\', c == '{', c == '}', c == '[', c == ']':
			return false
		default:
			blank = c == ' '
		}
	}
	return !blank || text == ""
}

func harmlessRune(r rune) rune {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	case strings.ContainsRune(`"<>;\`, r), unicode.Is(unicode.Cf, r):
		return -1
	case r == '{' || r == '[':
		return '('
	case r == '}' || r == ']':
		return ')'
	}
	return r
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
