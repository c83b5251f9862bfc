package presets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// strayingSecrets reports operator-level secrets that a tenant could have sent to a server of its own: an address begins with
// an option the tenant sets freely, and the operator's secret goes where that address leads. A pattern that ends in the
// vendor's domain closes it.
func (p *Preset) strayingSecrets() []Lint {
	free := p.freeHosts()
	if len(free) == 0 {
		return nil
	}
	var lints []Lint
	for i, o := range p.Options {
		if o.IsSecret() && o.ForOperator() {
			lints = append(lints, p.At(fmt.Sprintf("options[%d]", i), 0,
				fmt.Sprintf("the operator's %s could be sent wherever a tenant lets option %s point", o.Name, free[0]),
				"give that option a pattern that ends in the vendor's domain, or leave this secret to the tenant"))
		}
	}
	return lints
}

// freeHosts are the tenant-level options without a pattern that say which server is asked.
func (p *Preset) freeHosts() []string {
	var free []string
	for _, address := range []string{p.Auth.TokenURL, p.Auth.RevokeURL, p.HTTP.BaseURL} {
		host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://"), "/")
		for _, name := range optionsIn(host) {
			o, ok := p.Options.Find(name)
			if ok && !o.ForOperator() && o.Pattern == "" && o.Kind() != option.OneOf && !slices.Contains(free, name) {
				free = append(free, name)
			}
		}
	}
	return free
}
