package phonebook

import (
	"context"
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// PagesDeps is what pages of a phone book are made from.
type PagesDeps struct {
	Ask        func(ctx context.Context, a tenant.Access, number string) (*recognition.Answer, error)
	Recognizer *recognition.Recognizer
	Books      *Books
}

// Pages are the phone books as XML.
type Pages struct{ d PagesDeps }

// NewPages returns pages over d.
func NewPages(d PagesDeps) *Pages { return &Pages{d} }

// PageRequest is a page as a phone asks for it.
type PageRequest struct {
	Search  string // a name, a part of one, or a number; "" is everybody
	Page    int    // from 1; 0 where the phone did not say
	Account string // of phones that have several lines; "" is the first
	Input   bool   // the form people type what they search for into
	Texts   Texts
	// Link is the address of another page; of page 0, that of a search to which a phone adds the text.
	Link func(page int) string
}

// Texts are what a page says, in the language of its readers.
type Texts struct{ Title, Empty, Next, Previous, Dial, Search string }

// English are the texts of a tenant in another language than those there are.
var english = Texts{"Contacts", "No entries", "Next", "Previous", "Dial", "Search"}

// languages are the texts there are.
var languages = map[string]Texts{
	"de": {"Kontakte", "Keine Einträge", "Weiter", "Zurück", "Wählen", "Suchen"},
	"fr": {"Contacts", "Aucune entrée", "Suivant", "Précédent", "Appeler", "Rechercher"},
	"nl": {"Contacten", "Geen resultaten", "Volgende", "Vorige", "Bellen", "Zoeken"},
}

// TextsIn are the texts in a language, else in English.
func TextsIn(language string) Texts {
	language, _, _ = strings.Cut(language, "-")
	if t, ok := languages[language]; ok {
		return t
	}
	return english
}

// Page is a page of a tenant's phone book in the shape of a brand of phones.
func (p *Pages) Page(ctx context.Context, a tenant.Access, shape string, r PageRequest) ([]byte, error) {
	d := &document{shape: shapes[shape], request: r, number: max(r.Page, 1)}
	if r.Input && d.form != nil {
		return d.write(d.form), nil
	}
	if r.Page > 0 && d.paged != nil {
		d.shape = *d.paged
	}
	on := searching{books: p.d.Books, owner: a.Tenant, within: searchTime, ask: func(ctx context.Context, number string) (*recognition.Answer, error) {
		return p.d.Ask(ctx, a, number)
	}}
	var err error
	if on.shown, err = p.d.Recognizer.Shown(ctx, a.Tenant, a.System); err != nil {
		return nil, err
	}
	s := &search{searching: on, filter: searchFilter(r.Search)}
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	first, after := (d.number-1)*d.size, d.number*d.size
	_, _, err = s.people(ctx, 0, 0, func(who *person) bool {
		for _, l := range d.lines(s, who) {
			if d.total >= first && d.total < after {
				d.listed = append(d.listed, l)
			}
			d.total++
		}
		return d.total <= after // one more, to know that there is a next page
	})
	if err != nil {
		return nil, err
	}
	d.first, d.more = first, d.total > after
	return d.write(d.body), nil
}

// Failure is a page that says what is wrong, in the shape of a brand of phones.
func Failure(shape, text string) []byte {
	d := &document{shape: shapes[shape], number: 1}
	d.request.Texts = english
	d.request.Texts.Empty = text
	if d.body == nil {
		d.shape = shapes["yealink"]
	}
	return d.write(d.body)
}

// searchFilter finds who has every word of a text in name or company; a text that is a number is looked up.
func searchFilter(text string) *filter {
	text = strings.TrimSpace(text)
	if number, ok := typedNumber(text); ok {
		f := &filter{op: filterOr}
		for _, a := range []attribute{attrTelephone, attrMobile, attrHome} {
			f.kids = append(f.kids, filter{op: filterSubstrings, attr: a, initial: number, raw: number})
		}
		return f
	}
	f := &filter{op: filterAnd}
	for _, word := range strings.Fields(fold(strings.Trim(text, "*"))) {
		f.kids = append(f.kids, filter{op: filterOr, kids: []filter{
			{op: filterSubstrings, attr: attrCN, middle: word}, {op: filterSubstrings, attr: attrO, middle: word},
		}})
		if len(f.kids) == maxDepth {
			break
		}
	}
	return f
}

// typedNumber is a text somebody typed if it is digits, with what may stand between them.
func typedNumber(text string) (string, bool) {
	digits := 0
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			digits++
			return r
		case r == '+' || r == '*' || r == '#':
			return r
		case strings.ContainsRune(" -./()", r):
			return -1
		}
		digits = -len(text)
		return r
	}, text)
	return plain, digits >= 2
}

// line is an entry of a page: somebody with all numbers, or with one of them.
type line struct {
	name, first, last string
	numbers           []shownNumber
}

type shownNumber struct {
	text string
	attr attribute
}

// document is a page being written.
type document struct {
	shape
	request PageRequest
	number  int // of the page
	listed  []line
	first   int // how many stand before it
	total   int // as far as it is known
	more    bool
	out     strings.Builder
}

// lines are the entries of somebody; who has no number a phone can dial has none.
func (d *document) lines(s *search, p *person) []line {
	l := line{name: clipped(p.shownAs(s.shown), d.longest), first: s.shown.Text(p.first), last: s.shown.Text(p.last)}
	for i := range p.numbers {
		n := &p.numbers[i]
		if text := dialable(n.dial(s.shown)); text != "" {
			l.numbers = append(l.numbers, shownNumber{text, n.attr})
		}
	}
	if len(l.numbers) == 0 {
		return nil
	}
	if !d.each {
		return []line{l}
	}
	all := make([]line, len(l.numbers))
	for i := range l.numbers {
		all[i] = line{l.name, l.first, l.last, l.numbers[i : i+1]}
	}
	return all
}

// dialable keeps what a phone can dial.
func dialable(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' || r == '*' || r == '#' {
			return r
		}
		return -1
	}, s)
}

func clipped(s string, longest int) string {
	if longest == 0 || utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest])
}

func (d *document) write(body func(*document)) []byte {
	d.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	body(d)
	d.out.WriteByte('\n')
	return []byte(d.out.String())
}

// text writes an element that holds a text.
func (d *document) text(name, value string) {
	d.out.WriteString("<" + name + ">")
	_ = xml.EscapeText(&d.out, []byte(value)) // a builder takes everything
	d.out.WriteString("</" + name + ">")
}

// in writes an element that holds others.
func (d *document) in(name string, inner func()) {
	d.out.WriteString("<" + name + ">")
	inner()
	name, _, _ = strings.Cut(name, " ")
	d.out.WriteString("</" + name + ">")
}

// entries are the lines of the page; one without a number says that there are none.
func (d *document) entries(each func(l *line)) {
	if len(d.listed) == 0 {
		each(&line{name: d.request.Texts.Empty, last: d.request.Texts.Empty, numbers: []shownNumber{{"", attrTelephone}}})
		return
	}
	for i := range d.listed {
		each(&d.listed[i])
	}
}
