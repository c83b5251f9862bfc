package cache

import (
	"cmp"
	"encoding/binary"
	"strings"
	"time"

	"github.com/ringdex/ringdex/phone"
)

// A listing is a contact as it stands under one of its numbers: everything a match shows.
type listing struct {
	order   int
	changed int64 // Unix milliseconds, 0 if unknown
	flags   byte
	facts   Facts
	typ, id, name, company,
	url, label, extension Text
	count  int    // of fields
	fields string // encoded: name, value, name, value …
}

// Flags of a listing.
const (
	flagStem = 1 << iota
	flagHead
	flagBlock
)

// Facts are what is known of a number itself, made at sync.
type Facts struct {
	E164     string // as the contact has it, not folded
	National string
	Region   string
	Kind     phone.Kind
	language string
	local    Text
	english  Text
}

// Location is the number's area in a language if that is the tenant's, else in English; "" where it is not known.
func (f Facts) Location(language string) Text {
	if language == f.language {
		return f.local
	}
	return f.english
}

func appendFacts(dst []byte, n phone.Number, language string) []byte {
	kind := n.Kind()
	dst = appendText(dst, n.E164())
	dst = appendText(dst, n.National())
	dst = appendText(dst, n.Region())
	dst = appendText(dst, string(kind))
	local, english := locations(n, kind, language)
	if local == english {
		local, language = "", "en"
	}
	dst = appendText(dst, language)
	dst = appendEscapedText(dst, local)
	return appendEscapedText(dst, english)
}

// locations gives the number's area in two languages. Only fixed lines have one; of others the metadata knows no more
// than the country, which is not asked for and takes most of the time of a first sync.
func locations(n phone.Number, kind phone.Kind, language string) (local, english string) {
	if kind != phone.KindFixed && kind != phone.KindFixedOrMobile {
		return "", ""
	}
	english = n.Location("en")
	if language == "en" || language == "" {
		return english, english
	}
	return n.Location(language), english
}

func readFacts(r *reader) Facts {
	f := Facts{E164: r.text(), National: r.text(), Region: r.text(), Kind: phone.Kind(r.text()), language: r.text()}
	f.local, f.english = Text(r.text()), Text(r.text())
	if f.language == "en" {
		f.local = f.english
	}
	return f
}

// appendListing appends a contact as it stands under a number; facts are encoded already.
func appendListing(dst []byte, c *Contact, n LabelledNumber, facts []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(c.Order))
	dst = binary.AppendVarint(dst, millis(c.Changed))
	dst = append(dst, n.flags())
	dst = append(dst, facts...)
	for _, s := range [...]string{c.Type, c.ID, c.Name, c.Company, c.URL, n.Label, n.Extension} {
		dst = appendEscapedText(dst, s)
	}
	dst = binary.AppendUvarint(dst, uint64(len(c.Fields)))
	for _, f := range c.Fields {
		dst = appendEscapedText(appendText(dst, f.Name), f.Value)
	}
	return dst
}

// maxListing keeps MaxContacts of them well below what a table takes as one value.
const maxListing = 32 << 10

// appendBounded is appendListing, without what makes a listing too long.
func appendBounded(dst []byte, c *Contact, n LabelledNumber, facts []byte) []byte {
	start := len(dst)
	dst = appendListing(dst, c, n, facts)
	if len(dst)-start <= maxListing {
		return dst
	}
	lean := Contact{Type: c.Type, ID: c.ID, Order: c.Order, Name: clip(c.Name), Company: clip(c.Company), Changed: c.Changed}
	n.Label, n.Extension = clip(n.Label), clip(n.Extension)
	return appendListing(dst[:start], &lean, n, facts)
}

// clip cuts a text to 256 bytes, between characters.
func clip(s string) string {
	if len(s) <= 256 {
		return s
	}
	return strings.ToValidUTF8(s[:256], "")
}

func (n LabelledNumber) flags() byte {
	var f byte
	if n.Stem {
		f |= flagStem
	}
	if n.Head {
		f |= flagHead
	}
	if n.block {
		f |= flagBlock
	}
	return f
}

func readListing(r *reader) listing {
	l := listing{order: int(r.uvarint()), changed: r.varint()}
	if b := r.bytes(1); b != "" {
		l.flags = b[0]
	}
	l.facts = readFacts(r)
	for _, t := range [...]*Text{&l.typ, &l.id, &l.name, &l.company, &l.url, &l.label, &l.extension} {
		*t = Text(r.text())
	}
	l.count = int(r.uvarint())
	l.fields = r.rest
	return l
}

// before is rule 14 within one number of one integration; the record itself decides last, so that the order never
// depends on which page of the CRM came first.
func (l *listing) before(o *listing) int {
	return cmp.Or(cmp.Compare(l.order, o.order), cmp.Compare(o.changed, l.changed), cmp.Compare(l.name, o.name),
		cmp.Compare(l.typ, o.typ), cmp.Compare(l.id, o.id))
}

// millis are the Unix milliseconds of a time, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
