package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// follow takes the next page's address, which has to stay on the server.
func (p *pager) follow(next *position, a *answer) (bool, error) {
	text := ""
	if p.Kind == "link_header" {
		text = linkNext(a.header)
	} else {
		text, _ = p.cursorIn(*next, a)
	}
	if text == "" || p.over(a) {
		return p.ended(a)
	}
	there, err := onServer(a.url, text)
	if err != nil {
		return false, err
	}
	next.URL = there
	return false, nil
}

// onServer is an address an answer names: whole, or as it stands to the answer's own. It has to be on the same server. One
// behind a proxy that takes the TLS off may not know that it is asked by https, which stays.
func onServer(answered, text string) (string, error) {
	here, err := url.Parse(answered)
	if err != nil {
		return "", fmt.Errorf("read address: %w", err)
	}
	there, err := here.Parse(text)
	if err == nil && here.Scheme == "https" && there.Scheme == "http" {
		there.Scheme = here.Scheme
	}
	switch {
	case err != nil:
		return "", errNext
	case there.Scheme != here.Scheme || !strings.EqualFold(there.Host, here.Host) || there.User != nil:
		return "", errForeign
	case there.String() == here.String():
		return "", errCircle
	}
	there.Fragment = ""
	return there.String(), nil
}

// linkNext is the address with rel=next in Link headers (RFC 8288).
func linkNext(h http.Header) string {
	for _, value := range h.Values("Link") {
		for value != "" {
			_, rest, ok := strings.Cut(value, "<")
			address, params, closed := strings.Cut(rest, ">")
			if !ok || !closed {
				break
			}
			params, value, _ = strings.Cut(params, ",")
			if isNext(params) {
				return address
			}
		}
	}
	return ""
}

func isNext(params string) bool {
	for _, one := range strings.Split(params, ";") {
		name, v, _ := strings.Cut(one, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			for _, rel := range strings.Fields(strings.Trim(strings.TrimSpace(v), `"`)) {
				if strings.EqualFold(rel, "next") {
					return true
				}
			}
		}
	}
	return false
}
