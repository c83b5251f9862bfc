package scripts

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// builder makes a template out of parts: it looks up names, asks a grammar for
// the place of each placeholder, and collects every mistake.
type builder struct {
	text  source
	known Names
	errs  SyntaxErrors
	out   Template
}

// grammar follows one kind of text through its positions. Both methods are told
// the offset in the clean text, for errors.
type grammar interface {
	// literal takes the next literal and returns it as it is to be written.
	literal(text string, at int) string
	// slot decides the place of the next placeholder.
	slot(s *slot)
	// end is called once after the last part.
	end(at int)
}

func (b *builder) fail(code Code, at int, what wording.Text) {
	b.errs = append(b.errs, b.text.failure(code, at, what, ""))
}

func (b *builder) suggest(code Code, at int, what wording.Text, suggestion string) {
	b.errs = append(b.errs, b.text.failure(code, at, what, suggestion))
}

// checkText refuses what no template of any kind may be.
func (b *builder) checkText() error {
	if len(b.text.given) > MaxLength {
		b.fail(CodeLength, 0, wording.New("scripts.longer_than_most_bytes", "longer than {Most} bytes", "Most", MaxLength))
		return b.errs
	}
	return nil
}

// build resolves the names and lets choose put everything in its place.
func (b *builder) build(parts []Part, choose func([]Part, []*slot)) (*Template, error) {
	slots := make([]*slot, len(parts))
	for i, p := range parts {
		if p.Kind != Literal {
			slots[i] = b.resolve(p)
		}
	}
	if len(b.errs) == 0 {
		choose(parts, slots)
	}
	if len(b.errs) > 0 {
		slices.SortStableFunc(b.errs, func(x, y *SyntaxError) int { return x.Offset - y.Offset })
		return nil, b.errs
	}
	return &b.out, nil
}

// walk leads a grammar through the parts and writes the template.
func (b *builder) walk(g grammar, parts []Part, slots []*slot) {
	for i, p := range parts {
		if p.Kind == Literal {
			b.add(g.literal(p.Text, p.Offset))
			continue
		}
		g.slot(slots[i])
		b.addSlot(slots[i])
	}
	g.end(len(b.text.clean))
}

func (b *builder) add(literal string) {
	if literal == "" {
		return
	}
	b.out.text += literal
	if last := len(b.out.pieces) - 1; last >= 0 && b.out.pieces[last].slot == nil {
		b.out.pieces[last].literal += literal
		return
	}
	b.out.pieces = append(b.out.pieces, piece{literal: literal})
}

func (b *builder) addSlot(s *slot) {
	b.out.text += s.String()
	if s.from != fromOption {
		b.out.data++
	}
	if last := len(b.out.pieces) - 1; last >= 0 && b.out.pieces[last].slot == nil {
		b.out.pieces[last].slot = s
		return
	}
	b.out.pieces = append(b.out.pieces, piece{slot: s})
}

func (b *builder) resolve(p Part) *slot {
	if p.Kind == CallInfo {
		return b.resolveProperty(p)
	}
	for _, name := range []string{p.written, p.Text} {
		if o, how := find(name, b.known.Options); how == matchOne {
			return &slot{from: fromOption, name: o, offset: p.Offset}
		}
	}
	return b.resolveField(p)
}

func (b *builder) resolveField(p Part) *slot {
	for _, name := range []string{p.written, p.Text} {
		field, how := find(name, b.known.Fields)
		switch how {
		case matchSeveral:
			b.suggest(CodeAmbiguous, p.Offset, wording.New("scripts.name_fits_several_fields", `"{Name}" fits several fields`, "Name", p.Text), "$("+field+")")
			fallthrough
		case matchOne:
			return &slot{from: fromField, name: field, offset: p.Offset}
		}
	}
	if !b.known.AnyField || isSetting(p.Text) {
		b.unknownField(p)
	}
	return &slot{from: fromField, name: p.Text, offset: p.Offset}
}

// isSetting reports whether a name is in one of the namespaces of Names.Options,
// where AnyField does not reach: a misspelt option is no field of the record.
func isSetting(name string) bool {
	space, _, ok := strings.Cut(fold(name), ".")
	return ok && slices.Contains([]string{"option", "auth", "check", "server"}, space)
}

func (b *builder) unknownField(p Part) {
	if property, _, ok := findProperty(p.Text); ok && property.id != idExtra {
		b.suggest(CodeUnknownField, p.Offset, wording.New("scripts.name_call_property_not_field", `"{Name}" is a call property, not a field`, "Name", p.Text), "#("+property.Name+")")
		return
	}
	if len(b.known.Fields) == 0 && len(b.known.Options) == 0 {
		b.fail(CodeNoFields, p.Offset, wording.New("scripts.unknown_field_name_script_belongs", `unknown field "{Name}": this script belongs to no record and has no fields`, "Name", p.Text))
		return
	}
	suggestion := nearest(p.Text, append(slices.Clone(b.known.Fields), b.known.Options...))
	if suggestion != "" {
		suggestion = "$(" + suggestion + ")"
	}
	b.suggest(CodeUnknownField, p.Offset, wording.New("scripts.unknown_field_name", `unknown field "{Name}"`, "Name", p.Text), suggestion)
}

func (b *builder) resolveProperty(p Part) *slot {
	property, extra, ok := findProperty(p.Text)
	if !ok {
		b.unknownProperty(p)
		return &slot{}
	}
	form := Form(strings.ToLower(p.Form))
	if form != FormDefault && !slices.Contains(property.Forms, form) {
		b.unknownForm(p, property)
	}
	return &slot{from: fromCall, property: property, name: extra, form: form, offset: p.Offset}
}

func (b *builder) unknownProperty(p Part) {
	what := wording.New("scripts.unknown_call_property_name", `unknown call property "{Name}"`, "Name", p.Text)
	if field, how := find(p.Text, b.known.Fields); how == matchOne {
		b.suggest(CodeUnknownProperty, p.Offset, wording.New("scripts.name_field_not_call_property", `"{Name}" is a field, not a call property`, "Name", p.Text), "$("+field+")")
		return
	}
	suggestion := nearestProperty(p.Text)
	if suggestion != "" {
		suggestion = "#(" + suggestion + ")"
	}
	b.suggest(CodeUnknownProperty, p.Offset, what, suggestion)
}

func (b *builder) unknownForm(p Part, property *property) {
	names := make([]string, len(property.Forms))
	for i, form := range property.Forms {
		names[i] = string(form)
	}
	what := wording.New("scripts.name_has_no_form_form", `{Name} has no form "{Form}"`, "Name", property.Name, "Form", p.Form)
	suggestion := property.Name
	if form := nearest(p.Form, names); form != "" {
		suggestion += "|" + form
	}
	b.suggest(CodeUnknownForm, p.Offset, what, "#("+suggestion+")")
}
