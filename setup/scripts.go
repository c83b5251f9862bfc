package setup

import (
	"maps"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// whenOf is when a preset's script is offered, "" for what an integration's scripts are anyway.
func whenOf(p *presets.Preset, s presets.Script) string {
	if p.Reads() {
		return s.When
	}
	return p.WhenOf(s)
}

// requestOf is how the server asks a preset's script, nil for one that agents open.
func requestOf(s presets.Script) *tenant.ServerRequest {
	if s.Run != "server" {
		return nil
	}
	return &tenant.ServerRequest{Method: s.Method, JSON: s.JSON, Form: s.Form, Headers: maps.Clone(s.Headers)}
}

// checkTemplates refuses options that are the whole address of a script and cannot be one.
func checkTemplates(p *presets.Preset, v option.Values) error {
	names := p.Names()
	names.Options = nil
	for _, s := range p.Scripts {
		name, whole := scripts.WholeOption(s.URL)
		if !whole || v.Get(name) == "" {
			continue
		}
		if _, err := scripts.Parse(v.Get(name), names); err != nil {
			return option.Problems{{
				Option: name, Code: option.CodeMalformed, Text: wording.New("setup.cannot_used_reason", "cannot be used: {Reason}", "Reason", err),
				Hint: wording.New("setup.write_like_https_crm_example", "write it like https://crm.example.com/search?q=#(Caller number)"),
			}}
		}
	}
	return nil
}

// ScriptOptions are an integration's options as its scripts may show them: its own, and the defaults of the others. Secrets are
// not among them.
func (s *Setup) ScriptOptions(i tenant.Integration) map[string]string {
	p, ok := s.d.Catalog.Get(i.Preset)
	if !ok {
		return i.Options
	}
	all := map[string]string{}
	for _, o := range p.Options {
		if !o.IsSecret() && o.Default != "" {
			all[o.Name] = o.Default
		}
	}
	maps.Copy(all, i.Options)
	return all
}
