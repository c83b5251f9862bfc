package webconfig

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/ringdex/ringdex/tenant"
)

// OIDC is the identity provider of the operator, such as the telephony system people know already.
type OIDC struct {
	Name         string // on the button
	Issuer       string
	ClientID     string
	ClientSecret string
	Organisation string // claim that holds the external id of somebody's tenant
	RoleClaim    string // claim that holds a role or a list of roles
	AdminRole    string // the value of it that makes an admin
}

// oidcPath is where the provider sends people back to, below the public URL.
const oidcPath = "/sign-in/oidc/callback"

func (w *Web) oidcRoutes() []route {
	if w.OIDC == nil {
		return nil
	}
	return []route{
		get("/sign-in/oidc", needNobody, w.beginOIDC),
		get(oidcPath, needNobody, w.endOIDC),
	}
}

// oidcClient knows the provider once it has described itself.
type oidcClient struct {
	set      OIDC
	redirect string
	http     *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
}

func newOIDC(set OIDC, redirect string) *oidcClient {
	return &oidcClient{set: set, redirect: redirect, http: &http.Client{Timeout: 15 * time.Second}}
}

// find reads the provider's description, until it succeeds once.
func (o *oidcClient) find(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	// The context lives on in the provider, which fetches new keys with it.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.http), o.set.Issuer)
	if err != nil {
		return nil, fmt.Errorf("read the description of the identity provider: %w", err)
	}
	o.provider = p
	return p, nil
}

func (o *oidcClient) config(p *oidc.Provider) oauth2.Config {
	return oauth2.Config{
		ClientID: o.set.ClientID, ClientSecret: o.set.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: o.redirect,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// underWay is a sign-in that has begun, kept in the session of the browser that began it.
type underWay struct {
	State, Nonce, Verifier, Next string
	Until                        int64
}

// beginOIDC leads to the provider. It is a link and no form: the policy would hold a form against the provider's address.
func (w *Web) beginOIDC(q *request) error {
	if !w.cookiesWork(q.Request()) {
		return q.Redirect(http.StatusSeeOther, "/sign-in")
	}
	p, err := w.oidc.find(q.ctx())
	if err != nil {
		w.Log.Error("sign-in with the identity provider", "error", err)
		return q.noSignIn("oidc.unreachable")
	}
	u := underWay{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: local(q.QueryParam("next")), Until: w.Now().Add(10 * time.Minute).Unix()}
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	w.sessions.Put(q.ctx(), sessOIDC, string(raw))
	config := w.oidc.config(p)
	return q.Redirect(http.StatusSeeOther, config.AuthCodeURL(u.State, oidc.Nonce(u.Nonce), oauth2.S256ChallengeOption(u.Verifier)))
}

// noSignIn goes back to the sign-in page with a reason.
func (q *request) noSignIn(key string) error {
	q.say("bad", q.T(key))
	return q.Redirect(http.StatusSeeOther, "/sign-in")
}

// claims is what is read of an ID token.
type claims struct {
	subject, email, organisation string
	verified                     bool
	roles                        []string
	rolesSaid                    bool
}

// errClaims means an answer that does not belong to a sign-in begun here, or that does not verify.
var errClaims = errors.New("the identity provider's answer is not good")

func (w *Web) endOIDC(q *request) error {
	var u underWay
	raw := w.sessions.PopString(q.ctx(), sessOIDC)
	if json.Unmarshal([]byte(raw), &u) != nil || u.State == "" || w.Now().Unix() > u.Until ||
		subtle.ConstantTimeCompare([]byte(u.State), []byte(q.QueryParam("state"))) != 1 {
		return q.noSignIn("oidc.over")
	}
	if iss := q.QueryParam("iss"); iss != "" && iss != w.oidc.set.Issuer { // RFC 9207
		return q.noSignIn("oidc.over")
	}
	if q.QueryParam("code") == "" {
		return q.noSignIn("oidc.refused")
	}
	said, err := w.oidc.claims(q.ctx(), u, q.QueryParam("code"))
	if err != nil {
		w.Log.Warn("sign-in with the identity provider", "error", err)
		return q.noSignIn("oidc.failed")
	}
	person, reason, err := w.personOf(q.ctx(), said)
	if err != nil {
		return err
	}
	if reason != "" {
		return q.noSignIn(reason)
	}
	if err := w.signedIn(q, person); err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, u.Next)
}

// claims exchanges the code and verifies what comes back. Errors do not repeat the provider's bodies.
func (o *oidcClient) claims(ctx context.Context, u underWay, code string) (claims, error) {
	p, err := o.find(ctx)
	if err != nil {
		return claims{}, err
	}
	ctx = oidc.ClientContext(ctx, o.http)
	config := o.config(p)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(u.Verifier))
	if err != nil {
		return claims{}, fmt.Errorf("%w: the code was not exchanged", errClaims)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: o.set.ClientID}).Verify(ctx, raw)
	if err != nil {
		return claims{}, fmt.Errorf("%w: the ID token does not verify", errClaims)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(u.Nonce)) != 1 {
		return claims{}, fmt.Errorf("%w: another nonce", errClaims)
	}
	var all map[string]any
	if err := id.Claims(&all); err != nil {
		return claims{}, fmt.Errorf("%w: claims", errClaims)
	}
	return o.read(id.Subject, all), nil
}

