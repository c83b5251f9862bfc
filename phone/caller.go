package phone

import (
	"errors"
	"slices"
	"strings"
)

// NumberForm says how a phone system writes numbers.
type NumberForm string

// The number forms of phone systems.
const (
	FormAuto       NumberForm = "auto"        // both national and international digits are looked up
	FormE164       NumberForm = "e164"        // with plus
	FormE164Digits NumberForm = "e164_digits" // international digits without plus
	FormAsNational NumberForm = "national"
)

// SystemForm is how one phone system sends numbers; its zero value reads only numbers with plus or 00.
type SystemForm struct {
	Form            NumberForm // "" means auto
	Region          string     // ISO 3166 alpha-2
	AreaCode        string     // for local numbers, without trunk prefix; "" = none
	OutsidePrefix   string     // sent before outside numbers; "" = none
	InternalLengths []int      // how many digits internal numbers have; empty = 2 to 4 in auto form
}

// CallerKind says what a phone system sent.
type CallerKind string

// The kinds of callers.
const (
	CallerNumber   CallerKind = "number"
	CallerWithheld CallerKind = "withheld"
	CallerInternal CallerKind = "internal"
	CallerInvalid  CallerKind = "invalid"
)

// Candidate is one number to look up.
type Candidate struct {
	Number Number
	How    string
}

// Reading is what was understood of a caller's number. Candidates must all be looked up, folded; the caller of this API
// answers only if they have exactly one distinct hit. The first is preferred for display.
type Reading struct {
	Raw      string
	Cleaned  string // what was left without address, display name and outside prefix
	Kind     CallerKind
	Internal string // digits of an internal number
	Steps    []string

	candidates [4]Candidate
	count      int
}

// maxCaller is the longest number of a caller, in characters; a text around it may have 512.
const maxCaller = 64

// stepAddress says that the number was the user part of an address.
const stepAddress = "address"

// ErrTooLong is the only error of Caller: a text of more than 512 characters or a number of more than 64.
var ErrTooLong = errors.New("number too long")

// Candidates gives the numbers to look up, best first.
func (r *Reading) Candidates() []Candidate { return r.candidates[:r.count] }

func (r *Reading) add(n Number, how string) {
	for i := range r.count {
		if r.candidates[i].Number == n {
			return
		}
	}
	if r.count < len(r.candidates) && !n.IsZero() {
		r.candidates[r.count] = Candidate{n, how}
		r.count++
	}
}

// Caller reads what a phone system sent. A plus with 7 to 15 digits is only packed, not checked: it is looked up as it
// stands. Where that misses, CallerCanonical reads it with the numbering plan (Italian zeros, "+49 (0)151").
func Caller(raw string, sys SystemForm) (Reading, error) {
	if n, ok := literal(raw); ok {
		r := Reading{Raw: raw, Cleaned: raw, Kind: CallerNumber}
		r.add(n, howAsItStands)
		return r, nil
	}
	return CallerCanonical(raw, sys)
}

// literal reads a plus and 7 to 15 digits.
func literal(s string) (Number, bool) {
	if len(s) < 8 || len(s) > maxE164+1 || s[0] != '+' {
		return Number{}, false
	}
	n, ok := pack(s[1:])
	return n, ok && n.code() != 0
}

// CallerCanonical reads what a phone system sent with the numbering plan in every case.
func CallerCanonical(raw string, sys SystemForm) (r Reading, err error) {
	r = Reading{Raw: raw, Kind: CallerInvalid}
	defer func() {
		if recover() != nil { // a poison text is no number, and no fault of the phone system
			r, err = Reading{Raw: clip(raw), Kind: CallerInvalid}, nil
		}
	}()
	if overlong(raw, maxText) {
		return r, ErrTooLong
	}
	r.Cleaned = r.unwrap(raw)
	if overlong(r.Cleaned, maxCaller) {
		return r, ErrTooLong
	}
	r.classify(sys)
	return r, nil
}

func (r *Reading) step(word string) { r.Steps = append(r.Steps, word) }

// unwrap takes the number out of what stands around it: display name, sip: or tel: address, parameters.
func (r *Reading) unwrap(raw string) string {
	s := blankPlus(raw, clean(raw))
	if user, ok := addressUser(s); ok {
		r.step(stepAddress)
		s = user
	}
	if i := strings.LastIndexByte(s, '#'); i >= 0 && i+1 < len(s) && i < 4 {
		r.step("line_prefix") // "L0#…", "*31#…"
		s = s[i+1:]
	}
	s = strings.Trim(s, " \"'<>;")
	if i := strings.IndexAny(s, "@;,"); i > 0 {
		r.step("parameters")
		s = strings.TrimSpace(s[:i])
	}
	return s
}

// blankPlus restores a plus that a URL's decoding turned into a blank: a blank and then a calling code.
func blankPlus(raw, cleaned string) string {
	if len(raw) > 7 && raw[0] == ' ' && raw[1] >= '1' && raw[1] <= '9' && isDigits(cleaned) {
		if n, ok := pack(cleaned); ok && n.valid() {
			return "+" + cleaned
		}
	}
	return cleaned
}

func (r *Reading) classify(sys SystemForm) {
	if isWithheld(r.Cleaned) {
		r.Kind = CallerWithheld
		return
	}
	outside := r.cutOutside(sys.OutsidePrefix)
	if !outside && r.internal(sys) {
		return
	}
	digits, plus, ok := callerDigits(r.Cleaned)
	switch {
	case ok:
		r.lookUp(digits, plus, sys)
	case !slices.Contains(r.Steps, stepAddress):
		r.readText(sys)
	}
	if r.count > 0 {
		r.Kind = CallerNumber
	}
}

// AsItStands reports whether the number was only packed, not read with the numbering plan: CallerCanonical may find more.
func (r *Reading) AsItStands() bool { return r.count == 1 && r.candidates[0].How == howAsItStands }
