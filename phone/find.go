package phone

import (
	"strings"
	"unicode/utf8"
)

// FieldContext says what is known about the column a stored text comes from.
type FieldContext struct {
	Region   string // ISO 3166 alpha-2; "" = only international forms are read
	AreaCode string // area code of the integration for local numbers, without trunk prefix; "" = none
	Rival    string // a second region the column may be national in, such as the tenant's own; "" = none
	Numeric  bool   // the cell was a number in its source (spreadsheet, JSON number): leading zeros may be lost
	Column   Column // what the other values of the column decided; the zero value is a text alone
}

// Found is one number in a stored text.
type Found struct {
	Number    Number
	Extension string // "22"; "" = none
	Stem      Number // the company's number without direct-dial digits, where the text says so; else zero
	Head      bool   // the text wrote a head number "-0": evidence for a number block in Germany and Austria
	Label     string // "mobile", "business", "home", "fax", "pager" from a word beside the number; "" = none
	Fax       bool   // the word was one for fax
	How       string // constant machine word how it was read: "international", "national", "lost_plus", …
}

// Reason says why digits in a text are not a number.
type Reason string

// The reasons of refusals.
const (
	ReasonEmpty       Reason = "empty"        // no digits at all
	ReasonUnparsable  Reason = "unparsable"   // digits, but no valid number
	ReasonTwoReadings Reason = "two_readings" // two valid readings of different numbers
	ReasonNoRegion    Reason = "no_region"    // a national number, and no region is known
	ReasonTooLong     Reason = "too_long"     // more than 512 characters
	ReasonLossy       Reason = "lossy"        // a spreadsheet has rounded the digits away
	ReasonNotPhone    Reason = "not_phone"    // a date, price, order number … by its form or the word before it
)

// Refusal is a part of a text that holds digits but gave no number.
type Refusal struct {
	Text       string
	Reason     Reason
	Candidates []Number // the valid readings where there are two
}

// Cell is everything that was read in one stored text.
type Cell struct {
	Found   []Found
	Refused []Refusal
}

// Find gives every number in a stored text, each once, in the order of the text.
func Find(raw string, ctx FieldContext) []Found { return Read(raw, ctx).Found }

// Read finds every number in a stored text and says why other digits in it are none. It never panics.
func Read(raw string, ctx FieldContext) (cell Cell) {
	defer func() {
		if recover() != nil { // a poison text costs its own row only
			cell = Cell{Refused: []Refusal{{Text: clip(raw), Reason: ReasonUnparsable}}}
		}
	}()
	if overlong(raw, maxText) {
		return Cell{Refused: []Refusal{{Text: clip(raw), Reason: ReasonTooLong}}}
	}
	text := clean(raw)
	if !hasDigit(text) {
		return Cell{Refused: []Refusal{{Text: raw, Reason: ReasonEmpty}}}
	}
	if ctx.Rival != "" && ctx.Rival != ctx.Region {
		return readRivals(text, ctx)
	}
	return readIn(text, ctx)
}

func readIn(text string, ctx FieldContext) Cell {
	s := scanner{ctx: newContext(ctx)}
	s.read(text)
	return s.cell
}

// overlong reports whether a text has more than limit characters, without counting through very long ones.
func overlong(s string, limit int) bool {
	return len(s) > limit && (len(s) > limit*utf8.UTFMax || utf8.RuneCountInString(s) > limit)
}

func clip(s string) string {
	if len(s) <= 64 {
		return s
	}
	return strings.ToValidUTF8(s[:64], "")
}

func newContext(f FieldContext) context {
	c := context{areaCode: f.AreaCode, numeric: f.Numeric, column: f.Column}
	if f.Region != "" {
		c.plan = planOf(f.Region)
		if c.plan == nil {
			c.plan = planOf(canonicalRegion(f.Region))
		}
	}
	if c.plan != nil && c.plan.trunk == "0" {
		c.areaCode = strings.TrimPrefix(c.areaCode, "0") // 030 is what people call Berlin's; no area code there begins with 0
	}
	return c
}
