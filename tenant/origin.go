package tenant

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// mostOrigins bounds a header that every widget carries.
const mostOrigins = 20

// completeOrigins checks the pages that may show the widget, and writes them as browsers do.
func (a *Account) completeOrigins() (problems option.Problems) {
	const name = "widget_origins"
	for i, raw := range a.WidgetOrigins {
		origin, ok := originOf(raw)
		if !ok {
			problems = append(problems, option.Problem{
				Option: name, Code: option.CodeMalformed, Text: wording.New("tenant.has_no_origin_entry", "has no origin in its entry {Value}", "Value", i+1),
				Hint: wording.New("tenant.write_origin", "write https:// and the host, with its port if it has one and nothing behind it: https://crm.example.com"),
			})
			continue
		}
		a.WidgetOrigins[i] = origin
	}
	if len(a.WidgetOrigins) > mostOrigins {
		problems = append(problems, option.Problem{Option: name, Code: option.CodeMalformed, Text: wording.New("tenant.has_more_entries", "has more than {Value} entries", "Value", mostOrigins)})
	}
	return problems
}

// originOf is the origin (RFC 6454) a text names, for a header: https, or http on the machine itself, a host and perhaps a port.
func originOf(raw string) (string, bool) {
	u, err := url.Parse(strings.ToLower(strings.TrimSpace(raw)))
	if err != nil || u.User != nil || u.Opaque != "" || strings.Trim(u.Path, "/") != "" || strings.ContainsAny(raw, "?#") {
		return "", false
	}
	host, port := u.Hostname(), u.Port()
	ip, err := netip.ParseAddr(host)
	loopback := host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback):
		return "", false
	case err == nil && ip.Is6() && ip.Zone() == "":
		host = "[" + host + "]"
	case strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || strings.Trim(host, ".-") == "":
		return "", false
	}
	if strings.HasSuffix(u.Host, ":") {
		return "", false
	}
	if port == "" || port == map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		return u.Scheme + "://" + host, true
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", false
	}
	return u.Scheme + "://" + host + ":" + port, true
}
