package columns

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// Record makes a contact of a row; ok is false for a row with nothing in it.
func (l *Layout) Record(r Row) (rec presets.Record, ok bool) {
	if r.Blank() {
		return rec, false
	}
	get := func(ro Role) string {
		if at, have := l.single[ro]; have {
			return r.Text(at)
		}
		return ""
	}
	rec = presets.Record{
		ID: get(RoleID), Name: get(RoleName), FirstName: get(RoleFirst), LastName: get(RoleLast),
		Company: get(RoleCompany), Email: get(RoleEmail), Identifier: get(RoleIdentifier), URL: get(RoleURL),
	}
	if rec.Name == "" {
		rec.Name = strings.Join(strings.Fields(strings.Join([]string{rec.FirstName, get(roleMiddle), rec.LastName}, " ")), " ")
	}
	rec.Fields = l.fields(r)
	rec.Phones = l.numbers(r)
	if rec.ID == "" {
		rec.ID = Identity(rec)
	}
	return rec, true
}

// fields are all cells of a row by their headings.
func (l *Layout) fields(r Row) []presets.Field {
	fields := make([]presets.Field, 0, len(r.Cells))
	for i := range r.Cells {
		if text := r.Text(i); text != "" {
			fields = append(fields, presets.Field{Name: l.names[min(i, len(l.names)-1)], Value: text})
		}
	}
	return fields
}

func (l *Layout) numbers(r Row) []presets.Phone {
	var list []presets.Phone
	for _, col := range l.phones {
		text := r.Text(col.at)
		if text == "" || len(list) >= MaxPhones {
			continue
		}
		label := col.label
		if col.kind >= 0 {
			label = either(labelOf(r.Text(col.kind)), label)
		}
		phone := presets.Phone{
			Label: label, Column: l.names[col.at], Country: l.country(r, label),
			Numeric: r.Cells[col.at].Numeric, Fax: label == "fax",
		}
		for _, raw := range strings.Split(text, ":::") {
			if phone.Raw = strings.TrimSpace(raw); phone.Raw != "" {
				list = append(list, phone)
			}
		}
	}
	return list
}

// labelOf reads a word for a kind of number, as the column of kinds has it.
func labelOf(text string) string {
	return phoneMeaning(append([]string{"phone"}, strings.Fields(presets.FoldName(text))...)).label
}

// country is that of the numbers with this label, else the first one there is.
func (l *Layout) country(r Row, label string) string {
	first := ""
	for _, col := range l.countries {
		code := presets.Country(r.Text(col.at))
		if code != "" && col.label != "" && strings.HasPrefix(label, col.label) {
			return code
		}
		first = either(first, code)
	}
	return first
}

// Identity is a row without an id of its own: its name, company and e-mail, or,
// where all three are empty, its numbers.
func Identity(rec presets.Record) string {
	parts := []string{rec.Name, rec.Company, rec.Email}
	if strings.Join(parts, "") == "" {
		for _, p := range rec.Phones {
			parts = append(parts, p.Raw)
		}
	}
	sum := sha256.New()
	for _, p := range parts {
		sum.Write([]byte(strings.ToLower(strings.Join(strings.Fields(p), " ")) + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
