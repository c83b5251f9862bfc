package webconfig

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/setup"
)

// wizardField is an option with what the CRM has for it.
type wizardField struct {
	field
	Many   bool // several of the choices
	Chosen []string
	Load   bool // the CRM can be asked for choices
	Loaded bool
}

// Plain is the option's own name.
func (f wizardField) Plain() string { return strings.TrimPrefix(f.Name, prefix) }

// Has tells whether a choice is chosen.
func (f wizardField) Has(value string) bool { return slices.Contains(f.Chosen, value) }

// crmOptions are the options of the step: those asked for first, a tenant's own app, and what is seldom changed.
type crmOptions struct{ first, app, advanced option.Set }

func (o crmOptions) all() option.Set { return slices.Concat(o.first, o.app, o.advanced) }

func (w *Web) crmOptions(q *request, d *draft) (crmOptions, error) {
	var out crmOptions
	set, err := w.Setup.Inherited(q.ctx(), d.Tenant, d.preset)
	if err != nil {
		return out, err
	}
	needed, _, err := w.Setup.SignIn(q.ctx(), d.Integration)
	if err != nil {
		return out, err
	}
	var app option.Set // what an app registered at the CRM is known by: without it nobody can sign in
	for _, o := range d.preset.Options {
		switch {
		case needed && o.ForOperator() && !o.Advanced && o.Default == "" && !slices.Contains(set, o.Name):
			o.Required = true
			app = append(app, o)
		case o.ForOperator() && slices.Contains(set, o.Name):
			o.Required, o.Default = false, "" // what counts is what the operator set
			out.app = append(out.app, o)
		case o.Kind() == option.Path && d.Integration.Options[o.Name] == "" && d.preset.Kind == "file":
			o.Advanced = true
			out.advanced = append(out.advanced, o)
		case o.Advanced:
			out.advanced = append(out.advanced, o)
		default:
			out.first = append(out.first, o)
		}
	}
	needs := 1 + last(out.first, func(o option.Option) bool { return o.Required })
	out.first = slices.Insert(out.first, needs, app...)
	if !d.preset.Reads() {
		return out, nil
	}
	for _, o := range setup.Common() {
		if _, own := d.preset.Options.Find(o.Name); own || o.Name == "pushed" && !d.preset.Opens() || o.Name == "objects" && len(d.preset.Streams) < 2 && len(d.Objects) == 0 {
			continue
		}
		out.advanced = append(out.advanced, q.commonWords(o))
	}
	return out, nil
}

// last is the index of the last option that is so, -1 if none is.
func last(set option.Set, so func(option.Option) bool) int {
	for n, o := range slices.Backward(set) {
		if so(o) {
			return n
		}
	}
	return -1
}

// commonWords are a common setting's texts in the person's language.
func (q *request) commonWords(o option.Option) option.Option {
	if key := "wizard.common_" + o.Name; q.words.Has(key) && q.words.Lang != "en" {
		o.Title, o.Help = q.T(key), q.T(key+"_help")
	}
	return o
}

func (w *Web) wizardField(q *request, d *draft, o option.Option, in formInput, known setupState) wizardField {
	f := wizardField{field: q.field(o, in)}
	if o.Name == "objects" {
		f.Kind, f.Many = "many", true
		for _, st := range d.preset.Streams {
			title := st.Title
			if title == "" {
				title = st.ID
			}
			f.Choices = append(f.Choices, option.Choice{Value: st.ID, Title: title})
		}
	}
	if slices.Contains(d.preset.Choosable(), o.Name) {
		f.Load = true
		if list, ok := known.choices[o.Name]; ok {
			f.Loaded, f.Choices, f.Many = true, list, o.List
			f.Kind = map[bool]string{true: "many", false: "choice"}[o.List]
		}
	}
	if f.Many {
		f.Chosen = option.Values{o.Name: strings.ReplaceAll(f.Value, "\n", ",")}.List(o.Name)
	}
	for _, value := range append(slices.Clone(f.Chosen), f.Value) { // what is set stays, though the CRM lists it no more
		if f.Loaded && value != "" && (!f.Many || slices.Contains(f.Chosen, value)) &&
			!slices.ContainsFunc(f.Choices, func(c option.Choice) bool { return c.Value == value }) {
			f.Choices = append(f.Choices, option.Choice{Value: value})
		}
	}
	return f
}

// crmValues reads the form. A list has all that was chosen, a secret that is to be removed is empty. What is as usual and was
// never set is left out, so that it is not set now.
func (q *request) crmValues(d *draft, set option.Set) map[string]string {
	out := q.values(set)
	form, err := q.FormParams()
	if err != nil {
		return out
	}
	for _, o := range set {
		switch {
		case o.List && len(form[prefix+o.Name]) > 0:
			out[o.Name] = strings.TrimSpace(strings.Join(form[prefix+o.Name], "\n"))
		case o.IsSecret() && form.Get("remove."+o.Name) != "":
			out[o.Name] = ""
		}
		usual := o.Default
		if o.Kind() == option.Boolean && usual == "" {
			usual = "false"
		}
		_, stored := d.Integration.Options[o.Name]
		if value, given := out[o.Name]; given && !stored && !o.IsSecret() && (value == usual || value == "") {
			if _, own := d.preset.Options.Find(o.Name); own {
				delete(out, o.Name)
			}
		}
	}
	return out
}

// missing is what has to be set before anybody can sign in.
func (w *Web) missing(q *request, d *draft) (list option.Problems, err error) {
	options, err := w.crmOptions(q, d)
	for _, o := range options.first {
		if _, secret := d.SecretsSet[o.Name]; o.Required && o.Default == "" && !secret && d.Integration.Options[o.Name] == "" {
			list = append(list, o.Missing())
		}
	}
	return list, err
}
