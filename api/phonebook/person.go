package phonebook

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
)

// person is somebody in the book, or a company where only that is known.
type person struct {
	uid                               string
	name, first, last, company, email string
	numbers                           []number
	folded                            names               // of somebody in a book: for comparison
	answer                            *recognition.Answer // that somebody who was looked up comes from
}

// names are a person's in their folded forms.
type names struct{ name, first, last, company string }

// number is one of a person's. A short number exists only in its region and is kept as its digits.
type number struct {
	phone.Number
	short string
	attr  attribute
	own   attribute // of a number that was asked for in another attribute
}

// uidOf stands for a record in a name of the directory; it tells nothing of it.
func uidOf(parts ...string) string {
	var room [128]byte
	text := room[:0]
	for i, part := range parts {
		if i > 0 {
			text = append(text, 0)
		}
		text = append(text, part...)
	}
	sum := sha256.Sum256(text)
	return string(hex.AppendEncode(room[:0], sum[:8]))
}

// complete fills in the names that follow from others.
func (p *person) complete() {
	if p.name == "" {
		p.name = strings.TrimSpace(p.first + " " + p.last)
	}
	if p.last == "" && p.first == "" && p.name != "" {
		if i := strings.LastIndexByte(p.name, ' '); i > 0 {
			p.first, p.last = p.name[:i], p.name[i+1:]
		}
	}
	if p.last == "" {
		p.last = p.shown() // a surname is what every person in a directory has
	}
}

// compared are the names in their folded forms.
func (p *person) compared() names {
	if p.folded != (names{}) {
		return p.folded
	}
	return names{fold(p.shown()), fold(p.first), fold(p.last), fold(p.company)}
}

// shown is the name, or the company's.
func (p *person) shown() string {
	if p.name == "" {
		return p.company
	}
	return p.name
}

// field gives data by the names scripts use.
func (p *person) field(name string) string {
	switch name {
	case "DisplayName":
		return p.name
	case "FirstName":
		return p.first
	case "LastName":
		return p.last
	case "Company":
		return p.company
	case "Email":
		return p.email
	}
	return ""
}

// shownAs is the one line a phone system shows.
func (p *person) shownAs(s recognition.Shown) string {
	if p.answer != nil {
		if line := p.answer.Name(); line != "" {
			return line
		}
	}
	return s.Line(p.field)
}

// size is about how many bytes of memory a person takes.
func (p *person) size() int {
	n := 320 + len(p.uid) + len(p.name) + len(p.first) + len(p.last) + len(p.company) + len(p.email) + 48*len(p.numbers)
	return n + len(p.folded.name) + len(p.folded.first) + len(p.folded.last) + len(p.folded.company)
}

// home are words for a private line in what CRMs call numbers.
var home = []string{"home", "thuis", "prive", "privat", "domicile"}

// placeOf is the attribute a number stands in.
func placeOf(kind phone.Kind, label string) attribute {
	label = fold(label)
	for _, word := range home {
		if strings.Contains(label, word) {
			return attrHome
		}
	}
	if kind == phone.KindMobile || strings.Contains(label, "mobil") {
		return attrMobile
	}
	return attrTelephone
}

// personOf is whom an answer is about where only one fits; nil is nobody.
func personOf(a *recognition.Answer) *person {
	one, ok := a.One()
	if !ok {
		return nil
	}
	p := &person{name: one.Name, company: one.Company, answer: a}
	place, n := attrTelephone, a.Number()
	if m := one.Match; m != nil {
		id, _, _ := m.Integration()
		if one.Name != "" {
			p.uid = uidOf(id, m.Type().String(), m.ID().String())
			p.first, p.last, p.email = m.FieldText("FirstName"), m.FieldText("LastName"), m.FieldText("Email")
		}
		place = placeOf(m.Facts().Kind, m.Label().String())
	}
	if p.uid == "" {
		p.uid = uidOf("company", fold(p.company), fold(p.name))
	}
	p.numbers = []number{{Number: n, attr: place}}
	p.complete()
	return p
}
