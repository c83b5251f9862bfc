package scripts

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

const c1Value = "a b&c=d#e/f?g:h\r\n%31'\"<>é+"

// hostileValues try to leave their place in every way an address can be cut.
var hostileValues = []string{
	c1Value, "a b&c=d#e/f?g:h", "&", "=", "#", "/", "?", ":", ";", "%", "%2", "%2F..%2F", "%2e%2e%2f", "%00", "%0d%0a",
	"../", "../../etc/passwd", "..\\..", "/..", "./", "...", " ", "+", "\r\nX-Evil: 1", "\t", "'", "\"", "<script>", "é", "日本", "\u202e",
	"@evil.example", "//evil.example", "javascript:alert(1)", "data:text/html,x", "$(Secret)", "#(Caller number)", "%24%28Secret%29",
	"x&bcc=evil@e", "\xff\xfe",
}

// webPlaces are templates with the value in one place each, and how to read it back.
var webPlaces = map[string]struct {
	template string
	read     func(*url.URL) string
}{
	"path segment": {"https://h.example/a/$(Email)/b?x=y#z", func(u *url.URL) string { return segment(u, 2) }},
	"last segment": {"https://h.example/a/$(Email)", func(u *url.URL) string { return segment(u, 2) }},
	"part of one":  {"https://h.example/a/x-$(Email)-y/b", func(u *url.URL) string { return trim(segment(u, 2)) }},
	"query value":  {"https://h.example/a?p=1&v=$(Email)&q=2#z", func(u *url.URL) string { return u.Query().Get("v") }},
	"query key":    {"https://h.example/a?p=1&$(Email)=v&q=2", keyOf},
	"fragment":     {"https://h.example/a?p=1#/x-$(Email)-y", func(u *url.URL) string { return trim(strings.TrimPrefix(u.Fragment, "/")) }},
	"mail subject": {"mailto:a@b.example?subject=$(Email)&body=x", func(u *url.URL) string { return u.Query().Get("subject") }},
	"mail body":    {"mailto:a@b.example?subject=x&body=$(Email)", func(u *url.URL) string { return u.Query().Get("body") }},
}

func segment(u *url.URL, i int) string {
	s, err := url.PathUnescape(strings.Split(u.EscapedPath(), "/")[i])
	if err != nil {
		return err.Error()
	}
	return s
}

func trim(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "x-"), "-y") }

func keyOf(u *url.URL) string {
	for key, values := range u.Query() {
		if values[0] == "v" {
			return key
		}
	}
	return ""
}

// TestC1ValueStaysInItsPlace: whatever a value holds, the address keeps its
// structure and the value can be read back.
func TestC1ValueStaysInItsPlace(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for name, place := range webPlaces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template := mustParse(t, place.template, names)
			for _, value := range hostileValues {
				got, err := template.Render(withField(value))
				if err != nil {
					t.Fatalf("%q: %v", value, err)
				}
				if read := place.read(sameShape(t, template, got)); read != value {
					t.Errorf("%q came back as %q from %q", value, read, got)
				}
			}
		})
	}
}

// TestC1EveryByteOutsideUnreserved: `&`, `=`, `:` and `+` are encoded too, which url.PathEscape leaves alone.
func TestC1EveryByteOutsideUnreserved(t *testing.T) {
	t.Parallel()
	for _, place := range []Place{InPath, InQuery, InFragment, InMail} {
		got, err := place.Escape(c1Value)
		if want := "a%20b%26c%3Dd%23e%2Ff%3Fg%3Ah%0D%0A%2531%27%22%3C%3E%C3%A9%2B"; err != nil || got != want {
			t.Errorf("place %d: got %q, %v", place, got, err)
		}
	}
}

