package directory

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
)

// broke words an error of the network; it shows no address.
func broke(ctx context.Context, op string, err error) error {
	var ours *presets.Error
	if errors.As(err, &ours) {
		return err
	}
	if ctx.Err() != nil {
		return &presets.Error{Op: op, Text: "the run was stopped", Err: ctx.Err()}
	}
	e := &presets.Error{Op: op, Text: "the connection broke", Retry: true, Err: err}
	var cert *tls.CertificateVerificationError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &unknown):
		e.Text, e.Retry = "the server's certificate is not of an authority this server trusts", false
		e.Hint = "for a directory with its own certificate authority, paste that authority's certificate into the options"
	case errors.As(err, &host):
		e.Text, e.Retry = "the server's certificate is for another name", false
		e.Hint = "enter the server by a name that stands in its certificate, or give that name in the options"
	case errors.As(err, &cert):
		e.Text, e.Retry, e.Hint = "the server's certificate is not valid", false, "it may have expired; whoever runs the server has to renew it"
	case errors.As(err, &record):
		e.Text, e.Retry, e.Hint = "the server does not speak TLS there", false, "check port and encryption in the options"
	case errors.Is(err, outbound.ErrAddress):
		e.Text, e.Retry = outbound.ErrAddress.Error(), false
		e.Hint = "check the address of the server; for one in a private network the operator has to allow it"
	case errors.Is(err, outbound.ErrConnect):
		e.Text, e.Hint = outbound.ErrConnect.Error(), "check server, port and firewall"
	case errors.Is(err, errLarge), errors.Is(err, outbound.ErrTooLarge):
		e.Text, e.Retry = errLarge.Error(), false
	case errors.Is(err, outbound.ErrIdle):
		e.Text = outbound.ErrIdle.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed), errors.As(err, &timeout) && timeout.Timeout():
		e.Text = "the server took too long"
	}
	return e
}
