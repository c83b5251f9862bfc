package scripts

import (
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// dialGrammar follows tel:, sip: and callto: addresses. Values are numbers; a
// host behind `@` and parameters are the template's own.
type dialGrammar struct {
	b      *builder
	scheme string
	begun  bool
	host   strings.Builder // behind the @, with "x" for each option
	at     dialState
	begins int
	option bool
}

type dialState uint8

const (
	atNumber dialState = iota
	atDialHost
	atParameter
)

// literal drops the slashes of `callto://…`, which name no host.
func (g *dialGrammar) literal(text string, at int) string {
	if !g.begun {
		short := strings.TrimPrefix(text, "//")
		text, at = short, at+len(text)-len(short)
	}
	g.begun = true
	for i := range len(text) {
		g.advance(text[i], at+i)
	}
	return g.b.clean(text, at, -1)
}

func (g *dialGrammar) advance(c byte, at int) {
	switch {
	case c == '?' || g.at != atNumber && (c == ';' || c == '/'):
		g.at = atParameter
	case c == '@' && g.at == atNumber && g.scheme != "tel":
		g.at, g.begins = atDialHost, at+1
	case g.at == atDialHost:
		g.host.WriteByte(c)
	}
}

func (g *dialGrammar) slot(s *slot) {
	g.begun = true
	switch {
	case g.at == atNumber:
		s.place = InNumber
	case g.at == atDialHost && s.from == fromOption:
		s.place, g.option = inHost, true
		g.host.WriteByte('x')
	case g.at == atDialHost:
		g.b.fail(CodeHost, s.offset, wording.New("scripts.host_behind_written_out_placeholder", "the host behind the @ is written out; {Placeholder} may stand before it", "Placeholder", s.String()))
	default:
		g.b.fail(CodePlace, s.offset, wording.New("scripts.placeholder_may_stand_number_only", "{Placeholder} may stand for the number only, not in a parameter", "Placeholder", s.String()))
	}
}

func (g *dialGrammar) end(int) {
	if g.begins > 0 && !validHostPort(g.host.String()) {
		g.b.fail(CodeHost, g.begins, wording.New("scripts.host_missing_not_valid", "the host is missing or not valid"))
	}
	if g.option {
		g.b.out.finish = checkDialHost
	}
}

func checkDialHost(out []byte) error {
	_, host, _ := strings.Cut(string(out), "@")
	if i := strings.IndexAny(host, ";?/"); i >= 0 {
		host = host[:i]
	}
	if !validHostPort(host) {
		return &Refusal{Why: wording.New("scripts.host", "host")}
	}
	return nil
}
