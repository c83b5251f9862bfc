package outbound

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// ErrRedirect says that an answer pointed somewhere a client does not follow: too many hops, from https to http, to
// another scheme, or to another host with a body.
var ErrRedirect = wording.Error("outbound.redirect", "redirect refused")

// harmless are the headers that may go to another host: they tell nothing about who asks.
var harmless = []string{"Accept", "Accept-Encoding", "Accept-Language", "User-Agent"}

// redirects makes the rule for at most n hops. The addresses themselves are checked when they are dialled.
func redirects(n int) func(*http.Request, []*http.Request) error {
	if n == 0 {
		return func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return func(next *http.Request, via []*http.Request) error {
		last := via[len(via)-1]
		switch {
		case len(via) > n,
			next.URL.Scheme != "https" && next.URL.Scheme != "http",
			last.URL.Scheme == "https" && next.URL.Scheme == "http":
			return ErrRedirect
		}
		if !sameHost(via[0].URL, next.URL) {
			if next.Body != nil && next.Body != http.NoBody {
				return ErrRedirect
			}
			keepHarmless(next.Header)
			next.URL.User = nil
		}
		return nil
	}
}

// keepHarmless drops everything else, since keys travel in headers of any name.
func keepHarmless(h http.Header) {
	for name := range h {
		if !slices.Contains(harmless, name) {
			h.Del(name)
		}
	}
}

func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host)
}
