package option

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLength bounds a value of any type, in bytes. Longer is a pasted file, not a setting.
const maxLength = 64 << 10

// Read checks one value and returns it in its canonical spelling. Empty is not a problem here; see [Set.Validate].
func (o Option) Read(raw string) (string, *Problem) {
	if o.Kind() != Secret {
		raw = strings.TrimSpace(raw)
	}
	if raw == "" {
		return "", nil
	}
	if len(raw) > maxLength || !utf8.ValidString(raw) {
		return "", o.problem(CodeMalformed, "is too long or not text")
	}
	if !o.List {
		return o.readOne(raw)
	}
	var list []string
	for _, element := range split(raw) {
		text, problem := o.readOne(element)
		if problem != nil {
			return "", problem
		}
		list = append(list, text)
	}
	return join(list), nil
}

func (o Option) readOne(raw string) (string, *Problem) {
	text, problem := o.readType(raw)
	if problem != nil {
		return "", problem
	}
	if !o.matches(text) {
		return "", o.problem(CodeMalformed, "does not have the expected form")
	}
	return text, nil
}

// readType is one row per type.
func (o Option) readType(raw string) (string, *Problem) {
	switch o.Kind() {
	case Text, Secret, Path:
		return o.readText(raw)
	case Hostname:
		return o.orMalformed(readHostname(raw), "must be a host name such as crm.example.com, without https:// or a path")
	case URL:
		return o.orMalformed(o.readURL(raw), "must be a full address that starts with https:// and holds no password")
	case Email:
		return o.orMalformed(readEmail(raw), "must be an e-mail address")
	case Integer:
		return o.readInteger(raw)
	case Boolean:
		return o.orMalformed(readBoolean(raw), "must be true or false")
	case Duration:
		return o.readDuration(raw)
	case OneOf:
		return o.readChoice(raw)
	case Region:
		return o.orMalformed(readRegion(raw), "must be a country code of two letters, such as NL")
	case CIDR:
		return o.orMalformed(readCIDR(raw), "must be an address range such as 10.0.0.0/8")
	}
	return "", o.problem(CodeMalformed, fmt.Sprintf("has the unknown type %q", o.Type))
}

func (o Option) readText(raw string) (string, *Problem) {
	if strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }) {
		return "", o.problem(CodeMalformed, "holds control characters")
	}
	if n := utf8.RuneCountInString(raw); !o.within(n) {
		return "", o.problem(CodeRange, "must be "+o.bounds("characters long"))
	}
	return raw, nil
}

func (o Option) readInteger(raw string) (string, *Problem) {
	n, err := strconv.Atoi(raw)
	if err != nil {
		return "", o.problem(CodeMalformed, "must be a whole number")
	}
	if !o.within(n) {
		return "", o.problem(CodeRange, "must be "+o.bounds(""))
	}
	return strconv.Itoa(n), nil
}

func (o Option) readDuration(raw string) (string, *Problem) {
	d, err := parseDuration(raw)
	if err != nil {
		return "", o.problem(CodeMalformed, "must be a time span such as 90s, 15m, 2h or 7d")
	}
	if !o.within(int(d.Seconds())) {
		return "", o.problem(CodeRange, "must be "+o.bounds("seconds"))
	}
	return formatDuration(d), nil
}

func (o Option) readChoice(raw string) (string, *Problem) {
	for _, c := range o.Choices {
		if strings.EqualFold(c.Value, raw) {
			return c.Value, nil
		}
	}
	p := o.problem(CodeChoice, "must be one of "+strings.Join(o.choiceValues(), ", "))
	if n := Nearest(raw, o.choiceValues()); n != "" {
		p.Hint = fmt.Sprintf("did you mean %s?", n)
	}
	return "", p
}

func (o Option) choiceValues() []string {
	values := make([]string, len(o.Choices))
	for i, c := range o.Choices {
		values[i] = c.Value
	}
	return values
}

func (o Option) orMalformed(text, should string) (string, *Problem) {
	if text == "" {
		return "", o.problem(CodeMalformed, should)
	}
	return text, nil
}

func (o Option) problem(code Code, text string) *Problem {
	return &Problem{Option: o.Name, Code: code, Text: text, Hint: o.exampleHint()}
}

func (o Option) exampleHint() string {
	if o.Example == "" || o.IsSecret() {
		return ""
	}
	return "for example " + o.Example
}

func (o Option) matches(text string) bool {
	if o.Pattern == "" {
		return true
	}
	whole, err := regexp.Compile(anchored(o.Pattern))
	return err == nil && whole.MatchString(text)
}

// anchored makes a pattern match the whole value; Go reads $ as the very end of the text.
func anchored(pattern string) string { return "^(?:" + pattern + ")$" }

func (o Option) within(n int) bool {
	return (o.Min == nil || n >= *o.Min) && (o.Max == nil || n <= *o.Max)
}

func (o Option) bounds(unit string) string {
	text := ""
	switch {
	case o.Min != nil && o.Max != nil:
		text = fmt.Sprintf("between %d and %d", *o.Min, *o.Max)
	case o.Min != nil:
		text = fmt.Sprintf("at least %d", *o.Min)
	case o.Max != nil:
		text = fmt.Sprintf("at most %d", *o.Max)
	}
	return strings.TrimSpace(text + " " + unit)
}
