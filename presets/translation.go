package presets

import (
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// Translations are a preset's texts in other languages, by language tag.
type Translations map[string]Translation

// Translation is the content of nl.yaml and its like. What is left out stays English.
type Translation struct {
	Name    string                `yaml:"name" help:"The preset's name, where it is not a product's."`
	Summary string                `yaml:"summary" help:"The preset's summary."`
	Setup   string                `yaml:"setup" form:"text" refs:"option server" help:"The setup steps."`
	Options map[string]OptionText `yaml:"options" help:"Texts of options by name."`
	Streams map[string]string     `yaml:"streams" help:"Titles of streams by id."`
	Scripts map[string]string     `yaml:"scripts" help:"Names of scripts by their English name."`
	Fields  map[string]string     `yaml:"fields" help:"Titles of fields by name."`
	Hints   map[string]string     `yaml:"hints" help:"Hints of errors by their English text."`
}

// OptionText is what people read of an option.
type OptionText struct {
	Title   string            `yaml:"title" help:"Its title."`
	Help    string            `yaml:"help" help:"Its help."`
	Choices map[string]string `yaml:"choices" help:"Titles of its choices by value."`
}

var languageFiles = []string{"nl", "de", "fr", "es", "it"}

func (p *Preset) loadTranslations(dir string) {
	for _, lang := range languageFiles {
		if _, err := fs.Stat(p.FS, lang+".yaml"); err != nil {
			continue
		}
		file := path.Join(dir, lang+".yaml")
		text, lint := readFile(p.FS, lang+".yaml", file)
		if lint != nil {
			p.source.lints = append(p.source.lints, *lint)
			continue
		}
		doc, body := readDocument(file, text)
		if body != nil {
			var t Translation
			doc.decode(body, reflect.ValueOf(&t).Elem(), "")
			p.lintTranslation(doc, t)
			p.addTranslation(lang, t)
		}
		p.source.lints = append(p.source.lints, doc.lints...)
	}
}

func (p *Preset) addTranslation(lang string, t Translation) {
	if p.Translations == nil {
		p.Translations = Translations{}
	}
	p.Translations[lang] = t
}

// lintTranslation reports texts of things the preset does not have.
func (p *Preset) lintTranslation(doc *document, t Translation) {
	unknown := func(group string, names, possible []string) {
		for _, name := range names {
			if !slices.Contains(possible, name) {
				doc.lints = append(doc.lints, doc.at(group+"."+name, 0, "the preset has no "+strings.TrimSuffix(group, "s")+" "+name, didYouMean(name, possible)))
			}
		}
	}
	var streams, scripts []string
	for _, s := range p.Streams {
		streams = append(streams, s.ID)
	}
	for _, s := range p.Scripts {
		scripts = append(scripts, s.Name)
	}
	unknown("options", slices.Sorted(maps.Keys(t.Options)), p.Options.Names())
	unknown("streams", slices.Sorted(maps.Keys(t.Streams)), streams)
	unknown("scripts", slices.Sorted(maps.Keys(t.Scripts)), scripts)
	var hints []string
	for _, r := range p.HTTP.Errors {
		hints = append(hints, r.Hint)
	}
	unknown("hints", slices.Sorted(maps.Keys(t.Hints)), hints)
	unknown("fields", slices.Sorted(maps.Keys(t.Fields)), p.FieldNames())
}

// Advice is a hint of the preset with its translations.
func (p *Preset) Advice(hint string) wording.Text {
	t := wording.Plain(hint)
	for lang, one := range p.Translations {
		if said := one.Hints[hint]; said != "" && hint != "" {
			if t.Own == nil {
				t.Own = map[string]string{}
			}
			t.Own[lang] = said
		}
	}
	return t
}

// In is the preset with its texts in a language ("nl", "nl-BE"); English where a
// translation has no text. The receiver is not changed.
func (p *Preset) In(lang string) *Preset {
	base, _, _ := strings.Cut(lang, "-")
	t, ok := p.Translations[base]
	if !ok {
		return p
	}
	q := *p
	q.Name, q.Summary, q.Setup = either(t.Name, p.Name), either(t.Summary, p.Summary), either(t.Setup, p.Setup)
	q.Options = translateOptions(p.Options, t.Options)
	q.Streams, q.Scripts = slices.Clone(p.Streams), slices.Clone(p.Scripts)
	for i := range q.Streams {
		q.Streams[i].Title = either(t.Streams[q.Streams[i].ID], q.Streams[i].Title)
		q.Streams[i].Fields = slices.Clone(q.Streams[i].Fields)
		for j, f := range q.Streams[i].Fields {
			q.Streams[i].Fields[j].Title = either(t.Fields[f.Name], f.Title)
		}
	}
	for i := range q.Scripts {
		q.Scripts[i].Name = either(t.Scripts[q.Scripts[i].Name], q.Scripts[i].Name)
	}
	return &q
}

func translateOptions(set option.Set, texts map[string]OptionText) option.Set {
	out := slices.Clone(set)
	for i, o := range out {
		t := texts[o.Name]
		out[i].Title, out[i].Help = either(t.Title, o.Title), either(t.Help, o.Help)
		out[i].Choices = slices.Clone(o.Choices)
		for j, c := range o.Choices {
			out[i].Choices[j].Title = either(t.Choices[c.Value], c.Title)
		}
	}
	return out
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
