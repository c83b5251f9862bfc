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
	Form     Form `json:"form,omitempty"`
	ZeroLost bool `json:"zero_lost,omitempty"` // no value starts with 0: leading zeros were lost
}

// ColumnEvidence gathers how the values of one column are written; its zero value is ready.
type ColumnEvidence struct {
	values, zeros   int // texts with digits and no plus; those that start with 0
	national, digit int // texts valid as the one and not as the other
}

// Observe counts one value of the column.
func (e *ColumnEvidence) Observe(raw string, ctx FieldContext) {
	text := unquote(clean(raw))
	if text == "" || text[0] == '+' || !hasDigit(text) {
		return
	}
	e.values++
	if text[0] == '0' || len(text) > 1 && text[0] == '(' && text[1] == '0' {
		e.zeros++
	}
	digits := onlyDigits(text)
	if digits == "" {
		return
	}
	e.count(digits, newContext(ctx))
}

// count notes whether digits are valid as a national number only or as an international one only.
func (e *ColumnEvidence) count(digits string, c context) {
	if c.plan == nil {
		return
	}
	_, abroad := readCoded(digits)
	c.column = Column{Form: FormNational}
	switch home := c.readDigits(digits).n > 0; {
	case home && !abroad:
		e.national++
	case abroad && !home:
		e.digit++
	}
}

// agreement is the share of clear values that must agree before they decide the doubtful ones, in percent.
const agreement = 90

// Decide gives what the column shows.
func (e *ColumnEvidence) Decide() Column {
	var c Column
	clear := e.national + e.digit
	switch {
	case clear == 0:
	case e.national*100 >= clear*agreement:
		c.Form = FormNational
	case e.digit*100 >= clear*agreement:
		c.Form = FormDigits
	}
	c.ZeroLost = e.values > 1 && e.zeros == 0 && c.Form != FormDigits
	return c
}

// onlyDigits gives the digits of a text that has nothing but digits and punctuation of numbers.
func onlyDigits(s string) string {
	digits, _, _ := callerDigits(s)
	return digits
}
