package outbound

import "net/http"

// Follow is a client like c that follows up to n redirects, at most 3, by the rules of [ErrRedirect].
func Follow(c *http.Client, n int) *http.Client {
	following := *c
	following.CheckRedirect = redirects(min(max(n, 0), maxRedirects))
	return &following
}
