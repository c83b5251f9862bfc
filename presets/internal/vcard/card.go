package vcard

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/phonelabel"
	"github.com/ringdex/ringdex/wording"
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

// Bounds of one card; whoever wrote it is a stranger.
const (
	maxProperties = 5_000    // lines
	maxValue      = 32 << 10 // bytes of a value that is wanted
	maxPhones     = 100      // numbers of one contact
)

// Card is the properties of one contact.
type Card []property

// Next reads from a BEGIN to its END; io.EOF is the end between two cards.
// A card inside a card (AGENT of version 2.1) is passed over. Errors about the text are of type [*Error].
func (r *Reader) Next() (Card, error) {
	var c Card
	depth, begin := 0, 0
	for {
		prop, ok, err := r.next()
		switch {
		case errors.Is(err, io.EOF) && depth > 0:
			return nil, &Error{begin, wording.New("file.card_no_end", "the card that begins here does not end"), wording.New("file.cut_off", "the file was cut off")}
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
			return nil, &Error{begin, wording.New("file.card_lines", "a card has more than {Most} lines", "Most", maxProperties), wording.Text{}}
		}
	}
}

func (c Card) get(name string) string {
	for _, p := range c {
		if p.name == name && strings.TrimSpace(p.value) != "" {
			return p.value
		}
	}
	return ""
}

func (c Card) kind() string {
	return strings.ToLower(cmp.Or(c.get("KIND"), c.get("X-ADDRESSBOOKSERVER-KIND")))
}

// IsGroup reports a list of other cards, which is no contact.
func (c Card) IsGroup() bool { return c.kind() == "group" }

// Record is the contact; its ID is the card's UID, which may be missing.
func (c Card) Record() presets.Record {
	rec := presets.Record{
		ID: strings.TrimPrefix(unescapeValue(c.get("UID")), "urn:uuid:"), Name: unescapeValue(c.get("FN")),
		Company: parts(c.get("ORG"))[0], Email: unescapeValue(c.email()), Changed: revision(c.get("REV")),
	}
	c.structuredName(&rec)
	if c.kind() == "org" || strings.EqualFold(c.get("X-ABSHOWAS"), "COMPANY") {
		rec.Company, rec.Name = cmp.Or(rec.Company, rec.Name), ""
	}
	for _, p := range c {
		if name := fieldProperties[p.name]; name != "" {
			rec.Fields = append(rec.Fields, presets.Field{Name: name, Value: unescapeValue(p.value)})
		}
	}
	rec.Phones = c.phones()
	return rec
}

// structuredName reads N: family; given; additional; prefixes; suffixes.
func (c Card) structuredName(rec *presets.Record) {
	n := append(parts(c.get("N")), "", "", "")
	rec.LastName, rec.FirstName = n[0], n[1]
	if rec.Name == "" {
		rec.Name = strings.Join(strings.Fields(n[1]+" "+n[2]+" "+n[0]), " ")
	}
}

// email is the preferred address, else the first.
func (c Card) email() string {
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

func (c Card) phones() []presets.Phone {
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
func (c Card) label(p property) string {
	var tokens []string
	for _, l := range c {
		if l.name == "X-ABLABEL" && l.group == p.group && p.group != "" {
			own := strings.NewReplacer("_$!<", "", ">!$_", "", "FAX", " fax").Replace(l.value)
			tokens = append(tokens, strings.Fields(presets.FoldName(own))...)
		}
	}
	for _, t := range p.params["TYPE"] {
		tokens = append(tokens, strings.Fields(presets.FoldName(t))...)
	}
	return phonelabel.Of(tokens)
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

// Parse reads the first card of a text; io.EOF says that there is none.
func Parse(text string) (Card, error) {
	r := Reader{r: bufio.NewReaderSize(strings.NewReader(text), 4<<10), line: 1}
	return r.Next()
}
