package presets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// lintKind adds what only the preset's kind knows: its own rules, and options that
// nothing uses.
func lintKind(p *Preset, kinds map[string]Kind) []Lint {
	kind, ok := kinds[p.Kind]
	if !ok {
		return []Lint{p.At("kind", 0, fmt.Sprintf("this program has no kind %q", p.Kind), "")}
	}
	lints, sample := p.sample()
	if sample == nil {
		return sortLints(lints)
	}
	lints = append(lints, kind.Lint(sample)...)
	var reads []string
	if r, ok := kind.(OptionReader); ok {
		reads = r.ReadsOptions()
	}
	return sortLints(append(lints, p.unusedOptions(reads)...))
}

// lint is everything that can be said of the preset by itself.
func (p *Preset) lint(folder string) []Lint {
	var lints []Lint
	if p.Format != FormatVersion && p.Has("format") {
		lints = append(lints, p.At("format", 0, fmt.Sprintf("this program reads format %d", FormatVersion), ""))
	}
	if p.ID != folder && p.ID != "" {
		lints = append(lints, p.At("id", 0, fmt.Sprintf("the id is %s, its folder %s", p.ID, folder), "give both the same name"))
	}
	for _, e := range p.entries() {
		lints = append(lints, p.lintEntry(e)...)
	}
	lints = append(lints, p.lintOptions()...)
	lints = append(lints, p.lintAuth()...)
	lints = append(lints, p.strayingSecrets()...)
	lints = append(lints, p.lintStreams()...)
	lints = append(lints, p.lintNotification()...)
	lints = append(lints, p.lintScripts()...)
	lints = append(lints, p.lintChooser()...)
	lints = append(lints, p.lintTests()...)
	return lints
}

func (p *Preset) lintEntry(e entry) []Lint {
	form, table, _ := strings.Cut(e.form, ":")
	if strings.Contains(e.text, optionRef) && (isStructural(e) || form == "name" || form == "key" || form == "late") {
		return p.lintStructure(e)
	}
	switch form {
	case "name":
		return p.lintName(e, table)
	case "id":
		return p.lintID(e)
	case "selector", "element":
		return p.lintSelector(e)
	case "condition":
		return p.lintCondition(e)
	case "path":
		return p.lintPath(e)
	case "text", "url", "link":
		return p.lintText(e)
	case "template":
		return p.lintTemplate(e)
	case "body", "header":
		return p.lintRequestText(e, form, table)
	case "file":
		return p.lintFile(e)
	}
	return nil
}

func (p *Preset) lintName(e entry, table string) []Lint {
	if known(table, e.text) {
		return nil
	}
	return []Lint{p.At(e.path, 0, fmt.Sprintf("%q is no value of %s", e.text, e.path), didYouMean(e.text, nameList(table)))}
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)

func (p *Preset) lintID(e entry) []Lint {
	if idForm.MatchString(e.text) && len(e.text) <= 40 {
		return nil
	}
	return []Lint{p.At(e.path, 0, fmt.Sprintf("%q is no id", e.text), "lower-case letters, digits and single dashes, 40 at most")}
}

func (p *Preset) lintSelector(e entry) []Lint {
	if _, err := ParseSelector(e.text); err != nil {
		return []Lint{p.At(e.path, 0, err.Error(), "")}
	}
	return nil
}

func (p *Preset) lintCondition(e entry) []Lint {
	if _, err := ParseCondition(e.text); err != nil {
		return []Lint{p.At(e.path, 0, err.Error(), "")}
	}
	return nil
}

// lintPath checks a selector, or a text with $(selector)s in it.
func (p *Preset) lintPath(e entry) []Lint {
	if !strings.Contains(e.text, "$(") {
		return p.lintSelector(e)
	}
	return p.lintText(e)
}

func (p *Preset) lintFile(e entry) []Lint {
	if _, lint := readFile(p.FS, e.text, ""); lint != nil {
		hint := "paths begin at the preset's folder"
		if strings.HasSuffix(e.path, ".want") {
			hint += "; `ringdex preset test FOLDER --update` writes it"
		}
		return []Lint{p.At(e.path, 0, fmt.Sprintf("%s: %s", e.text, lint.Text), hint)}
	}
	return nil
}

func (p *Preset) lintStreams() []Lint {
	var lints []Lint
	if len(p.Streams) == 0 && p.Kind != "link" {
		lints = append(lints, p.At("streams", 0, "there is no stream", "name what is read"))
	}
	var seen []string
	for i, s := range p.Streams {
		if slices.Contains(seen, s.ID) {
			lints = append(lints, p.At(fmt.Sprintf("streams[%d].id", i), 0, fmt.Sprintf("there are two streams %s", s.ID), ""))
		}
		seen = append(seen, s.ID)
	}
	return lints
}

// Stream is the stream with that id.
func (p *Preset) Stream(id string) (Stream, bool) {
	for _, s := range p.Streams {
		if s.ID == id {
			return s, true
		}
	}
	return Stream{}, false
}
