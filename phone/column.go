package phone

// Form says how the values of a column are written, as far as the column itself shows.
type Form string

// The forms a column can have.
const (
	FormUndecided Form = ""
	FormNational  Form = "national" // digits without a plus are national numbers
	FormDigits    Form = "digits"   // digits without a plus begin with a calling code
)

// Column is what the other values of a column decide about a doubtful one. The zero value stands for a text read alone.
type Column struct {
	Form     Form   `json:"form,omitempty"`
	ZeroLost bool   `json:"zero_lost,omitempty"` // no value starts with 0 and nearly all are whole numbers without it
	Region   string `json:"region,omitempty"`    // of two rival regions, the one the national values are of
}

// ColumnEvidence gathers how the values of one column are written; its zero value is ready.
type ColumnEvidence struct {
	plain, zeros    int // texts without plus; those that start with 0
	whole           int // those that are long enough not to be local numbers
	national, coded int // valid without plus as a national number only; with a calling code only
	either          int // valid in both ways
	home, away      int // valid in one of two rival regions only
	region, second  string
}

// Observe counts one value of the column.
func (e *ColumnEvidence) Observe(raw string, ctx FieldContext) {
	digits, ok := plainDigits(raw)
	if !ok {
		return
	}
	e.plain++
	if digits[0] == '0' {
		e.zeros++
	}
	here, there := newContext(FieldContext{Region: ctx.Region}), newContext(FieldContext{Region: ctx.Rival})
	if len(digits) > maxLocal || here.plan != nil && len(digits) >= here.plan.fixedMax {
		e.whole++
	}
	e.countForm(digits, here, there)
	e.countRegion(digits, ctx)
}

// plainDigits gives the digits of a value that is one number without a plus, also as a spreadsheet writes it.
func plainDigits(raw string) (string, bool) {
	text := unquote(clean(raw))
	if text == "" || len(raw) > maxText || text[0] == '+' {
		return "", false
	}
	if digits, lossy, ok := sheetNumber(text); ok {
		return digits, !lossy && len(digits) > 4
	}
	digits, plus, ok := callerDigits(text)
	return digits, ok && !plus && len(digits) > 4
}

// countForm notes whether digits are valid as a national number of a region or its rival, with a calling code, or both.
func (e *ColumnEvidence) countForm(digits string, regions ...context) {
	national, known := false, false
	for _, c := range regions {
		if c.plan != nil {
			known, c.only = true, FormNational
			national = national || c.readDigits(digits).n > 0
		}
	}
	_, coded := readCoded(digits)
	switch {
	case !known:
	case national && coded:
		e.either++
	case national:
		e.national++
	case coded:
		e.coded++
	}
}

// countRegion notes in which of two rival regions digits are valid.
func (e *ColumnEvidence) countRegion(digits string, ctx FieldContext) {
	if ctx.Rival == "" || ctx.Rival == ctx.Region {
		return
	}
	e.region, e.second = ctx.Region, ctx.Rival
	here, there := newContext(FieldContext{Region: ctx.Region}), newContext(FieldContext{Region: ctx.Rival})
	switch home, away := here.readDigits(digits).n > 0, there.readDigits(digits).n > 0; {
	case home && !away:
		e.home++
	case away && !home:
		e.away++
	}
}

// agreement is the share of clear values, in percent, that must agree before they decide the doubtful ones.
const agreement = 90

// most reports whether part is at least the agreed share of all.
func most(part, all int) bool { return all > 0 && part*100 >= all*agreement }

// Decide gives what the column shows.
func (e *ColumnEvidence) Decide() Column {
	var c Column
	switch {
	case most(e.national, e.national+e.coded):
		c.Form = FormNational
	case most(e.coded, e.national+e.coded) && most(e.coded+e.either, e.plain):
		c.Form = FormDigits
	}
	c.ZeroLost = e.plain > 1 && e.zeros == 0 && c.Form != FormDigits && most(e.whole, e.plain)
	switch {
	case (e.home+e.away)*100 < e.plain: // a typing error or two are no evidence
	case most(e.home, e.home+e.away):
		c.Region = e.region
	case most(e.away, e.home+e.away):
		c.Region = e.second
	}
	return c
}
