package columns

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Wish is what somebody chose of a table's columns. The zero value leaves everything to be recognised.
type Wish struct {
	Of     string   // what the table is called in errors
	Names  []string // of the columns, where the source knows them; none of the rows holds headings then
	Header string   // yes, no: whether the first line holds headings; anything else finds out
	Single map[Role]string
	Phones []string
	Fax    []string
}

// OptionRoles are the options that name one column.
var OptionRoles = map[string]Role{
	"id_column":         RoleID,
	"name_column":       RoleName,
	"first_name_column": RoleFirst,
	"last_name_column":  RoleLast,
	"company_column":    RoleCompany,
	"email_column":      RoleEmail,
	"country_column":    RoleCountry,
	"identifier_column": RoleIdentifier,
	"url_column":        RoleURL,
}

// planner chooses the columns from the first rows and the wish.
type planner struct {
	set      Wish
	headings headingReader
	rows     []Row
	layout   Layout
	meanings []meaning
	profiles []profile
}

// Plan looks at the first rows of a table. Its errors say nothing of the place, which is the layout's header.
func Plan(w Wish, rows []Row) (Layout, error) {
	p := planner{set: w, headings: theHeadings(), rows: rows}
	return p.plan()
}

func (p *planner) plan() (Layout, error) {
	p.layout.single = map[Role]int{}
	p.findHeader()
	p.readHeadings()
	p.profile()
	if err := p.chosen(); err != nil {
		return p.layout, err
	}
	p.byHeading()
	if !p.headed() || len(p.layout.phones) == 0 && len(p.set.Phones) == 0 {
		p.byContent()
	}
	p.pairPhoneTypes()
	if len(p.layout.phones) == 0 {
		return p.layout, p.noPhones()
	}
	p.describe()
	return p.layout, nil
}

func (p *planner) noPhones() error {
	return &presets.Error{
		Text: wording.New("file.no_phone_column", "no column with phone numbers was recognised; its columns are {List}", "List", Clip(strings.Join(p.layout.names, ", "), 300)),
		Hint: wording.New("file.name_them_phone_columns", "name them in phone_columns"),
	}
}

// findHeader finds the line of headings: the one with the most known headings
// among the first; without any, a first line that holds words only.
func (p *planner) findHeader() {
	if len(p.set.Names) > 0 {
		p.layout.names = slices.Clone(p.set.Names)
		return
	}
	if p.set.Header == "no" || len(p.rows) == 0 {
		return
	}
	best, most := -1, 0
	for i, r := range p.rows[:min(len(p.rows), HeaderSearch)] {
		if n := p.headings.count(r); n > most && !hasData(r) {
			best, most = i, n
		}
	}
	if best < 0 && (p.set.Header == "yes" || wordsOnly(p.rows[0]) && len(p.rows) > 1) {
		best = 0
	}
	if best >= 0 {
		p.layout.Header = p.rows[best].Line
		for i := range p.rows[best].Cells {
			p.layout.names = append(p.layout.names, p.rows[best].Text(i))
		}
		p.rows = p.rows[best+1:]
	}
}

// headed reports that the columns have names.
func (p *planner) headed() bool { return p.layout.Header > 0 || len(p.set.Names) > 0 }

// hasData reports cells no heading has: a number to dial, an address.
func hasData(r Row) bool {
	for i := range r.Cells {
		if text := r.Text(i); looksLikePhone(text) || emailForm.MatchString(text) {
			return true
		}
	}
	return false
}

// wordsOnly reports a row of different words without digits, as headings are.
func wordsOnly(r Row) bool {
	seen := map[string]bool{}
	for i := range r.Cells {
		text := r.Text(i)
		if text == "" || seen[text] || strings.ContainsAny(text, "0123456789@") {
			return false
		}
		seen[text] = true
	}
	return len(seen) > 0
}

func (p *planner) readHeadings() {
	width := len(p.layout.names)
	for _, r := range p.rows {
		width = max(width, len(r.Cells))
	}
	for i := range width {
		if i >= len(p.layout.names) {
			p.layout.names = append(p.layout.names, "")
		}
		p.meanings = append(p.meanings, p.headings.read(p.layout.names[i]))
		if p.layout.names[i] == "" {
			p.layout.names[i] = "Column " + letters(i)
		}
	}
	p.distinctNames()
}

// distinctNames numbers headings that occur twice, so that each is a field of its own.
func (p *planner) distinctNames() {
	seen := map[string]int{}
	for i, n := range p.layout.names {
		if seen[n]++; seen[n] > 1 {
			p.layout.names[i] = fmt.Sprintf("%s %d", n, seen[n])
		}
	}
}

func (p *planner) profile() {
	p.profiles = make([]profile, len(p.layout.names))
	for _, r := range p.rows {
		for i := range r.Cells {
			p.profiles[i].add(r.Text(i), presets.Country)
		}
	}
}

