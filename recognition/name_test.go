package recognition

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ringdex/ringdex/tenant"
)

// Rule 16: the person if exactly one remains; else the company all share; else nothing.
func TestName(t *testing.T) {
	t.Parallel()
	const n = "+31201234567"
	for _, tt := range []struct {
		name  string
		crm   []person
		other []person
		limit int
		want  string
	}{
		{name: "one", crm: []person{contact("Ada", "Muster", n)}, want: "Ada (Muster)"},
		{name: "no company", crm: []person{contact("Ada", "", n)}, want: "Ada"},
		{name: "a company", crm: []person{contact("Muster", "Muster", n)}, want: "Muster"},
		{name: "nobody", crm: []person{contact("Ada", "", "+31201234568")}, want: ""},
		{name: "one company", crm: []person{contact("Ada", "Muster", n), contact("Ben", "muster", n)}, want: "Muster"},
		{name: "two companies", crm: []person{contact("Ada", "Muster", n), contact("Ben", "Bree", n)}, want: ""},
		{name: "two without", crm: []person{contact("Ada", "", n), contact("Ben", "", n)}, want: ""},
		{name: "two CRMs", crm: []person{contact("Ada", "Muster", n)}, other: []person{contact("ada", "Muster BV", n)}, want: "Ada (Muster)"},
		{name: "one without extension", crm: []person{contact("Ada", "Muster", n), contact("Ben", "Muster", n+";ext=2")}, want: "Ada (Muster)"},
		{name: "only extensions", crm: []person{contact("Ada", "Muster", n+";ext=1"), contact("Ben", "Muster", n+";ext=2")}, want: "Muster"},
		{name: "limit does not decide", crm: []person{contact("Ada", "Muster", n), contact("Ben", "Bree", n)}, limit: 1, want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.integration("CRM", tt.crm...)
			w.integration("Other", tt.other...)
			if got := w.asks(Question{Number: n, Limit: tt.limit}).Name(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// A phone system has its own template, longest name and letters.
func TestNameOfSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Žofie Größe", "Łódź & Søn", "+31201234567"), contact("", "Muster", "+31201234568"))
	for _, tt := range []struct {
		settings []string
		number   string
		want     string
	}{
		{nil, "0201234567", "Žofie Größe (Łódź & Søn)"},
		{[]string{"name-ascii", "true"}, "0201234567", "Zofie Grosse (Lodz & Son)"},
		{[]string{"name-max", "12"}, "0201234567", "Žofie Größe"},
		{[]string{"name-template", "$(Company): $(DisplayName)"}, "0201234567", "Łódź & Søn: Žofie Größe"},
		{[]string{"name-template", "$(FirstName)"}, "0201234567", "Žofie Größe (Łódź & Søn)"},
		{[]string{"name-template", "$(DisplayName)"}, "0201234568", "Muster"},
	} {
		if got := w.asks(Question{System: w.system(tt.settings...), Number: tt.number}).Name(); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.settings, got, tt.want)
		}
	}
}

// No contact's name can do anything in a SIP header or a dialplan, whatever it is.
func TestLineIsHarmless(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"$${{X}":                      "$$((X)",
		"${SHELL(rm)}":                "$(SHELL(rm))",
		"$[1+1]":                      "$(1+1)",
		"a\r\nX-Evil: 1":              "a X-Evil: 1",
		`"Eve" <sip:e@x>;tag=1\`:      "Eve sip:e@xtag=1",
		"\u202eadA\u200b":             "adA",
		"  many \t blanks\u2028here ": "many blanks here",
	} {
		if got := (&line{}).harmless(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		l := line{ascii: rapid.Bool().Draw(t, "ascii"), max: rapid.IntRange(0, 20).Draw(t, "max")}
		out := l.harmless(rapid.String().Draw(t, "text"))
		for _, r := range out {
			if harmlessRune(r) != r || l.ascii && r >= 0x7f {
				t.Fatalf("%q holds %q", out, r)
			}
		}
		if l.max > 0 && len([]rune(out)) > l.max {
			t.Fatalf("%q is longer than %d", out, l.max)
		}
	})
}

// The answer's line is the one of the phone system that asked, also where a key has none.
func TestNameOfUnknownSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Ada", "", "+31201234567"))
	if got := w.asks(Question{System: tenant.NewSystemID(), Number: "0201234567"}).Name(); got != "Ada" {
		t.Errorf("%q, want Ada", got)
	}
}
