package tenant

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/wording"
)

// System is a phone system of a tenant and how it writes numbers.
type System struct {
	ID              SystemID             `json:"id"`
	Tenant          ID                   `json:"tenant"`
	Name            string               `json:"name"` // unique in the tenant
	NumberForm      phone.NumberForm     `json:"number_form"`
	Region          string               `json:"region,omitempty"`           // "" = the tenant's
	AreaCode        string               `json:"area_code,omitempty"`        // without the trunk 0
	OutsidePrefix   string               `json:"outside_prefix,omitempty"`   // sent before outside numbers
	InternalLengths []int                `json:"internal_lengths,omitempty"` // digits of its internal numbers
	NameTemplate    string               `json:"name_template,omitempty"`    // of /v1/name
	NameMax         int                  `json:"name_max,omitempty"`         // characters; 0 = not limited
	NameASCII       bool                 `json:"name_ascii,omitempty"`       // fold to ASCII
	LookupTemplate  string               `json:"lookup_template,omitempty"`  // JSON of /v1/lookup for somebody known
	LookupNone      string               `json:"lookup_none,omitempty"`      // and for nobody
	Lines           map[string]string    `json:"lines,omitempty"`            // settings of [LineOptions], without secrets
	SecretsSet      map[string]time.Time `json:"secrets_set,omitempty"`      // which secrets there are, since when
	Created         time.Time            `json:"created"`
}

// DefaultSystem is the name of the phone system a tenant starts with.
const DefaultSystem = "default"

// FormAuto is the number form a phone system starts with.
const FormAuto = phone.FormAuto

// Form is how it writes numbers, in the tenant's region where it has none of its own.
func (s System) Form(region string) phone.SystemForm {
	return phone.SystemForm{
		Form: s.NumberForm, Region: cmp.Or(s.Region, region), AreaCode: s.AreaCode,
		OutsidePrefix: s.OutsidePrefix, InternalLengths: s.InternalLengths,
	}
}

// SystemOptions declares the settings of a phone system, for forms, commands and the admin API.
func SystemOptions() option.Set {
	name, longest, longestShape := 60, 1000, 4000
	return append(option.Set{
		{Name: "name", Title: "Name", Required: true, Max: &name},
		{
			Name: "number-form", Title: "How it writes numbers", Type: option.OneOf, Default: string(phone.FormAuto),
			Choices: []option.Choice{
				{Value: string(phone.FormAuto), Title: "Any of these"},
				{Value: string(phone.FormE164), Title: "+31201234567"},
				{Value: string(phone.FormE164Digits), Title: "31201234567"},
				{Value: string(phone.FormAsNational), Title: "0201234567"},
			},
		},
		{Name: "region", Title: "Country", Type: option.Region, Help: "Where it is, if not in the tenant's country."},
		{Name: "area-code", Title: "Area code", Pattern: `[0-9]{1,6}`, Example: "20", Help: "Without the leading 0; for callers shown without it."},
		{Name: "outside-prefix", Title: "Outside-line prefix", Pattern: `[0-9*#]{1,4}`, Example: "0", Help: "What it sends before outside numbers."},
		{
			Name: "internal-length", Title: "Lengths of internal numbers", Example: "3-4",
			Pattern: `[0-9]{1,2}( *- *[0-9]{1,2})?( *, *[0-9]{1,2}( *- *[0-9]{1,2})?)*`, Help: "Such as 3, 3-4 or 2,4.",
		},
		{Name: "name-template", Title: "Caller name shown", Max: &longest, Advanced: true, Example: "$(DisplayName) $(Company)"},
		{Name: "name-max", Title: "Longest name", Type: option.Integer, Min: new(int), Max: &longest, Advanced: true},
		{Name: "name-ascii", Title: "Plain letters only", Type: option.Boolean, Advanced: true},
		{
			Name: "lookup-template", Title: "Answer in JSON for somebody known", Max: &longestShape, Advanced: true,
			Example: `{"contacts":[{"id":"$(Identifier)","name":"$(DisplayName)","number":"$(Number)"}]}`,
			Help:    "Of /v1/lookup, for phone systems that want a shape of their own. Values: " + strings.Join(LookupFields(), ", ") + ".",
		},
		{Name: "lookup-none", Title: "Answer in JSON for nobody", Max: &longestShape, Advanced: true, Example: `{"contacts":[]}`},
	}, LineOptions()...)
}