// chosen takes the columns the admin has set.
func (p *planner) chosen() error {
	for name, r := range OptionRoles {
		if column, ok := p.set.Single[r]; ok {
			i, err := p.column(name, column)
			if err != nil {
				return err
			}
			p.take(i, r, "")
		}
	}
	for _, list := range []struct {
		option  string
		columns []string
		label   string
	}{{"phone_columns", p.set.Phones, ""}, {"fax_columns", p.set.Fax, "fax"}} {
		for _, c := range list.columns {
			i, label, err := p.labelled(list.option, c)
			if err != nil {
				return err
			}
			p.take(i, rolePhone, cmp.Or(list.label, label, p.meanings[i].label))
		}
	}
	return nil
}

// labelled finds a column that may be written with the kind of its numbers: Mobile=mobile.
func (p *planner) labelled(option, wanted string) (int, string, error) {
	i, err := p.column(option, wanted)
	name, label, cut := strings.Cut(wanted, "=")
	label = strings.TrimSpace(label)
	if err == nil || !cut || !slices.ContainsFunc(presets.Names("label"), func(n presets.Named) bool { return n.Name == label }) {
		return i, "", err
	}
	i, err = p.column(option, strings.TrimSpace(name))
	return i, label, err
}

// column finds a column by heading or, in a file, by letter as in a spreadsheet or by number from 1.
func (p *planner) column(name, wanted string) (int, error) {
	for i, n := range p.layout.names {
		if n == wanted {
			return i, nil
		}
	}
	for i, n := range p.layout.names {
		inFile := len(p.set.Names) == 0 && (strings.EqualFold(letters(i), wanted) || strconv.Itoa(i+1) == wanted)
		if presets.FoldName(n) == presets.FoldName(wanted) || inFile {
			return i, nil
		}
	}
	list := Clip(strings.Join(p.layout.names, ", "), 300)
	hint := wording.New("file.columns", "its columns are {List}", "List", list)
	if near := option.Nearest(wanted, p.layout.names); near != "" {
		hint = wording.New("file.near_column", "did you mean {Name}? its columns are {List}", "Name", near, "List", list)
	}
	return 0, option.Problems{{
		Option: name, Code: option.CodeMalformed, Text: wording.New("file.names_column_value_which_valueb", `names column "{Value}", which {ValueB} does not have`, "Value", wanted, "ValueB", p.set.Of), Hint: hint,
	}}
}

// byHeading takes columns by what their headings say. An option that names a
// column of a role closes that role.
func (p *planner) byHeading() {
	for i, m := range p.meanings {
		switch {
		case p.taken(i):
		case m.role == rolePhone && m.label == "fax":
			if len(p.set.Fax) == 0 {
				p.take(i, rolePhone, m.label)
			}
		case m.role == rolePhone, m.role == roleMaybePhone && p.profiles[i].isPhone():
			if len(p.set.Phones) == 0 {
				p.take(i, rolePhone, m.label)
			}
		case m.role != roleNone && m.role != roleMaybePhone && m.role != rolePhoneType:
			p.take(i, m.role, m.label)
		}
	}
}

// byContent takes columns nobody named by what stands in them.
func (p *planner) byContent() {
	for i := range p.profiles {
		if p.taken(i) || p.meanings[i].role != roleNone && p.meanings[i].role != roleMaybePhone {
			continue
		}
		r := p.profiles[i].guess()
		if r == roleNone || r == rolePhone && len(p.set.Phones) > 0 || p.headed() && r != rolePhone {
			continue
		}
		if _, have := p.layout.single[RoleName]; have && r == RoleName {
			r = RoleCompany
		}
		p.take(i, r, "")
	}
}

func (p *planner) taken(i int) bool {
	for _, c := range p.layout.phones {
		if c.at == i {
			return true
		}
	}
	for _, at := range p.layout.single {
		if at == i {
			return true
		}
	}
	return slices.ContainsFunc(p.layout.countries, func(c labelled) bool { return c.at == i })
}

// take gives a column a role; the first column of a role keeps it, phones and
// countries can be several.
func (p *planner) take(i int, r Role, label string) {
	switch r {
	case rolePhone:
		p.layout.phones = append(p.layout.phones, phoneColumn{at: i, label: label, kind: -1})
	case RoleCountry:
		if _, set := p.set.Single[RoleCountry]; !set || len(p.layout.countries) == 0 {
			p.layout.countries = append(p.layout.countries, labelled{i, label})
		}
	default:
		if _, have := p.layout.single[r]; !have {
			p.layout.single[r] = i
		}
	}
}

// pairPhoneTypes gives Phone 1 - Value its Phone 1 - Type.
func (p *planner) pairPhoneTypes() {
	for i, m := range p.meanings {
		if m.role != rolePhoneType {
			continue
		}
		for j, c := range p.layout.phones {
			if p.meanings[c.at].index == m.index {
				p.layout.phones[j].kind = i
			}
		}
	}
	slices.SortStableFunc(p.layout.phones, func(a, b phoneColumn) int { return a.at - b.at })
}
