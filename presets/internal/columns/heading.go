package columns

import (
	"strings"
	"sync"
	"unicode"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/phonelabel"
	"github.com/ringdex/ringdex/wording"
)

// Role is what a column holds.
type Role string

// What the columns of a table of contacts hold; columns that are recognised but not mapped by name are unexported.
const (
	roleNone       Role = ""
	RoleID         Role = "id"
	RoleName       Role = "name"
	RoleFirst      Role = "first name"
	roleMiddle     Role = "middle name"
	RoleLast       Role = "last name"
	RoleCompany    Role = "company"
	RoleEmail      Role = "e-mail"
	rolePhone      Role = "phone"
	rolePhoneType  Role = "kind of the phone"
	RoleCountry    Role = "country of the phone"
	RoleIdentifier Role = "customer number"
	RoleURL        Role = "address of the record's page"
	roleMaybePhone Role = "phone, if its cells look like it"
)

// said is what people call a role.
func (r Role) said() wording.Text {
	switch r {
	case RoleName:
		return wording.New("file.role_name", "name")
	case RoleFirst:
		return wording.New("file.role_first", "first name")
	case roleMiddle:
		return wording.New("file.role_middle", "middle name")
	case RoleLast:
		return wording.New("file.role_last", "last name")
	case RoleCompany:
		return wording.New("file.role_company", "company")
	case RoleCountry:
		return wording.New("file.role_country", "country of the phone")
	case RoleIdentifier:
		return wording.New("file.role_identifier", "customer number")
	case RoleURL:
		return wording.New("file.role_url", "address of the record's page")
	}
	return wording.Plain(string(r))
}

// meaning is what a heading says of its column.
type meaning struct {
	role  Role
	label string // of a phone, or of the country of phones with that label
	index string // the number in the heading: Phone 2 has 2
}

// headingReader reads headings by the table of whole headings.
type headingReader struct{ roles map[string]Role }

// theHeadings is made once, of tables that do not change.
var theHeadings = sync.OnceValue(func() headingReader { return headingReader{knownRoles()} })

func (h headingReader) read(heading string) meaning {
	folded := presets.FoldName(heading)
	if r, ok := h.roles[folded]; ok {
		return meaning{role: r, label: countryLabel(r, folded)}
	}
	tokens := strings.Fields(spaced(folded))
	if m, ok := phoneType(tokens); ok {
		return m
	}
	return phoneMeaning(tokens)
}

// spaced parts digits from letters: tel2 is tel 2.
func spaced(folded string) string {
	var b strings.Builder
	last := ' '
	for _, r := range folded {
		if last != ' ' && r != ' ' && unicode.IsDigit(r) != unicode.IsDigit(last) && folded != "e164" {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

func countryLabel(r Role, folded string) string {
	if r != RoleCountry {
		return ""
	}
	for _, w := range strings.Fields(folded) {
		if l := phonelabel.Words[w].Label; l == "business" || l == "home" {
			return l
		}
	}
	return ""
}

// phoneType reads headings of Google's exports: Phone 1 - Type, Phone 1 - Label.
func phoneType(tokens []string) (meaning, bool) {
	n := len(tokens)
	if n < 2 || tokens[n-1] != "type" && tokens[n-1] != "label" {
		return meaning{}, false
	}
	m := phoneMeaning(tokens[:n-1])
	if m.role != rolePhone {
		return meaning{}, false
	}
	return meaning{role: rolePhoneType, index: m.index}, true
}

// phoneMeaning puts a phone heading together from its words. A word it does not
// know leaves the decision to the cells.
func phoneMeaning(tokens []string) meaning {
	var m meaning
	makes, maybe, strange := false, false, false
	var labels []string
	for _, t := range tokens {
		w, ok := phonelabel.Words[t]
		switch {
		case unicode.IsDigit(rune(t[0])):
			m.index = t
		case !ok:
			strange = true
		default:
			makes, maybe = makes || w.Makes, maybe || w.Maybe
			labels = append(labels, w.Label)
		}
	}
	m.label = phonelabel.Join(labels)
	switch {
	case makes && !strange:
		m.role = rolePhone
	case makes, maybe && !strange:
		m.role = roleMaybePhone
	default:
		return meaning{}
	}
	return m
}

// HeaderSearch is how many lines may stand above the headings.
const HeaderSearch = 10

// KnownHeadings counts the cells of a row that are known headings.
func KnownHeadings(r Row) int { return theHeadings().count(r) }

func (h headingReader) count(r Row) int {
	n := 0
	for i := range r.Cells {
		if text := r.Text(i); text != "" && len(text) < 80 && h.read(text).role != roleNone {
			n++
		}
	}
	return n
}
