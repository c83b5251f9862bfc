package webconfig

import (
	"html/template"
	"strings"

	"github.com/ringdex/ringdex/scripts"
)

// link is an address a script was rendered to, for href: templates let through http, https and mailto only, and scripts may also
// call (tel, sip, callto) or open a program the operator has enabled. What would run in the page is "#".
func link(address string) template.URL {
	scheme, rest, ok := strings.Cut(address, ":")
	scheme = strings.ToLower(scheme)
	if !ok || rest == "" || scheme == "" || scripts.Dangerous(scheme) || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-.") != "" {
		return "#"
	}
	return template.URL(scheme + ":" + rest) //nolint:gosec // the scheme is harmless, and attributes are still escaped
}
