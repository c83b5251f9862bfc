package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"golang.org/x/sync/errgroup"

	"github.com/ringdex/ringdex/api/phonebook"
)

// ldapServer is the LDAP server with its listeners; nil where nobody wants one.
type ldapServer struct {
	*phonebook.Server
	listeners []net.Listener
}

// listenLDAP opens the addresses phones look people up at.
func (a *app) listenLDAP() (l *ldapServer, err error) {
	plain, secure := a.settings.Get("ldap-listen"), a.settings.Get("ldaps-listen")
	if plain == "" && secure == "" {
		return nil, nil
	}
	var over *tls.Config
	if a.settings.Has("tls-cert") {
		pair, err := tls.LoadX509KeyPair(a.settings.Get("tls-cert"), a.settings.Get("tls-key"))
		if err != nil {
			return nil, fmt.Errorf("read --tls-cert and --tls-key: %w", err)
		}
		over = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	}
	if secure != "" && over == nil {
		return nil, errors.New("--ldaps-listen needs a certificate: --tls-cert and --tls-key")
	}
	l = &ldapServer{}
	defer func() {
		if err != nil {
			for _, one := range l.listeners {
				err = errors.Join(err, one.Close())
			}
		}
	}()
	if plain != "" {
		one, err := net.Listen("tcp", plain)
		if err != nil {
			return l, fmt.Errorf("listen for LDAP: %w; choose another address with --ldap-listen", err)
		}
		l.listeners = append(l.listeners, one)
	}
	if secure != "" {
		one, err := net.Listen("tcp", secure)
		if err != nil {
			return l, fmt.Errorf("listen for LDAPS: %w; choose another address with --ldaps-listen", err)
		}
		l.listeners = append(l.listeners, tls.NewListener(one, over))
	}
	l.Server = a.api.LDAP(over)
	return l, nil
}

// run serves until ctx is over.
func (l *ldapServer) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, one := range l.listeners {
		group.Go(func() error { return l.Serve(one) })
	}
	group.Go(func() error {
		<-ctx.Done()
		l.Close()
		return nil
	})
	return group.Wait()
}

func (l *ldapServer) close() error {
	if l == nil {
		return nil
	}
	var err error
	for _, one := range l.listeners {
		err = errors.Join(err, one.Close())
	}
	return err
}
