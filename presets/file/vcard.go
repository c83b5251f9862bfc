package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// wantedProperties are those a contact is made of; all others may be of any length.
var wantedProperties = map[string]bool{
	"BEGIN": true, "END": true, "FN": true, "N": true, "ORG": true, "TEL": true, "EMAIL": true, "UID": true, "REV": true,
	"KIND": true, "X-ADDRESSBOOKSERVER-KIND": true, "X-ABLABEL": true, "X-ABSHOWAS": true,
}

// fieldProperties are passed on as fields, under names people know.
var fieldProperties = map[string]string{
	"TITLE": "Title", "ROLE": "Role", "NICKNAME": "Nickname", "NOTE": "Note", "CATEGORIES": "Categories", "BDAY": "Birthday", "URL": "Website",
}

// maxProperties bounds the lines of one card.
const maxProperties = 5_000

// cards are the contacts of a vCard file (RFC 6350, RFC 2426 and version 2.1).
type cards struct {
	in       *input
	coding   coding
	replaced int
}

func openCards(in *input, c coding) *content {
	cs := &cards{in: in, coding: c}
	return &content{about: "vCard in " + c.name, contacts: cs, close: func() {}, bad: &cs.replaced}
}

func (c *cards) records(ctx context.Context) iter.Seq2[presets.Record, error] {
	return func(yield func(presets.Record, error) bool) {
		c.replaced = 0
		text, err := c.in.text(c.coding, &c.replaced)
		if err != nil {
			yield(presets.Record{}, failure(c.in.name, 0, "the file cannot be read", ""))
			return
		}
		r := newPropertyReader(text)
		for n := 0; ; n++ {
			one, err := readCard(r)
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(presets.Record{}, c.located(err))
				return
			case n >= maxRows:
				yield(presets.Record{}, failure(c.in.name, r.line, fmt.Sprintf("there are more than %d cards", maxRows), "split the file"))
				return
			case n%256 == 0 && ctx.Err() != nil:
				yield(presets.Record{}, ctx.Err())
				return
			}
			if !one.isGroup() && !yield(one.record(), nil) {
				return
			}
		}
	}
}

func (c *cards) located(err error) error {
	var at *csvError
	if errors.As(err, &at) {
		return failure(c.in.name, at.line, at.text, at.hint)
	}
	return failure(c.in.name, 0, "the file cannot be read", "")
}

// card is the properties of one contact.
type card []property

// readCard reads from a BEGIN to its END; io.EOF is the end between two cards.
// A card inside a card (AGENT of version 2.1) is passed over.
func readCard(r *propertyReader) (card, error) {
	var c card
	depth, begin := 0, 0
	for {
		prop, ok, err := r.next()
		switch {
		case errors.Is(err, io.EOF) && depth > 0:
			return nil, &csvError{begin, "the card that begins here does not end", "the file was cut off"}
		case err != nil:
			return nil, err
		case !ok:
			continue
		}
		isCard := strings.EqualFold(strings.TrimSpace(prop.value), "VCARD")
		switch {
		case prop.name == "BEGIN" && isCard:
			if depth++; depth == 1 {
				begin = prop.line
			}
		case prop.name == "END" && isCard && depth > 0:
			if depth--; depth == 0 {
				return c, nil
			}
		case depth == 1 && len(c) < maxProperties && (wantedProperties[prop.name] || fieldProperties[prop.name] != ""):
			c = append(c, prop)
		case depth == 1 && len(c) >= maxProperties:
			return nil, &csvError{begin, fmt.Sprintf("a card has more than %d lines", maxProperties), ""}
		}
	}
}

func (c card) get(name string) string {
	for _, p := range c {
		if p.name == name && strings.TrimSpace(p.value) != "" {
			return p.value
		}
	}
	return ""
}

func (c card) kind() string {
	return strings.ToLower(either(c.get("KIND"), c.get("X-ADDRESSBOOKSERVER-KIND")))
}

func (c card) isGroup() bool { return c.kind() == "group" }

func (c card) record() presets.Record {
	rec := presets.Record{
		ID: strings.TrimPrefix(unescapeValue(c.get("UID")), "urn:uuid:"), Name: unescapeValue(c.get("FN")),
		Company: parts(c.get("ORG"))[0], Email: unescapeValue(c.email()), Changed: revision(c.get("REV")),
	}
	c.structuredName(&rec)
	if c.kind() == "org" || strings.EqualFold(c.get("X-ABSHOWAS"), "COMPANY") {
		rec.Company, rec.Name = either(rec.Company, rec.Name), ""
	}
	for _, p := range c {
		if name := fieldProperties[p.name]; name != "" {
			rec.Fields = append(rec.Fields, presets.Field{Name: name, Value: unescapeValue(p.value)})
		}
	}
	rec.Phones = c.phones()
	if rec.ID == "" {
		rec.ID = identity(rec)
	}
	return rec
}

// structuredName reads N: family; given; additional; prefixes; suffixes.
func (c card) structuredName(rec *presets.Record) {
	n := append(parts(c.get("N")), "", "", "")
	rec.LastName, rec.FirstName = n[0], n[1]
	if rec.Name == "" {
		rec.Name = strings.Join(strings.Fields(n[1]+" "+n[2]+" "+n[0]), " ")
	}
}

// email is the preferred address, else the first.
func (c card) email() string {
	for _, p := range c {
		if p.name == "EMAIL" && (p.hasType("PREF") || len(p.params["PREF"]) > 0) {
			return p.value
		}
	}
	return c.get("EMAIL")
}

func (p property) hasType(name string) bool {
	for _, t := range p.params["TYPE"] {
		if strings.EqualFold(t, name) {
			return true
		}
	}
	return false
}

func (c card) phones() []presets.Phone {
	var list []presets.Phone
	for _, p := range c {
		raw := unescapeValue(p.value)
		if p.name != "TEL" || raw == "" || len(list) >= maxPhones {
			continue
		}
		label := c.label(p)
		list = append(list, presets.Phone{Raw: raw, Label: label, Column: "TEL", Fax: label == "fax"})
	}
	return list
}

// label is the kind of a number: of the label its group has, else of its types.
func (c card) label(p property) string {
	tokens := []string{"phone"}
	for _, l := range c {
		if l.name == "X-ABLABEL" && l.group == p.group && p.group != "" {
			own := strings.NewReplacer("_$!<", "", ">!$_", "", "FAX", " fax").Replace(l.value)
			tokens = append(tokens, strings.Fields(presets.FoldName(own))...)
		}
	}
	for _, t := range p.params["TYPE"] {
		tokens = append(tokens, strings.Fields(presets.FoldName(t))...)
	}
	return phoneMeaning(tokens).label
}

// revision reads REV in the forms of the versions; the zero time where it is none.
func revision(s string) time.Time {
	for _, layout := range []string{"20060102T150405Z", time.RFC3339, "20060102T150405", "2006-01-02T15:04:05", "2006-01-02", "20060102"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t
		}
	}
	return time.Time{}
}
