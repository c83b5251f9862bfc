package follow

import (
	"strings"
)

// Side is what a channel leads to.
type Side int

// The sides.
const (
	Phone   Side = iota // a phone of the tenant
	Outside             // a line to the outside
	Helper              // made by the phone system between others; nobody is at it
)

// Rules say which channels lead outside. In a pattern * stands for any text; letter case does not matter.
type Rules struct {
	Contexts []string // of the dialplan, in which outside lines arrive
	Lines    []string // names of outside lines, whole ("SIP/carrier") or without their technology ("carrier")
}

// Side tells what a channel leads to that is of that name and arrived in that context.
func (r Rules) Side(name, context string) Side {
	_, short, found := strings.Cut(name, "/")
	if !found {
		short = name
	}
	if matchAny(r.Contexts, context) || matchAny(r.Lines, name) || matchAny(r.Lines, short) {
		return Outside
	}
	return Phone
}

func matchAny(patterns []string, text string) bool {
	for _, p := range patterns {
		if text != "" && match(strings.ToLower(strings.TrimSpace(p)), strings.ToLower(text)) {
			return true
		}
	}
	return false
}

// match compares a text with a pattern in which * stands for any text.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}

// Dialable tells whether a text can be a dialled number, and not a label of the dialplan.
func Dialable(text string) bool {
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '+' && i == 0, c == '*', c == '#':
		default:
			return false
		}
	}
	return digits > 0
}
