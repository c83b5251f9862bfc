package option

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ringdex/ringdex/wording"
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
		return "", o.problem(CodeMalformed, wording.New("option.too_long_not_text", "is too long or not text"))
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
		return "", o.problem(CodeMalformed, wording.New("option.does_not_have_expected_form", "does not have the expected form"))
	}
	return text, nil
}

// readType is one row per type.
func (o Option) readType(raw string) (string, *Problem) {
	switch o.Kind() {
	case Text, Secret, Path:
		return o.readText(raw)
	case Hostname:
		return o.orMalformed(readHostname(raw), wording.New("option.must_host_name_such_as", "must be a host name such as crm.example.com, without https:// or a path"))
	case URL:
		return o.orMalformed(o.readURL(raw), wording.New("option.must_full_address_starts_https", "must be a full address that starts with https:// and holds no password"))
	case Email:
		return o.orMalformed(readEmail(raw), wording.New("option.must_e_mail_address", "must be an e-mail address"))
	case Integer:
		return o.readInteger(raw)
	case Boolean:
		return o.orMalformed(readBoolean(raw), wording.New("option.must_true_false", "must be true or false"))
	case Duration:
		return o.readDuration(raw)
	case OneOf:
		return o.readChoice(raw)
	case Region:
		return o.orMalformed(readRegion(raw), wording.New("option.must_country_code_two_letters", "must be a country code of two letters, such as NL"))
	case CIDR:
		return o.orMalformed(readCIDR(raw), wording.New("option.must_address_range_such_as", "must be an address range such as 10.0.0.0/8"))
	}
	return "", o.problem(CodeMalformed, wording.New("option.has_unknown_type_value", `has the unknown type "{Value}"`, "Value", o.Type))
}

func (o Option) readText(raw string) (string, *Problem) {
	if strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }) {
		return "", o.problem(CodeMalformed, wording.New("option.holds_control_characters", "holds control characters"))
	}
	if n := utf8.RuneCountInString(raw); !o.within(n) {
		return "", o.problem(CodeRange, o.bounds(wording.New("option.characters", "characters long")))
	}
	return raw, nil
}

func (o Option) readInteger(raw string) (string, *Problem) {
	n, err := strconv.Atoi(raw)
	if err != nil {
		return "", o.problem(CodeMalformed, wording.New("presets.must_whole_number", "must be a whole number"))
	}
	if !o.within(n) {
		return "", o.problem(CodeRange, o.bounds(wording.Text{}))
	}
	return strconv.Itoa(n), nil
}

func (o Option) readDuration(raw string) (string, *Problem) {
	d, err := parseDuration(raw)
	if err != nil {
		return "", o.problem(CodeMalformed, wording.New("option.must_time_span_such_as", "must be a time span such as 90s, 15m, 2h or 7d"))
	}
	if !o.within(int(d.Seconds())) {
		return "", o.problem(CodeRange, o.bounds(wording.New("option.seconds", "seconds")))
	}
	return formatDuration(d), nil
}

func (o Option) readChoice(raw string) (string, *Problem) {
	for _, c := range o.Choices {
		if strings.EqualFold(c.Value, raw) {
			return c.Value, nil
		}
	}
	p := o.problem(CodeChoice, wording.New("option.one_of", "must be one of {List}", "List", strings.Join(o.choiceValues(), ", ")))
	if n := Nearest(raw, o.choiceValues()); n != "" {
		p.Hint = didYouMean(n)
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

func (o Option) orMalformed(text string, should wording.Text) (string, *Problem) {
	if text == "" {
		return "", o.problem(CodeMalformed, should)
	}
	return text, nil
}

func (o Option) problem(code Code, text wording.Text) *Problem {
	return &Problem{Option: o.Name, Code: code, Text: text, Hint: o.exampleHint()}
}

// Missing is the problem of a required option that is empty.
func (o Option) Missing() Problem {
	return *o.problem(CodeMissing, wording.New("option.required", "is required"))
}

func (o Option) exampleHint() wording.Text {
	if o.Example == "" || o.IsSecret() {
		return wording.Text{}
	}
	return wording.New("option.example", "for example {Example}", "Example", o.Example)
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

// bounds says what a number of units must be.
func (o Option) bounds(unit wording.Text) wording.Text {
	switch {
	case o.Min != nil && o.Max != nil && unit.IsZero():
		return wording.New("option.between", "must be between {Min} and {Max}", "Min", *o.Min, "Max", *o.Max)
	case o.Min != nil && o.Max != nil:
		return wording.New("option.between_units", "must be between {Min} and {Max} {Unit}", "Min", *o.Min, "Max", *o.Max, "Unit", unit)
	case o.Min != nil && unit.IsZero():
		return wording.New("option.at_least", "must be at least {Min}", "Min", *o.Min)
	case o.Min != nil:
		return wording.New("option.at_least_units", "must be at least {Min} {Unit}", "Min", *o.Min, "Unit", unit)
	case unit.IsZero():
		return wording.New("option.at_most", "must be at most {Max}", "Max", *o.Max)
	}
	return wording.New("option.at_most_units", "must be at most {Max} {Unit}", "Max", *o.Max, "Unit", unit)
}

func didYouMean(name string) wording.Text {
	return wording.New("option.did_you_mean", "did you mean {Name}?", "Name", name)
}
