package presets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// lintOptions reports declarations the option package does not accept: first each
// by itself, then what is wrong between them.
func (p *Preset) lintOptions() []Lint {
	var lints []Lint
	var known []string
	for i, o := range p.Options {
		for _, text := range (option.Set{o}).Lint() {
			known = append(known, text)
			lints = append(lints, p.At(fmt.Sprintf("options[%d]", i), 0, strings.TrimPrefix(text, ": "), ""))
		}
	}
	for _, text := range p.Options.Lint() {
		if !slices.Contains(known, text) {
			lints = append(lints, p.At(p.optionPath(text), 0, text, ""))
		}
	}
	return lints
}

// optionPath is the last declaration of the option a message begins with.
func (p *Preset) optionPath(message string) string {
	for i := len(p.Options) - 1; i >= 0; i-- {
		if strings.HasPrefix(message, p.Options[i].Name+":") {
			return fmt.Sprintf("options[%d]", i)
		}
	}
	return "options"
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
		if o.Name != "" && !slices.Contains(used, o.Name) {
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