// FormOf is how a phone system with these settings would write numbers, whether they are kept or not. Errors are those of
// [Directory.SetSystem].
func FormOf(settings map[string]string, region string) (phone.SystemForm, error) {
	var s System
	err := s.apply(settings, changingSettings)
	return s.Form(region), err
}

// apply checks settings and writes them into the phone system. Errors wrap [ErrInvalid] and [option.Problems].
func (s *System) apply(settings map[string]string, rule settingsRule) error {
	read := SystemOptions().Change
	if rule == addingSettings {
		read = SystemOptions().Validate
	}
	values, err := read(settings)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for name, text := range values {
		if p := s.set(name, text); p != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, option.Problems{*p})
		}
	}
	return nil
}

func (s *System) set(name, text string) *option.Problem {
	value := option.Values{name: text}
	switch name {
	case "name":
		s.Name = text
	case "number-form":
		s.NumberForm = phone.NumberForm(text)
		if text == "" {
			s.NumberForm = phone.FormAuto
		}
	case "region":
		s.Region = text
	case "area-code":
		s.AreaCode = text
	case "outside-prefix":
		s.OutsidePrefix = text
	case "internal-length":
		lengths, ok := parseLengths(text)
		if !ok {
			return &option.Problem{Option: name, Code: option.CodeRange, Text: wording.New("tenant.must_lengths_between_1_9", "must be lengths between 1 and 9"), Hint: wording.New("tenant.example_3_4", "for example 3-4")}
		}
		s.InternalLengths = lengths
	case "name-template":
		s.NameTemplate = text
		_, err := scripts.ParseText(text, scripts.Names{Fields: scripts.CommonFields()})
		return templateProblem(name, text, err)
	case "name-max":
		s.NameMax = value.Int(name)
	case "name-ascii":
		s.NameASCII = value.Bool(name)
	case "lookup-template":
		s.LookupTemplate = text
		_, err := scripts.ParseBody(scripts.JSONBody, text, scripts.Names{Fields: LookupFields()})
		return templateProblem(name, text, err)
	case "lookup-none":
		s.LookupNone = text
		if text != "" && !json.Valid([]byte(text)) {
			return &option.Problem{Option: name, Code: option.CodeMalformed, Text: wording.New("tenant.not_json", "is not JSON"), Hint: wording.New("tenant.example_contacts", `for example {"contacts":[]}`)}
		}
	default:
		s.setLine(name, text)
	}
	return nil
}

// LookupFields are what an answer of /v1/lookup may hold.
func LookupFields() []string {
	return scripts.CommonFields("Number", "E164", "National", "Line", "Label", "RecordType")
}

func templateProblem(name, text string, err error) *option.Problem {
	if text == "" || err == nil {
		return nil
	}
	return &option.Problem{Option: name, Code: option.CodeMalformed, Text: wording.Of(err)}
}

// maxInternal is the longest internal number: longer ones cannot be told from local ones.
const maxInternal = 9

// parseLengths reads "3-4" or "2,4" as a sorted list of lengths; "" is none.
func parseLengths(text string) ([]int, bool) {
	var lengths []int
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		first, last, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(strings.TrimSpace(first))
		to := from
		if err == nil && isRange {
			to, err = strconv.Atoi(strings.TrimSpace(last))
		}
		if err != nil || from < 1 || to > maxInternal || from > to {
			return nil, false
		}
		for n := from; n <= to; n++ {
			lengths = append(lengths, n)
		}
	}
	slices.Sort(lengths)
	return slices.Compact(lengths), true
}
