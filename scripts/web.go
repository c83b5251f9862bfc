package scripts

import (
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// webGrammar follows an address through RFC 3986: authority, path, query and
// fragment. App schemes may also lack the authority.
type webGrammar struct {
	b         *builder
	at        webState
	authority strings.Builder // with "x" for each option in it
	begins    int             // offset of the authority
	hostSlot  bool
	pathSlot  bool
	based     bool
}

type webState uint8

const (
	atBase      webState = iota // an option comes first
	atSlashes                   // behind the scheme, "//" has to follow
	atOpaque                    // behind an app's scheme
	atAuthority                 // up to the next of / ? #
	atBehind                    // behind an option that was a base
	atPath
	atQuery
	atFragment
)

func (g *webGrammar) literal(text string, at int) string {
	lead := ""
	switch g.at {
	case atSlashes, atOpaque:
		lead, text, at = g.slashes(text, at)
	case atBehind:
		g.behind(text, at)
	}
	if g.at == atAuthority {
		part, rest := cutAuthority(text)
		g.authority.WriteString(part)
		lead, text, at = lead+part, rest, at+len(part)
		g.leaveAuthority(rest, at)
	}
	fragment := -1
	if g.at != atFragment {
		fragment = strings.IndexByte(text, '#')
	}
	for i := range len(text) {
		g.advance(text[i])
	}
	return lead + g.b.clean(text, at, fragment)
}

func (g *webGrammar) leaveAuthority(rest string, at int) {
	if rest == "" {
		return
	}
	if rest[0] == '\\' {
		g.b.fail(CodeHost, at, wording.New("scripts.backslash_behind_host", "a backslash behind the host"))
	}
	g.at = atPath
}

// slashes reads what follows the scheme.
func (g *webGrammar) slashes(text string, at int) (lead, rest string, offset int) {
	rest, ok := strings.CutPrefix(text, "//")
	switch {
	case ok:
		g.at, g.begins = atAuthority, at+2
		return "//", rest, at + 2
	case g.at == atSlashes:
		g.b.fail(CodeHost, at, wording.New("scripts.host_have_follow_scheme", "// and a host have to follow the scheme"))
	}
	g.at = atPath
	return "", text, at
}

// behind checks that what follows an option with host and path cannot lengthen the host.
func (g *webGrammar) behind(text string, at int) {
	if !strings.ContainsRune("/?#", rune(text[0])) {
		g.b.fail(CodeHost, at, wording.New("scripts.only_may_follow_option_holds", "only /, ? or # may follow an option that holds the host"))
	}
	g.at = atPath
}

func (g *webGrammar) advance(c byte) {
	switch {
	case g.at == atFragment:
	case c == '#':
		g.at = atFragment
	case c == '?' && g.at == atPath:
		g.at = atQuery
	}
}

func (g *webGrammar) slot(s *slot) {
	switch g.at {
	case atBase:
		s.place, g.at, g.based = inBase, atBehind, true
	case atBehind:
		g.b.fail(CodeHost, s.offset, wording.New("scripts.only_may_follow_option_holds", "only /, ? or # may follow an option that holds the host"))
	case atSlashes:
		g.b.fail(CodeHost, s.offset, wording.New("scripts.host_have_follow_scheme", "// and a host have to follow the scheme"))
	case atAuthority:
		g.host(s)
	case atOpaque, atPath:
		s.place, g.at, g.pathSlot = InPath, atPath, true
	case atQuery:
		s.place = InQuery
	case atFragment:
		s.place = InFragment
	}
}

func (g *webGrammar) host(s *slot) {
	if s.from != fromOption {
		g.b.fail(CodeHost, s.offset, wording.New("scripts.user_host_port_written_out", "user, host and port are written out; {Placeholder} may stand behind the first single /, not here", "Placeholder", s.String()))
		return
	}
	s.place, g.hostSlot = inHost, true
	g.authority.WriteByte('x')
}

func (g *webGrammar) end(at int) {
	if g.at == atSlashes {
		g.b.fail(CodeHost, at, wording.New("scripts.host_have_follow_scheme", "// and a host have to follow the scheme"))
	}
	if g.begins > 0 && !validAuthority(g.authority.String()) {
		g.b.fail(CodeHost, g.begins, wording.New("scripts.host_missing_not_valid", "the host is missing or not valid"))
	}
	if len(g.b.errs) > 0 {
		return
	}
	if hasDotSegment(g.b.shape()) {
		g.b.fail(CodeDotSegment, 0, wording.New("scripts.path_contains_segment", "the path contains a . or .. segment"))
	}
	g.b.out.finish = g.finish()
}

// finish chooses the check after rendering; most templates with a literal host
// and nothing in the path need none.
func (g *webGrammar) finish() func([]byte) error {
	switch {
	case g.hostSlot:
		return checkAddress
	case g.pathSlot || g.based:
		return checkPath
	}
	return nil
}

func checkPath(out []byte) error {
	if hasDotSegment(out) {
		return &Refusal{Why: wording.New("scripts.dot_segment", "dot segment")}
	}
	return nil
}

func checkAddress(out []byte) error {
	_, rest := splitScheme(out)
	host, _ := cutAuthority(string(rest))
	if !validAuthority(host) {
		return &Refusal{Why: wording.New("scripts.host", "host")}
	}
	return checkPath(out)
}
