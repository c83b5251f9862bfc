package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"
)

// maxRedirects is the most hops a client may be told to follow.
const maxRedirects = 3

// Client describes one HTTP client.
type Client struct {
	Redirects int            // hops to follow, at most 3; 0: an answer that redirects is returned as it is
	RootCAs   *x509.CertPool // nil: the system's; a customer's own certificate authority otherwise
	Limits    Limits         // zero fields: the guard's
}

// HTTPClient makes the client of one tenant. It shares no connection with any other client, so nothing that was opened
// under one tenant's rules is used by another. Call CloseIdleConnections when it is no longer needed.
//
// Answers compressed with gzip are decoded here, and [Limits.Body] counts decoded bytes ([ErrTooLarge]); a body that
// pauses too long ends with [ErrIdle]. Certificates are always verified, TLS is at least 1.2.
func (g *Guard) HTTPClient(tenant string, c Client) *http.Client {
	l := c.Limits.or(g.limits)
	t := &http.Transport{
		Proxy:                  nil, // HTTP_PROXY would lead around the guard
		DialContext:            g.DialContext(tenant),
		TLSClientConfig:        &tls.Config{RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    l.TLS,
		ResponseHeaderTimeout:  l.Header,
		MaxResponseHeaderBytes: l.Headers,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConnsPerHost:    4,
		DisableCompression:     true, // decoding is ours, with a limit
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{
		Transport:     &transport{base: t, limits: l},
		Timeout:       l.Total,
		CheckRedirect: redirects(min(max(c.Redirects, 0), maxRedirects)),
	}
}

func (l Limits) or(d Limits) Limits {
	return Limits{
		Connect: or(l.Connect, d.Connect), TLS: or(l.TLS, d.TLS), Header: or(l.Header, d.Header),
		IdleRead: or(l.IdleRead, d.IdleRead), Total: or(l.Total, d.Total),
		Body: or(l.Body, d.Body), Headers: or(l.Headers, d.Headers),
	}
}
