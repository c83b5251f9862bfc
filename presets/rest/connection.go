package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/wording"
)

// wordConnection tells what went wrong below HTTP, and whether it may pass.
func wordConnection(err error) *presets.Error {
	out := &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.New("presets.connection_broke", "the connection broke"), Retry: true, Err: err}
	var cert *tls.CertificateVerificationError
	var host x509.HostnameError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		out.Text, out.Retry = wording.New("presets.no_tls", "the server does not speak TLS there"), false
		out.Hint = wording.New("rest.https_or_http", "check whether the address begins with https or http, and its port")
	case errors.As(err, &cert), errors.As(err, &host):
		out.Text, out.Retry = wording.New("rest.server_certificate_not_valid", "the server's certificate is not valid for it"), false
		out.Hint = wording.New("rest.check_address_crm_server_your", "check the address of the CRM; a server of your own may need its certificate authority added")
	case errors.Is(err, outbound.ErrAddress):
		out.Text, out.Retry = wording.Of(outbound.ErrAddress), false
		out.Hint = wording.New("rest.check_address_crm_one_private", "check the address of the CRM; for one in a private network the operator has to allow it")
	case errors.Is(err, outbound.ErrConnect):
		out.Text = wording.Of(outbound.ErrConnect)
	case errors.Is(err, outbound.ErrTooLarge), errors.Is(err, errLarge):
		out.Text, out.Retry, out.Hint = wording.Of(errLarge), false, wording.New("rest.smaller_page_size_may_help", "a smaller page size may help")
	case errors.Is(err, outbound.ErrIdle):
		out.Text = wording.Of(outbound.ErrIdle)
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		out.Text = wording.New("presets.server_took_too_long", "the server took too long")
	}
	return out
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// jitter is a random part of d, so that many connections do not come back together.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}
