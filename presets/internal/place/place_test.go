package place

import (
	"testing"

	"github.com/ringdex/ringdex/presets"
)

func always(v string) Lookup { return func(presets.Part) (string, error) { return v, nil } }

// Promise: a value cannot change where a request goes, nor the shape of its address.
func TestURL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, value, want string }{
		{"https://$(option.a)/x", "crm.example", "https://crm.example/x"},
		{"https://$(option.a)/x", "crm.example:8443", "https://crm.example:8443/x"},
		{"https://$(option.a)/x", "crm.example@evil.example", ""},
		{"https://$(option.a)/x", "crm.example/evil", ""},
		{"https://$(option.a)/x", "crm.example?x", ""},
		{"https://$(option.a)/x", "", ""},
		{"https://$(option.a).vendor.example/x", "acme", "https://acme.vendor.example/x"},
		{"https://$(option.a).vendor.example/x", "evil.example/", ""},
		{"https://$(option.a).vendor.example/x", "evil.example#", ""},
		{"$(auth.base)/v1", "https://eu.vendor.example/", "https://eu.vendor.example/v1"},
		{"$(auth.base)/v1", "https://eu.vendor.example/rest", "https://eu.vendor.example/rest/v1"},
		{"$(auth.base)/v1", "javascript:alert(1)", ""},
		{"$(auth.base)/v1", "https://a@b/", ""},
		{"$(auth.base)/v1", "//evil.example", ""},
		{"$(auth.base)/v1", "https://a.example/?x=", ""},
		{"/o/$(option.a)/list", "a b/c?d", "/o/a%20b%2Fc%3Fd/list"},
		{"/o/$(option.a)/list", "..", ""},
		{"/o?x=$(option.a)", "a&b=c d+%", "/o?x=a%26b%3Dc%20d%2B%25"},
	} {
		got, err := URL(c.text, always(c.value))
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s with %q is %q, %v; want %q", c.text, c.value, got, err, c.want)
		}
	}
}

// Promise: a value cannot leave its literal in a query language.
func TestLiteral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, value, want string
		bad               bool
	}{
		{"$(option.a)", "any' thing & = \"", "any' thing & = \"", false},
		{"id > '$(page.key)'", "x' OR '1'='1", `id > 'x\' OR \'1\'=\'1'`, false},
		{"id > $(page.key)", "2026-01-02T03:04:05.678Z", "id > 2026-01-02T03:04:05.678Z", false},
		{"id > $(page.key)", "1 OR 1=1", "", true},
		{"SELECT $(select.fields) FROM x", "Id,Account.Name,Vat__c", "SELECT Id,Account.Name,Vat__c FROM x", false},
		{"SELECT $(select.fields) FROM x", "Id FROM y --", "", true},
		{"a $(since.where) b", "WHERE x >= '1'", "a WHERE x >= '1' b", false},
		{"a $(stream.filter) b", "status != 'old'", "a status != 'old' b", false},
		{"changed>=$(since.value)^x", "2026-01-02 03:04:05", "changed>=2026-01-02 03:04:05^x", false},
		{"changed>=$(option.a)^x", "2026-01-02 03:04:05 OR", "", true},
	} {
		got, _, err := Literal(c.text, always(c.value))
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s with %q is %q, %v", c.text, c.value, got, err)
		}
	}
}

// Promise: no value starts another header, and a header whose values are all empty is told.
func TestHeader(t *testing.T) {
	t.Parallel()
	if _, _, err := Header("Bearer $(option.a)", always("x\r\nX-Evil: 1")); err == nil {
		t.Error("a line break passed")
	}
	if got, empty, err := Header("Bearer $(option.a)", always("pat-1")); err != nil || empty || got != "Bearer pat-1" {
		t.Errorf("got %q, %v, %v", got, empty, err)
	}
	for text, want := range map[string]bool{"Bearer $(option.a)$(option.b)": true, "2026-04": false, "": false} {
		if _, empty, err := Header(text, always("")); err != nil || empty != want {
			t.Errorf("%q without values: empty %v, %v", text, empty, err)
		}
	}
}

// Promise: a value in XML is text and never an element.
func TestXML(t *testing.T) {
	t.Parallel()
	got, err := XML(`<a b="$(option.a)">$(option.a)</a>`, always(`<x/>&"'`))
	if want := `<a b="&lt;x/&gt;&amp;&#34;&#39;">&lt;x/&gt;&amp;&#34;&#39;</a>`; err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
}
