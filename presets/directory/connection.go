package directory

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/wording"
)

// broke words an error of the network; it shows no address.
func broke(ctx context.Context, op wording.Text, err error) error {
	var ours *presets.Error
	if errors.As(err, &ours) {
		return err
	}
	if ctx.Err() != nil {
		return &presets.Error{Op: op, Text: wording.New("presets.run_stopped", "the run was stopped"), Err: ctx.Err()}
	}
	e := &presets.Error{Op: op, Text: wording.New("presets.connection_broke", "the connection broke"), Retry: true, Err: err}
	var cert *tls.CertificateVerificationError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &unknown):
		e.Text, e.Retry = wording.New("directory.server_certificate_not_authority_server", "the server's certificate is not of an authority this server trusts"), false
		e.Hint = wording.New("directory.directory_own_certificate_authority_paste", "for a directory with its own certificate authority, paste that authority's certificate into the options")
	case errors.As(err, &host):
		e.Text, e.Retry = wording.New("directory.server_certificate_another_name", "the server's certificate is for another name"), false
		e.Hint = wording.New("directory.enter_server_by_name_stands", "enter the server by a name that stands in its certificate, or give that name in the options")
	case errors.As(err, &cert):
		e.Text, e.Retry, e.Hint = wording.New("directory.server_certificate_not_valid", "the server's certificate is not valid"), false, wording.New("directory.may_have_expired_whoever_runs", "it may have expired; whoever runs the server has to renew it")
	case errors.As(err, &record):
		e.Text, e.Retry, e.Hint = wording.New("presets.no_tls", "the server does not speak TLS there"), false, wording.New("directory.check_port_encryption_options", "check port and encryption in the options")
	case errors.Is(err, outbound.ErrAddress):
		e.Text, e.Retry = wording.Of(outbound.ErrAddress), false
		e.Hint = wording.New("directory.check_address_server_one_private", "check the address of the server; for one in a private network the operator has to allow it")
	case errors.Is(err, outbound.ErrConnect):
		e.Text, e.Hint = wording.Of(outbound.ErrConnect), wording.New("directory.check_server_port_firewall", "check server, port and firewall")
	case errors.Is(err, errLarge), errors.Is(err, outbound.ErrTooLarge):
		e.Text, e.Retry = wording.Of(errLarge), false
	case errors.Is(err, outbound.ErrIdle):
		e.Text = wording.Of(outbound.ErrIdle)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed), errors.As(err, &timeout) && timeout.Timeout():
		e.Text = wording.New("presets.server_took_too_long", "the server took too long")
	}
	return e
}