func (o *oidcClient) read(subject string, all map[string]any) claims {
	c := claims{subject: subject}
	c.email, _ = all["email"].(string)
	c.verified, _ = all["email_verified"].(bool)
	switch org := all[o.set.Organisation].(type) {
	case string:
		c.organisation = org
	case float64:
		c.organisation = fmt.Sprintf("%.0f", org)
	}
	switch roles := all[o.set.RoleClaim].(type) {
	case string:
		c.roles, c.rolesSaid = []string{roles}, true
	case []any:
		c.rolesSaid = true
		for _, r := range roles {
			if text, ok := r.(string); ok {
				c.roles = append(c.roles, text)
			}
		}
	}
	return c
}

// role is what the claims make of somebody: an admin only where the operator's mapping says so.
func (o *oidcClient) role(c claims) tenant.Role {
	if o.set.AdminRole != "" && slices.Contains(c.roles, o.set.AdminRole) {
		return tenant.RoleAdmin
	}
	return tenant.RoleAgent
}

// personOf finds who the claims are about, or adds them at their first sign-in. reason is the key of what to tell somebody who
// cannot come in.
func (w *Web) personOf(ctx context.Context, c claims) (p tenant.Person, reason string, err error) {
	account, err := w.tenantOf(ctx, c.organisation)
	if errors.Is(err, tenant.ErrNotFound) {
		return p, "oidc.no_tenant", nil
	}
	if err != nil {
		return p, "", err
	}
	known, err := w.kept.identity(ctx, w.OIDC.Issuer, c.subject)
	if err != nil {
		return p, "", err
	}
	if known.Person != "" {
		who, err := w.Directory.SignedIn(ctx, known.Account, known.Person)
		if err == nil && known.Account != account.ID {
			return p, "oidc.elsewhere", nil
		}
		if err == nil {
			p, err = w.withRole(ctx, who.Person, c)
			return p, "", err
		}
		if !errors.Is(err, tenant.ErrNotFound) {
			return p, "", err
		}
	}
	return w.firstSignIn(ctx, account, c)
}

func (w *Web) firstSignIn(ctx context.Context, account tenant.Account, c claims) (p tenant.Person, reason string, err error) {
	if c.email == "" || !c.verified {
		return p, "oidc.no_email", nil
	}
	if account.Suspended {
		return p, "oidc.no_tenant", nil
	}
	p, err = w.Directory.PersonByEmail(ctx, c.email)
	switch {
	case errors.Is(err, tenant.ErrNotFound):
		p, err = w.Directory.AddPerson(ctx, tenant.Server("sign-in"), tenant.Person{Account: account.ID, Email: c.email, Role: w.oidc.role(c)}, tenant.Secret{})
		if refused(err) {
			return p, "oidc.no_email", nil
		}
	case err == nil && p.Account != account.ID:
		return p, "oidc.elsewhere", nil
	case err == nil:
		p, err = w.withRole(ctx, p, c)
	}
	if err != nil {
		return p, "", err
	}
	return p, "", w.kept.keepIdentity(ctx, w.OIDC.Issuer, c.subject, identity{account.ID, p.ID})
}

// withRole gives somebody the role of the claims, if those say anything about roles.
func (w *Web) withRole(ctx context.Context, p tenant.Person, c claims) (tenant.Person, error) {
	if role := w.oidc.role(c); c.rolesSaid && role != p.Role {
		return w.Directory.SetPerson(ctx, tenant.Server("sign-in"), p.Account, p.ID, func(p *tenant.Person) error { p.Role = role; return nil })
	}
	return p, nil
}

// tenantOf finds the tenant with that external id: the operator's own, else a reseller's if only one has it.
func (w *Web) tenantOf(ctx context.Context, external string) (tenant.Account, error) {
	if external == "" {
		return tenant.Account{}, tenant.ErrNotFound
	}
	a, err := w.Directory.AccountByExternal(ctx, w.Directory.Operator(), external)
	if !errors.Is(err, tenant.ErrNotFound) {
		return a, err
	}
	accounts, err := w.Directory.Accounts(ctx, tenant.Server("sign-in"))
	if err != nil {
		return tenant.Account{}, err
	}
	var found []tenant.Account
	for _, reseller := range accounts {
		if reseller.Kind != tenant.KindReseller {
			continue
		}
		if a, err := w.Directory.AccountByExternal(ctx, reseller.ID, external); err == nil {
			found = append(found, a)
		} else if !errors.Is(err, tenant.ErrNotFound) {
			return tenant.Account{}, err
		}
	}
	if len(found) != 1 {
		return tenant.Account{}, tenant.ErrNotFound
	}
	return found[0], nil
}
