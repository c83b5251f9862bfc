package presets

import (
	"fmt"
	"slices"
	"strings"
)

// lintOptions reports declarations the option package does not accept.
func (p *Preset) lintOptions() []Lint {
	var lints []Lint
	for _, text := range p.Options.Lint() {
		lints = append(lints, p.At(p.optionPath(text), 0, text, ""))
	}
	return lints
}

// optionPath finds the declaration a message speaks of by the name in it.
func (p *Preset) optionPath(message string) string {
	for i, o := range p.Options {
		if o.Name != "" && slices.Contains(strings.FieldsFunc(message, notNameSign), o.Name) {
			return fmt.Sprintf("options[%d]", i)
		}
	}
	return "options"
}

func notNameSign(r rune) bool {
	return r != '_' && r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
}

// unusedOptions reports options that no $(…) names, that sign-in does not need
// and that the kind does not read itself.
func (p *Preset) unusedOptions(reads []string) []Lint {
	used := slices.Clone(reads)
	if p.Auth.Kind == "oauth2" {
		used = append(used, "client_id", "client_secret")
	}
	for _, e := range p.entries() {
		if e.path != "setup" {
			used = append(used, optionsIn(e.text)...)
		}
	}
	var lints []Lint
	for i, o := range p.Options {
		if !slices.Contains(used, o.Name) {
			lints = append(lints, p.At(fmt.Sprintf("options[%d]", i), 0, fmt.Sprintf("option %s is used nowhere", o.Name), "an admin would have to fill it in for nothing"))
		}
	}
	return lints
}

func optionsIn(text string) []string {
	var list []string
	for _, rest := range strings.Split(text, "$(option.")[1:] {
		if name, _, ok := strings.Cut(rest, ")"); ok {
			list = append(list, name)
		}
	}
	return list
}
