package webconfig

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// form is a form made of declared options, as {{template "fields" …}} shows it.
type form struct {
	Fields   []field
	Advanced []field
	Problems []formProblem // for {{template "summary" …}} on top
}

// field is one option with its value.
type field struct {
	ID, Name, Label, Help, Example, Value string

	Kind     string // text, email, url, number, secret, area, boolean, choice
	Required bool
	Choices  []option.Choice
	Since    string // of a secret that is set: when
	Problem  string
}

// wrong notes a problem; an example it gives is not given twice.
func (d *field) wrong(problem string) {
	if d.Problem = problem; strings.Contains(problem, d.Example) {
		d.Example = ""
	}
}

// formProblem is a line of the summary, which leads to its field. ID is "" for what no single field is at fault for.
type formProblem struct{ ID, Label, Text string }

// formInput is what a form is made of besides its declarations.
type formInput struct {
	Values  map[string]string
	Secrets map[string]time.Time // which are set, since when
	Err     error                // what was wrong with the values, with option.Problems in its chain
	// Words translates an option; nil takes it as it is declared.
	Words func(o option.Option) option.Option
}

// prefix keeps the names of options apart from those of a page's own fields.
const prefix = "o."

// form makes a form.
func (q *request) form(set option.Set, in formInput) form {
	var f form
	var problems option.Problems
	if in.Err != nil && !errors.As(in.Err, &problems) {
		f.Problems = append(f.Problems, formProblem{Text: q.told(wording.Of(in.Err))})
	}
	for _, o := range set {
		if in.Words != nil {
			o = in.Words(o)
		}
		d := q.field(o, in)
		if p, ok := problems.Of(o.Name); ok {
			d.wrong(q.problemText(p))
			f.Problems = append(f.Problems, formProblem{d.ID, d.Label, d.Problem})
		}
		if o.Advanced && d.Problem == "" {
			f.Advanced = append(f.Advanced, d)
		} else {
			f.Fields = append(f.Fields, d)
		}
	}
	for _, p := range problems {
		if _, ok := set.Find(p.Option); !ok {
			f.Problems = append(f.Problems, formProblem{Label: p.Option, Text: q.problemText(p)})
		}
	}
	return f
}

func (q *request) field(o option.Option, in formInput) field {
	d := field{
		ID: "o-" + strings.ReplaceAll(o.Name, "_", "-"), Name: prefix + o.Name, Label: o.Label(), Help: o.Help, Example: o.Example,
		Kind: controlOf(o), Required: o.Required, Choices: o.Choices,
	}
	if o.IsSecret() {
		if since, set := in.Secrets[o.Name]; set {
			d.Since, d.Required = q.words.Date(since, q.zone()), false
			if since.IsZero() {
				d.Since = "…" // nobody knows since when
			}
		}
		return d
	}
	if d.Kind == "choice" && o.Default != "" { // there is always one chosen
		d.Required = true
	}
	value, given := in.Values[o.Name]
	if !given {
		value = o.Default
	}
	if o.List {
		value = strings.Join(option.Values{o.Name: value}.List(o.Name), "\n")
	}
	d.Value = value
	return d
}

// controlOf says what kind of control an option has.
func controlOf(o option.Option) string {
	switch {
	case o.IsSecret():
		return "secret"
	case o.List:
		return "area"
	}
	switch o.Kind() {
	case option.Boolean:
		return "boolean"
	case option.OneOf:
		return "choice"
	case option.Integer:
		return "number"
	case option.Email:
		return "email"
	}
	return "text"
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// values reads back what a form of these options says. A secret left empty stays as it is and is not among them; a box that is not
// ticked is false.
func (q *request) values(set option.Set) map[string]string {
	out := map[string]string{}
	posted, err := q.FormParams()
	if err != nil {
		return out
	}
	for _, o := range set {
		text, given := posted[prefix+o.Name]
		switch {
		case o.Kind() == option.Boolean:
			out[o.Name] = map[bool]string{true: "true", false: "false"}[slices.Contains(text, "true")]
		case !given, o.IsSecret() && text[0] == "":
		default:
			out[o.Name] = text[0]
		}
	}
	return out
}

// joined is a list as a form holds it.
func joined(list []string) string { return strings.Join(list, "\n") }
