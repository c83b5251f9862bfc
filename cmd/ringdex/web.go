package main

import (
	"net"
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/webconfig"
)

// apiPaths are what machines ask for, with everything below them; the rest is pages for people.
var apiPaths = []string{"/v1", "/openapi.json", "/livez", "/readyz", "/version", "/metrics", "/phonebook", "/3cx"}

// publicHandler answers everybody on the one listener: machines by package api, people by package webconfig.
func (a *app) publicHandler() http.Handler {
	machines := a.api.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forMachines(r.URL.Path) {
			machines.ServeHTTP(w, r)
			return
		}
		a.web.ServeHTTP(w, r)
	})
}

func forMachines(path string) bool {
	path = "/" + strings.TrimLeft(path, "/") // some phone systems double the slash
	for _, p := range apiPaths {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// wireWeb builds the pages.
func (a *app) wireWeb() (err error) {
	d := webconfig.Deps{
		Directory: a.directory, Keys: a.keys, Store: a.control, Setup: a.setup, Catalog: a.catalog, Jobs: a.jobs, Cache: a.cache,
		Recognizer: a.recognize, Calls: a.calls, Lines: a.lines, Erase: a.api.EraseIntegration, EraseAccount: a.api.EraseAccount, Requests: a.api.Requests, Ask: a.api.Ask, PBXTemplate: api.PBXTemplate, Notices: a.notices, Log: a.log, Version: version(), PublicURL: a.settings.publicURL,
		Contact: a.settings.Get("operator-contact"), TrustedProxies: a.settings.proxies(),
		Demo:     a.settings.demo,
		LDAPPort: listenPort(a.settings.Get("ldap-listen")), LDAPSPort: listenPort(a.settings.Get("ldaps-listen")),
	}
	if issuer := a.settings.Get("oidc-issuer"); issuer != "" {
		d.OIDC = &webconfig.OIDC{
			Name: a.settings.Get("oidc-name"), Issuer: issuer,
			ClientID: a.settings.Get("oidc-client-id"), ClientSecret: a.settings.Get("oidc-client-secret"),
			Organisation: a.settings.Get("oidc-organisation-claim"),
			RoleClaim:    a.settings.Get("oidc-role-claim"), AdminRole: a.settings.Get("oidc-admin-role"),
		}
	}
	a.web, err = webconfig.New(d)
	return err
}

// listenPort is the port of an address that is listened on; "" of none.
func listenPort(listen string) string {
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return ""
	}
	return port
}
