package scripts

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// address parses a script: an address with a scheme of its own, an option that
// begins one, or $(PopUpUri) alone.
func (b *builder) address(parts []Part, slots []*slot) {
	switch {
	case len(parts) == 0:
		b.fail(CodeScheme, 0, wording.New("scripts.script_empty", "the script is empty"))
	case len(parts) == 1 && isPopUp(slots[0]):
		slots[0].place = inWhole
		b.addSlot(slots[0])
	case isOption(slots[0]):
		b.walk(&webGrammar{b: b, at: atBase}, parts, slots)
	case slots[0] != nil:
		b.noScheme(slots[0])
	default:
		b.withScheme(parts, slots)
	}
}

func isPopUp(s *slot) bool { return s != nil && s.from == fromField && s.name == PopUpURI }

func isOption(s *slot) bool { return s != nil && s.from == fromOption }

func (b *builder) noScheme(first *slot) {
	what := wording.New("scripts.script_begins_own_scheme_such", "a script begins with its own scheme, such as https://, never with {Placeholder}", "Placeholder", first.String())
	if isPopUp(first) {
		what = wording.New("scripts.popupuri_begins_script_only_where", "$(PopUpUri) begins a script only where nothing follows it")
	}
	b.fail(CodeScheme, 0, what)
}

// withScheme chooses the grammar by the scheme the first literal begins with.
func (b *builder) withScheme(parts []Part, slots []*slot) {
	scheme, rest, ok := cutScheme(parts[0].Text)
	if !ok {
		b.badStart(parts[0].Text)
		return
	}
	g := b.grammarOf(scheme)
	if g == nil {
		b.fail(CodeScheme, 0, wording.New("scripts.scheme_scheme_not_enabled", `scheme "{Scheme}" is not enabled`, "Scheme", scheme))
		return
	}
	b.add(scheme + ":")
	b.walkFrom(g, parts, slots, rest, len(scheme)+1)
}

// walkFrom walks the parts with the first literal shortened to rest.
func (b *builder) walkFrom(g grammar, parts []Part, slots []*slot, rest string, at int) {
	parts = slices.Clone(parts)
	parts[0].Text, parts[0].Offset = rest, at
	b.walk(g, parts, slots)
}

func (b *builder) badStart(text string) {
	what := wording.New("scripts.script_begins_scheme_such_as", "a script begins with a scheme, such as https://")
	if strings.TrimLeft(text, " \t\r\n") != text {
		what = wording.New("scripts.script_does_not_begin_blank", "a script does not begin with a blank, a tab or a line break")
	}
	b.fail(CodeScheme, 0, what)
}

// cutScheme splits `https:…`; the scheme is returned in small letters
// (RFC 3986 section 3.1).
func cutScheme(text string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(text, ":")
	if !ok || !validScheme(scheme) {
		return "", "", false
	}
	return strings.ToLower(scheme), rest, true
}

func validScheme(scheme string) bool {
	for i := range len(scheme) {
		c := scheme[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(c))) {
			return false
		}
	}
	return scheme != ""
}

// grammarOf returns nil for a scheme that is not allowed.
func (b *builder) grammarOf(scheme string) grammar {
	switch scheme {
	case "https", "http":
		return &webGrammar{b: b, at: atSlashes}
	case "mailto":
		return &mailGrammar{b: b}
	case "tel", "sip", "callto":
		return &dialGrammar{b: b, scheme: scheme}
	}
	if Dangerous(scheme) || !slices.ContainsFunc(b.known.Schemes, func(s string) bool {
		return strings.EqualFold(s, scheme)
	}) {
		return nil
	}
	return &webGrammar{b: b, at: atOpaque}
}

// Dangerous tells whether a scheme, in small letters, runs code in the page,
// reads local files or wraps another address; no operator can enable such a one.
func Dangerous(scheme string) bool {
	switch scheme {
	case "javascript", "vbscript", "livescript", "data", "file", "blob", "filesystem",
		"about", "view-source", "jar", "mhtml", "ms-its", "mk", "res", "resource", "chrome":
		return true
	}
	return false
}
