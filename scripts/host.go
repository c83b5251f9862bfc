package scripts

import (
	"bytes"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// cutAuthority splits at the first byte that ends an authority. A backslash does
// as well: browsers read it as a slash, so none may be in a host.
func cutAuthority(text string) (authority, rest string) {
	if i := strings.IndexAny(text, `/?#\`); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// validAuthority accepts [user@]host[:port] with a host name, an IPv4 address or
// an IPv6 address in brackets (RFC 3986 section 3.2), all in ASCII.
func validAuthority(text string) bool {
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		if !validUser(text[:i]) {
			return false
		}
		text = text[i+1:]
	}
	return validHostPort(text)
}

func validUser(user string) bool {
	for i := range len(user) {
		c := user[i]
		if !unreserved(c) && !strings.ContainsRune(":%!$&'()*+,;=", rune(c)) {
			return false
		}
	}
	return user != ""
}

func validHostPort(text string) bool {
	if address, rest, ok := strings.Cut(text, "]"); ok {
		return strings.HasPrefix(address, "[") && onlyOf(address[1:], "0123456789abcdefABCDEF:.") && validPort(rest)
	}
	host, port := text, ""
	if i := strings.IndexByte(text, ':'); i >= 0 {
		host, port = text[:i], text[i:]
	}
	return validHost(host) && validPort(port)
}

// validPort accepts nothing or a colon and one to five digits.
func validPort(port string) bool {
	return port == "" || port[0] == ':' && len(port) <= 6 && onlyOf(port[1:], "0123456789")
}

// validHost accepts labels of letters, digits, hyphens and, because internal
// names have them, underscores; at most 253 bytes (RFC 1035).
func validHost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !unreserved(c) || c == '~' {
				return false
			}
		}
	}
	return true
}

// onlyOf reports whether text is not empty and made of these bytes.
func onlyOf(text, bytes string) bool {
	return text != "" && strings.Trim(text, bytes) == ""
}

// appendHostPart is for an option inside a literal host; checkAddress looks at
// the whole of it afterwards.
func appendHostPart(dst []byte, value string) ([]byte, error) {
	if !validHostPort(value) || value[0] == '[' {
		return dst, &Refusal{Why: wording.New("scripts.not_bare_host_name", "not a bare host name")}
	}
	return append(dst, value...), nil
}

// appendBase is for an option such as https://crm.example.com/suite/.
func appendBase(dst []byte, value string) ([]byte, error) {
	start := len(dst)
	dst, err := appendWhole(dst, value)
	if err != nil {
		return dst, err
	}
	if bytes.ContainsAny(dst[start:], "?#") {
		return dst[:start], &Refusal{Why: wording.New("scripts.query_base_address", "query in the base address")}
	}
	return append(dst[:start], bytes.TrimRight(dst[start:], "/")...), nil
}

// appendWhole is for $(PopUpUri) alone: an http or https address with a host and
// no user, as it is; blanks and other bytes no address may have become %XX.
func appendWhole(dst []byte, value string) ([]byte, error) {
	scheme, rest, ok := cutScheme(value)
	if !ok || scheme != "https" && scheme != "http" || !strings.HasPrefix(rest, "//") {
		return dst, &Refusal{Why: wording.New("scripts.not_http_https_address", "not an http or https address")}
	}
	host, rest := cutAuthority(rest[2:])
	if !validHostPort(host) || strings.HasPrefix(rest, `\`) {
		return dst, &Refusal{Why: wording.New("scripts.host", "host")}
	}
	start := len(dst)
	for i := range len(value) {
		if isControl(value[i]) {
			return dst[:start], &Refusal{Why: wording.New("scripts.control_character", "control character")}
		}
		dst = appendLegal(dst, value, i)
	}
	return dst, nil
}

// Page checks the address of a record's page as it came from a CRM or a file, where
// whoever fills in a web form may have written it. It returns the address as
// $(PopUpUri) alone shows it, or nothing where that would show nothing.
func Page(address string) string {
	page, err := appendWhole(make([]byte, 0, len(address)), address)
	if err != nil {
		return ""
	}
	return string(page)
}

// appendLegal appends one byte of an address that is already encoded.
func appendLegal(dst []byte, text string, i int) []byte {
	c := text[i]
	if unreserved(c) || strings.IndexByte("!#$&'()*+,/:;=?@[]", c) >= 0 || c == '%' && validEscape(text, i) {
		return append(dst, c)
	}
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// splitScheme cuts `scheme:` and `//` off a rendered address.
func splitScheme(address []byte) (scheme, rest []byte) {
	scheme, rest, _ = bytes.Cut(address, []byte(":"))
	return scheme, bytes.TrimPrefix(rest, []byte("//"))
}

// hasDotSegment looks for `.` and `..` in the path, also percent-encoded, as
// browsers read them (WHATWG URL, "double-dot path segment"). Values cannot
// bring `/`, `?` or `#`, so the path is where the template put it.
func hasDotSegment(address []byte) bool {
	_, path, _ := bytes.Cut(address, []byte(":"))
	if rest, ok := bytes.CutPrefix(path, []byte("//")); ok {
		i := bytes.IndexAny(rest, "/?#")
		if i < 0 {
			return false
		}
		path = rest[i:]
	}
	if i := bytes.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	for len(path) > 0 {
		segment := path
		if i := bytes.IndexByte(path, '/'); i >= 0 {
			segment, path = path[:i], path[i+1:]
		} else {
			path = nil
		}
		if isDots(segment) {
			return true
		}
	}
	return false
}

// isDots reports whether a segment is one or two dots, each plain or as %2E.
func isDots(segment []byte) bool {
	dots := 0
	for len(segment) > 0 {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case len(segment) >= 3 && segment[0] == '%' && segment[1] == '2' && segment[2]|0x20 == 'e':
			segment = segment[3:]
		default:
			return false
		}
		dots++
	}
	return dots == 1 || dots == 2
}
