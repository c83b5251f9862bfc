package presets

import "strings"

// Condition asks a question about a value: whether what a selector picks is true, or whether it is or is not a literal.
//
//	condition = selector | path ( "==" | "!=" ) literal        path and literal as in a selector's filter
type Condition struct {
	text   string
	truth  Selector
	filter *filter
}

// ParseCondition reads a condition; its error says what is wrong, in words.
func ParseCondition(s string) (Condition, error) {
	if sel, err := ParseSelector(s); err == nil || !strings.Contains(s, "==") && !strings.Contains(s, "!=") {
		return Condition{text: s, truth: sel}, err
	}
	p := selectorParser{rest: s + ")"}
	f, err := p.filter()
	if err != nil {
		return Condition{}, err
	}
	return Condition{text: s, filter: f}, nil
}

// IsZero reports that there is no condition.
func (c Condition) IsZero() bool { return c.text == "" }

// Of is the condition's answer for a value. What is not there is not true and equals null only.
func (c Condition) Of(v Value) bool {
	if c.filter != nil {
		return c.filter.holds(v)
	}
	return !c.truth.IsZero() && c.truth.First(v).Truth()
}

// Selector is what the condition looks at.
func (c Condition) Selector() Selector {
	if c.filter != nil {
		return Selector{text: c.text, steps: c.filter.path}
	}
	return c.truth
}
