package place

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/wording"
)

// Lookup gives the value of a reference.
type Lookup func(presets.Part) (string, error)

// errHost says that a value would change where a request goes.
var errHost = wording.Error("presets.no_host_name", "is no host name")

var (
	hostForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)
	pathForm = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*$`)
)

// URL puts values into an address. A value at its beginning is a whole http or https address without query, or a path;
// in the host it is a host with or without port; behind that it is encoded.
func URL(text string, lookup Lookup) (string, error) {
	t, err := presets.ParseText(text)
	if err != nil {
		return "", fmt.Errorf("read address: %w", err)
	}
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Space == "" {
			b.WriteString(p.Literal)
			continue
		}
		v, err := lookup(p)
		if err != nil {
			return "", err
		}
		if v, err = inURL(b.String(), v); err != nil {
			return "", fmt.Errorf("value of $(%s): %w", p, err)
		}
		b.WriteString(v)
	}
	return b.String(), nil
}

// inURL encodes a value for where it stands behind what is written already.
func inURL(before, v string) (string, error) {
	_, rest, absolute := strings.Cut(before, "://")
	switch {
	case before == "":
		return base(v)
	case strings.ContainsAny(before, "?#"):
		return scripts.InQuery.Escape(v)
	case absolute && !strings.Contains(rest, "/"):
		if !hostForm.MatchString(v) {
			return "", errHost
		}
		return v, nil
	}
	return scripts.InPath.Escape(v)
}

// base checks an address other texts are put behind.
func base(v string) (string, error) {
	v = strings.TrimRight(v, "/")
	if pathForm.MatchString(v) && !strings.Contains(v, "//") && !strings.Contains(v, "/..") {
		return v, nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !hostForm.MatchString(u.Host) ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Contains(u.Path, "..") {
		return "", wording.Error("presets.no_plain_http_https_address", "is no plain http or https address")
	}
	return v, nil
}
