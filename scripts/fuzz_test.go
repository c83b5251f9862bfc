package scripts

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func seeds(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		manualExample, "https://www.google.nl?q=#(Caller number)", "$(PopUpUri)", "$(option.url)/x?y=$(Email)", "tel:#(Caller number|e164)",
		"sip:#(Callernumber)@$(option.domain);user=phone", "https://u@$(option.domain):1/%24%28a%29/$(A$(B))#x#y", "app:x/$(Email)\r\n ?q=%23(Queue)",
		"mailto:a@b,$(Email)?body=#(Extra x)%7C", "https://a.example/%2$(Email)%%24(Email)%28", "\n https://a", "https://[::1]/$(Phone (work))",
	} {
		f.Add(text, "value")
	}
	for _, value := range hostileValues {
		f.Add("https://a.example/$(Email)?q=$(DisplayName)#$(Company)", value)
	}
}

func fuzzNames(t *testing.T) Names {
	names, _ := example(t)
	names = presetNames(names)
	names.Schemes = []string{"app"}
	return names
}

// FuzzParse guards that no text makes Parse panic, and that the canonical text
// of a template is read as the same template again.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, _ string) {
		for _, known := range []Names{fuzzNames(t), {AnyField: true}, {}} {
			template, err := Parse(text, known)
			if err != nil {
				checkPositions(t, text, err)
				continue
			}
			again, err := Parse(template.String(), known)
			if err != nil {
				if errors.As(err, new(SyntaxErrors)) && len(template.String()) > MaxLength {
					continue // encoding made it longer than a template may be
				}
				t.Fatalf("%q became %q: %v", text, template, err)
			}
			if again.String() != template.String() {
				t.Fatalf("%q became %q, then %q", text, template, again)
			}
		}
	})
}

func checkPositions(t *testing.T, text string, err error) {
	var all SyntaxErrors
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("%q: %T", text, err)
	}
	for _, e := range all {
		if e.Offset < 0 || e.Offset > len(text) || e.Line < 1 || e.Column < 1 {
			t.Fatalf("%q: %+v", text, e)
		}
	}
}

// FuzzRender guards that no template and value render a control character, a
// blank, another scheme or too long a text, or panic.
func FuzzRender(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text, value string) {
		template, err := Parse(text, fuzzNames(t))
		if err != nil {
			return
		}
		v := withField(value)
		v.Option = func(string) string { return value }
		v.Call = &Call{Caller: Party{Short: value, Name: value}, Queue: value, Extra: map[string]string{"x": value}}
		got, err := template.Render(v)
		if err != nil {
			if !errors.Is(err, ErrEmpty) && !errors.Is(err, ErrRefused) {
				t.Fatalf("%v", err)
			}
			return
		}
		scheme, _, ok := cutScheme(got)
		if !ok || Dangerous(scheme) || len(got) > MaxLength || !utf8.ValidString(got) {
			t.Fatalf("%q with %q: %q", text, value, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			t.Fatalf("%q with %q: %q", text, value, got)
		}
	})
}