// TestC2SchemeAndHostAreLiteral: refused when the script is saved.
func TestC2SchemeAndHostAreLiteral(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for text, want := range map[string]Code{
		"":                             CodeScheme,
		"  \n":                         CodeScheme,
		"$(Email)":                     CodeScheme,
		"$(Email)://x":                 CodeScheme,
		"$(PopUpUri)?x=1":              CodeScheme,
		"$(PopUpUri)$(PopUpUri)":       CodeScheme,
		"#(Caller number)":             CodeScheme,
		"//$(Email)":                   CodeScheme,
		"//evil.example/":              CodeScheme,
		"/relative/$(Email)":           CodeScheme,
		"crm.example/$(Email)":         CodeScheme,
		"JaVaScRiPt:alert(1)":          CodeScheme,
		"javascript:$(Email)":          CodeScheme,
		"java\nscript:alert(1)":        CodeScheme,
		"java%73cript:alert(1)":        CodeScheme,
		"data:text/html,x":             CodeScheme,
		"vbscript:x":                   CodeScheme,
		"file:///etc/passwd":           CodeScheme,
		" https://a.example/":          CodeScheme,
		"\thttps://a.example/":         CodeScheme,
		"\nhttps://a.example/":         CodeScheme,
		"\x00https://a.example/":       CodeScheme,
		"\u00a0javascript:x":           CodeScheme,
		"https:a.example":              CodeHost,
		"https:$(Email)":               CodeHost,
		"https:/$(Email)":              CodeHost,
		"https:///$(Email)":            CodeHost,
		"https://$(Email)":             CodeHost,
		"https://$(PopUpUri)/":         CodeHost,
		"https://a$(Email)":            CodeHost,
		"https://$(Email)a/":           CodeHost,
		"https://a.example:$(Email)/":  CodeHost,
		"https://$(Email)@a.example/":  CodeHost,
		"https://a@b@c.example/":       CodeHost,
		`https://a.example\@evil/`:     CodeHost,
		"https://a.example:x/":         CodeHost,
		"https://a..example/":          CodeHost,
		"https://a b/":                 CodeHost,
		"https://":                     CodeHost,
		"https:":                       CodeHost,
		"sip:1@$(Email)":               CodeHost,
		"sip:1@#(Ddi number)":          CodeHost,
		"sip:1@":                       CodeHost,
		"https://a.example/../x":       CodeDotSegment,
		"https://a.example/%2e./x":     CodeDotSegment,
		"https://a.example/x\x1b":      CodeControl,
		"https://a.example/a\tb":       CodeControl,
		"https://a.example/x?a=\x00":   CodeControl,
		"tel:1?x=$(Email)":             CodePlace,
		"sip:1@a.example;x=$(Email)":   CodePlace,
		"mailto:x$(Email)":             CodePlace,
		"mailto:$(Email)$(Identifier)": CodePlace,
	} {
		if e := firstError(t, text, names); e.Code != want {
			t.Errorf("%q: got %s (%v), want %s", text, e.Code, e, want)
		}
	}
}

// TestC2SchemeAndHostAtRender: refused again with the values at hand.
func TestC2SchemeAndHostAtRender(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	template := mustParse(t, "$(PopUpUri)", names)
	for _, value := range []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example/",
		" https://a.example/", "\thttps://a.example/", "\nhttps://a.example/", "https://a.example/\nx", "https://a.example/\x00",
		"https:a.example", "https:///x", "https://", "https://u:p@a.example/", `https://a.example\@evil/`, "https://a b/", "a.example", "/x",
		"tel:112", "mailto:a@b.example", "https://a..example/", "https://é.example/", "https://a.example:99999999/",
	} {
		if got, err := template.Render(withField(value)); !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %q, %v; want it refused", value, got, err)
		}
	}
	for value, want := range map[string]string{
		"https://a.example/x?y=1&z=%20#f": "https://a.example/x?y=1&z=%20#f",
		"HTTP://a.example:8080":           "HTTP://a.example:8080",
		"https://a.example/x y\"é":        "https://a.example/x%20y%22%C3%A9",
	} {
		if got, err := template.Render(withField(value)); err != nil || got != want {
			t.Errorf("%q: got %q, %v", value, got, err)
		}
	}
}

// TestC3EncodedOnce: percent signs in data stay percent signs.
func TestC3EncodedOnce(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	for template, want := range map[string]string{
		"https://a.example/$(Email)":    "https://a.example/%252F..%252F",
		"https://a.example/?q=$(Email)": "https://a.example/?q=%252F..%252F",
	} {
		if got, err := mustParse(t, template, names).Render(withField("%2F..%2F")); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
}

// TestC4DotSegments: a value cannot climb up the path, also not together with the literal around it.
func TestC4DotSegments(t *testing.T) {
	t.Parallel()
	names, _ := example(t)
	names.Schemes = []string{"app"}
	for template, values := range map[string][]string{
		"https://a.example/$(Email)/x":          {".", ".."},
		"https://a.example/$(Email)":            {".", ".."},
		"https://a.example/.$(Email)/x":         {".", ""},
		"https://a.example/%2e$(Email)?x=1":     {".", ""},
		"https://a.example/$(Email)$(Email)#x":  {"."},
		"https://a.example/$(Email).?q=$(Name)": {".", ""},
		"app:$(Email)":                          {".", ".."},
		"app://h/$(Email)":                      {".", ".."},
	} {
		parsed := mustParse(t, template, Names{Fields: append(names.Fields, "Name"), Schemes: names.Schemes})
		for _, value := range values {
			v := Values{Field: func(name string) string {
				if name == "Name" {
					return "kept"
				}
				return value
			}}
			got, err := parsed.Render(v)
			if !errors.Is(err, ErrRefused) && !errors.Is(err, ErrEmpty) {
				t.Errorf("%s with %q: got %q, %v; want it refused", template, value, got, err)
			}
		}
	}
	got, err := mustParse(t, "https://a.example/$(Email)?q=$(Email)", names).Render(withField("%2e%2e"))
	if err != nil || got != "https://a.example/%252e%252e?q=%252e%252e" {
		t.Errorf("encoded dots in data are literal: got %q, %v", got, err)
	}
}
