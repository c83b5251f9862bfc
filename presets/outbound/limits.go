package outbound

import "time"

// Limits bound what one request may cost. Zero fields mean the default.
type Limits struct {
	Connect  time.Duration // TCP connection: 5 s
	TLS      time.Duration // TLS handshake: 5 s
	Header   time.Duration // from the request sent to the answer's headers: 15 s
	IdleRead time.Duration // waiting for the next bytes of a body: 30 s
	Total    time.Duration // the whole request with its body and redirects: 120 s
	Body     int64         // decoded bytes of a body: 32 MiB
	Headers  int64         // bytes of an answer's headers: 64 KiB
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Connect:  or(l.Connect, 5*time.Second),
		TLS:      or(l.TLS, 5*time.Second),
		Header:   or(l.Header, 15*time.Second),
		IdleRead: or(l.IdleRead, 30*time.Second),
		Total:    or(l.Total, 120*time.Second),
		Body:     or(l.Body, 32<<20),
		Headers:  or(l.Headers, 64<<10),
	}
}

func or[T ~int64](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}
