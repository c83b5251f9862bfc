package presets

import (
	"testing"

	"github.com/ringdex/ringdex/option"
)

// Promise: an address whose host a tenant or a browser could choose is told from one that stays with the vendor, whatever
// the pattern looks like.
func TestFreeHost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address, pattern string
		free             bool
	}{
		{"https://$(option.x)/token", "", true},
		{"https://$(option.x)/token", `.*`, true},
		{"https://$(option.x)/token", `[a-z0-9.-]+`, true},
		{"https://$(option.x)/token", `[a-z]+\.crm\.example`, false},
		{"https://$(option.x)/token", `^[a-z0-9-]+(\.[a-z0-9-]+)*\.my\.salesforce\.com$`, false},
		{"https://$(option.x)/token", `[a-z]+crm\.example`, true},
		{"https://$(option.x)/token", `[a-z-]+\.crm\.(com|co\.uk|de)`, false},
		{"https://$(option.x)/token", `[a-z-]+\.(com|co\.uk|de)`, true},
		{"https://$(option.x)/token", `[a-z-]+\.com\.au`, true},
		{"https://$(option.x)/token", `crm\.example|[a-z.]+`, true},
		{"https://$(option.x)/token", `eu[1-3]\.crm\.example`, false},
		{"https://$(option.x)/token", `(?i)[a-z]+\.CRM\.example`, false},
		{"https://$(option.x).crm.example/token", "", false},
		{"https://$(option.x).crm.example:8443/token", "", false},
		{"https://$(option.x)crm.example/token", "", true},
		{"https://$(option.x).com/token", "", true},
		{"https://crm.example/$(option.x)/token", "", false},
		{"/$(option.x)/token", "", false},
		{"$(option.x)/token", "", true},
		{"$(option.x)/token", `https://.*\.crm\.example`, true},
		{"$(option.x)/token", `https://[^.]+\.crm\.example`, true},
		{"$(option.x)/token", `https://([a-z]|/)+\.crm\.example`, true},
		{"$(option.x)/token", `https://[a-z0-9-]+\.crm\.example(/api)?`, false},
		{"$(option.x)/token", `https://[a-z0-9-]+/\.crm\.example`, true},
		{"$(option.operator)/token", "", false},
		{"https://$(option.choice)/token", "", false},
		{"$(auth.kept)/token", "", false},
		{"$(auth.x)/token", `https://accounts\.vendor\.(eu|com|com\.au)`, false},
		{"$(auth.x)/token", `https://[a-z]+\.vendor\.(eu|com)`, false},
		{"$(auth.x)/token", `https://.+`, true},
		{"$(auth.x)/token", `https://vendor\.eu|https://[a-z]+\.vendor\.com`, false},
		{"$(auth.x)/token", `https://vendor\.eu(\.[a-z]+)?`, true},
		{"$(auth.x)/token", `https://vendor\.eu(:8443)?(/oauth)?`, false},
		{"https://$(auth.x)/rest", `[a-z0-9-]+\.vendor\.(de|com)`, false},
		{"https://$(auth.x)/rest", `[a-z0-9.-]+`, true},
	} {
		p := &Preset{
			Options: option.Set{{Name: "x", Pattern: c.pattern}, {Name: "operator", Level: option.Operator}, {Name: "choice", Type: option.OneOf}},
			Auth:    Auth{Redirect: map[string]Returned{"x": {Pattern: c.pattern}}, Keep: map[string]string{"kept": "url"}},
		}
		if _, free := p.freeHost(c.address); free != c.free {
			t.Errorf("%s with %s: free is %v", c.address, c.pattern, free)
		}
	}
}
