package option

import (
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// hostLabel is a label of RFC 1123 2.1; the underscore occurs in names of internal machines.
var hostLabel = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

func readHostname(raw string) string {
	text := strings.ToLower(raw)
	host, port, hasPort := strings.Cut(text, ":")
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.String()
	}
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.String()
	}
	if hasPort && !isPort(port) || len(host) > 253 {
		return ""
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if !hostLabel.MatchString(label) {
			return ""
		}
	}
	return text
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func (o Option) readURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || !u.IsAbs() || strings.ContainsFunc(raw, unicode.IsSpace) {
		return ""
	}
	web := u.Scheme == "http" || u.Scheme == "https"
	if web && readHostname(u.Host) == "" || !web && o.Pattern == "" {
		return ""
	}
	return raw
}

func readEmail(raw string) string {
	a, err := mail.ParseAddress(raw)
	if err != nil || a.Address != raw || strings.ContainsAny(raw, "\" \t\r\n") {
		return ""
	}
	return raw
}

func readBoolean(raw string) string {
	switch text := strings.ToLower(raw); {
	case slices.Contains([]string{"true", "yes", "on", "1"}, text):
		return "true"
	case slices.Contains([]string{"false", "no", "off", "0"}, text):
		return "false"
	}
	return ""
}

func readRegion(raw string) string {
	text := strings.ToUpper(raw)
	r, err := language.ParseRegion(text)
	if err != nil || len(text) != 2 || !r.IsCountry() || r.Canonicalize() != r {
		return ""
	}
	return text
}

func readCIDR(raw string) string {
	if addr, err := netip.ParseAddr(raw); err == nil {
		return netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()).String()
	}
	p, err := netip.ParsePrefix(raw)
	if err != nil {
		return ""
	}
	return p.Masked().String()
}
