package scripts

import (
	"strings"
	"unicode"

	"github.com/ringdex/ringdex/wording"
)

// mailGrammar follows a mailto address (RFC 6068): addresses, then headers.
type mailGrammar struct {
	b       *builder
	headers bool
	begun   bool
	address string // the current address, with \x00 for a placeholder
	key     string // the current header's name
	value   bool   // behind its `=`
}

// literal reads the addresses up to the `?` and then the headers. Manuals write
// `mailto://?…`, which names a host and no address: the slashes go.
func (g *mailGrammar) literal(text string, at int) string {
	if !g.begun {
		short := strings.TrimPrefix(text, "//")
		text, at = short, at+len(text)-len(short)
	}
	g.begun = true
	for i := range len(text) {
		if g.headers {
			g.header(text[i])
		} else {
			g.recipient(text[i], at+i)
		}
	}
	return g.b.clean(text, at, -1)
}

func (g *mailGrammar) recipient(c byte, at int) {
	switch c {
	case '?':
		g.checkAddress(at)
		g.headers = true
	case ',':
		g.checkAddress(at)
	default:
		g.address += string(c)
	}
}

func (g *mailGrammar) checkAddress(at int) {
	if g.address != "" && g.address != "\x00" && !validMail(decoded(g.address)) {
		g.b.fail(CodePlace, at, wording.New("scripts.not_mail_address_placeholder_one", "not a mail address; a placeholder in one has to be the whole address"))
	}
	g.address = ""
}

func (g *mailGrammar) header(c byte) {
	switch {
	case c == '&':
		g.key, g.value = "", false
	case c == '=' && !g.value:
		g.value = true
	case !g.value:
		g.key += string(c)
	}
}

// slot allows values in the subject and the body only: any other header, such
// as bcc, would send the mail to somebody the data chose.
func (g *mailGrammar) slot(s *slot) {
	g.begun = true
	key := strings.ToLower(decoded(g.key))
	switch {
	case !g.headers:
		g.address += "\x00"
		s.place = inAddress
	case g.value && (key == "subject" || key == "body"):
		s.place = InMail
	default:
		g.b.fail(CodePlace, s.offset, wording.New("scripts.placeholder_may_stand_address_subject", "{Placeholder} may stand in the address, the subject or the body of a mail only", "Placeholder", s.String()))
	}
}

func (g *mailGrammar) end(at int) {
	if !g.headers {
		g.checkAddress(at)
	}
}

// decoded undoes percent-encoding.
func decoded(text string) string {
	s := splitter{read: pastedMark}
	return s.decode(text)
}

// appendAddress appends one whole mail address.
func appendAddress(dst []byte, value string) ([]byte, error) {
	value = strings.TrimSpace(value)
	if !validMail(value) {
		return dst, &Refusal{Why: wording.New("scripts.not_mail_address", "not a mail address")}
	}
	for i := range len(value) {
		if value[i] == '@' {
			dst = append(dst, '@')
			continue
		}
		dst, _ = InMail.Append(dst, value[i:i+1])
	}
	return dst, nil
}

// validMail accepts one address of a dot-atom and a host (RFC 5322 section
// 3.4.1), without quotes, comments and the characters that mean something in a
// mailto address.
func validMail(address string) bool {
	local, host, ok := strings.Cut(address, "@")
	return ok && local != "" && len(address) <= 254 && validLocal(local) && validMailHost(host)
}

func validLocal(local string) bool {
	for _, r := range local {
		plain := r > unicode.MaxASCII && unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark)
		if !plain && (r > unicode.MaxASCII || !unreserved(byte(r)) && !strings.ContainsRune("!#$'*+/=^`{|}", r)) {
			return false
		}
	}
	return true
}

func validMailHost(host string) bool {
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark) {
			return 'x'
		}
		return r
	}, host)
	return validHost(ascii)
}
