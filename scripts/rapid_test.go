package scripts

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAnyValueKeepsTheAddress guards, for any value in any place, that host,
// scheme and structure are the template's and that the value can be read back.
func TestAnyValueKeepsTheAddress(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	templates := map[string]*Template{}
	for name, place := range webPlaces {
		templates[name] = mustParse(t, place.template, names)
	}
	order := slices.Sorted(func(yield func(string) bool) {
		for name := range webPlaces {
			if !yield(name) {
				return
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(order).Draw(t, "place")
		value := string(rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(t, "value"))
		got, err := templates[name].Render(withField(value))
		if errors.Is(err, ErrRefused) {
			if !refusable(value) {
				t.Fatalf("%s refused %q: %v", name, value, err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if read := webPlaces[name].read(sameShape(t, templates[name], got)); read != value {
			t.Fatalf("%s: %q came back as %q from %q", name, value, read, got)
		}
	})
}

// refusable values hold a control character or are a dot segment.
func refusable(value string) bool {
	if value == "." || value == ".." {
		return true
	}
	return slices.ContainsFunc([]byte(value), func(c byte) bool {
		return isControl(c) && c != '\t' && c != '\r' && c != '\n'
	})
}

// TestAppendEqualsRender guards that the two ways to render agree and that
// errors leave the buffer alone.
func TestAppendEqualsRender(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	rapid.Check(t, func(t *rapid.T) {
		template := mustParseRapid(t, rapid.SampledFrom([]string{
			"https://a.example/$(Email)?n=#(Caller number)", "mailto:$(Email)?subject=x", "tel:$(Email)", "$(PopUpUri)",
		}).Draw(t, "template"), names)
		v := values
		value := rapid.String().Draw(t, "value")
		v.Field = func(string) string { return value }
		text, err := template.Render(v)
		out, appendErr := template.AppendRender([]byte("before"), v)
		if string(out) != "before"+text || (err == nil) != (appendErr == nil) {
			t.Fatalf("%q, %v; %q, %v", text, err, out, appendErr)
		}
	})
}

func mustParseRapid(t *rapid.T, text string, known Names) *Template {
	template, err := Parse(text, known)
	if err != nil {
		t.Fatal(err)
	}
	return template
}
