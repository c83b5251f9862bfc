package setup

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// ErrSignIn means that an integration has nothing to sign in to, or that a sign-in cannot be finished.
var ErrSignIn = errors.New("sign-in at the CRM")

// errNoAddress is the one thing a sign-in needs that no option of a preset gives.
var errNoAddress = wording.Errorf(ErrSignIn, "setup.no_address", "the CRM sends people back to this server, whose address is not known; "+
	"start `ringdex serve` first, or name it by --public-url")

// errOver is all that is said of a sign-in that does not fit any that was begun here.
var errOver = wording.Errorf(ErrSignIn, "setup.link_over_used_start_sign", "this link is over or was used; start the sign-in again")

// canSignIn says why neither a person nor the program could sign in at the CRM with these options, before anything is made
// that waits for it.
func (s *Setup) canSignIn(p *presets.Preset, v option.Values) error {
	if !p.NeedsSignIn(v) {
		return nil
	}
	if p.NeedsPerson(v) && s.d.PublicURL == "" {
		return errNoAddress
	}
	_, err := oauth.FromPreset(p, v)
	return err
}

// signIns keeps one token source per integration, so that one process renews a token once (reliability row E9).
type signIns struct {
	d       Deps
	flow    oauth.Flow
	mu      sync.Mutex
	sources map[tenant.IntegrationID]*oauth.Source
}

func newSignIns(d Deps) *signIns {
	return &signIns{
		d: d, flow: oauth.Flow{States: states{d.Directory}, Now: d.Now},
		sources: map[tenant.IntegrationID]*oauth.Source{},
	}
}

// tokens returns where an integration gets its access tokens from, from now on through this guard; nil for presets that
// need none.
func (s *signIns) tokens(i tenant.Integration, p *presets.Preset, values option.Values, guard *outbound.Guard) (presets.TokenSource, error) {
	if !p.NeedsSignIn(values) {
		return nil, nil
	}
	provider, err := oauth.FromPreset(p, values)
	if err != nil {
		return nil, err
	}
	client := guard.HTTPClient(string(i.Tenant), outbound.Client{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.sources[i.ID]; ok {
		known.Use(provider, client)
		return known, nil
	}
	source := oauth.New(oauth.Deps{
		Vault: s.vaultOf(i, provider.Grant), Provider: provider,
		HTTP: client, Now: s.d.Now, Sleep: s.d.Sleep, Log: s.d.Log,
	})
	s.sources[i.ID] = source
	return source, nil
}

// drop forgets an integration's tokens in memory, because they were replaced or are gone.
func (s *signIns) drop(id tenant.IntegrationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sources, id)
}

// Close waits for token renewals under way: a token that was asked for must be saved.
func (s *Setup) Close() {
	s.sign.mu.Lock()
	defer s.sign.mu.Unlock()
	for _, source := range s.sign.sources {
		source.Close()
	}
}

// AuthorizeURL returns the address at which somebody signs in at the CRM and gives access. It is good for ten minutes
// and one use, in whatever browser it is opened.
func (s *Setup) AuthorizeURL(ctx context.Context, by tenant.Actor, t tenant.ID, id tenant.IntegrationID) (string, error) {
	return s.AuthorizeURLFor(ctx, by, t, id, "")
}

// AuthorizeURLFor is AuthorizeURL for one browser session: only it can finish the sign-in, and a draft stays a draft, because
// whoever sits there goes on setting it up.
func (s *Setup) AuthorizeURLFor(ctx context.Context, by tenant.Actor, t tenant.ID, id tenant.IntegrationID, session string) (string, error) {
	if err := s.d.Directory.Authorise(ctx, by, t, tenant.ManageIntegrations); err != nil {
		return "", err
	}
	i, provider, err := s.provider(ctx, t, id)
	if err != nil {
		return "", err
	}
	if provider.Grant != oauth.AuthorizationCode {
		return "", wording.Errorf(ErrSignIn, "setup.name_does_not_need_one", "{Name} does not need one", "Name", i.Name)
	}
	if s.d.PublicURL == "" {
		return "", errNoAddress
	}
	return s.sign.flow.Begin(ctx, provider, s.CallbackURL(), oauth.Binding{Integration: bound(i.Tenant, i.ID), Session: session})
}

// CallbackURL is where CRMs send people back to, and what has to be registered there.
func (s *Setup) CallbackURL() string {
	return strings.TrimRight(s.d.PublicURL, "/") + "/oauth/callback"
}

// Authorized finishes a sign-in with what came back with the browser, whose session is "" where it has none. The integration is
// enabled if it was waiting for it, unless the sign-in was begun by [Setup.AuthorizeURLFor].
func (s *Setup) Authorized(ctx context.Context, query url.Values, session string) (tenant.Integration, error) {
	accepted, err := s.sign.flow.Accept(ctx, oauth.Answer{
		State: query.Get("state"), Code: query.Get("code"), Error: query.Get("error"), Issuer: query.Get("iss"), Params: query,
		Session: session,
	})
	if errors.Is(err, oauth.ErrState) {
		return tenant.Integration{}, errOver
	}
	if err != nil {
		return tenant.Integration{}, err
	}
	t, id, err := unbound(accepted.Binding.Integration)
	if err != nil {
		return tenant.Integration{}, err
	}
	i, provider, err := s.provider(ctx, t, id)
	if err != nil {
		return i, err
	}
	grant, err := s.sign.flow.Exchange(ctx, s.d.Guard.HTTPClient(string(t), outbound.Client{}), provider, accepted)
	if errors.Is(err, oauth.ErrState) { // the integration was pointed at another provider meanwhile
		return i, errOver
	}
	if err != nil {
		return i, err
	}
	return s.connected(ctx, i, grant, accepted.Binding.Session == "")
}

// connected saves a grant and lets the integration work, a draft only if enable says so.
func (s *Setup) connected(ctx context.Context, i tenant.Integration, grant oauth.Grant, enable bool) (tenant.Integration, error) {
	_, err := s.sign.vaultOf(i, oauth.AuthorizationCode).Update(ctx, func(g *oauth.Grant) error {
		grant.Version = g.Version + 1
		*g = grant
		return nil
	})
	if err != nil {
		return i, fmt.Errorf("keep the sign-in of %s: %w", i.ID, err)
	}
	s.sign.drop(i.ID)
	err = s.d.Directory.SetConnection(ctx, i.Tenant, i.ID, tenant.ConnectionState{Health: tenant.HealthOK, Since: s.d.Now()})
	if err != nil || i.State != tenant.StateDraft || i.Wizard != nil || !enable {
		return i, err
	}
	return s.d.Directory.SetIntegration(ctx, tenant.Server("sign-in"), i.Tenant, i.ID, func(i *tenant.Integration) error {
		i.State = tenant.StateEnabled
		return nil
	})
}

// Revoke asks the CRM to withdraw what it gave, as well as that can be done: the integration goes either way.
func (s *Setup) Revoke(ctx context.Context, i tenant.Integration) {
	defer s.sign.drop(i.ID)
	_, provider, err := s.provider(ctx, i.Tenant, i.ID)
	if err != nil || provider.Grant == "" {
		return
	}
	grant, err := s.sign.vaultOf(i, provider.Grant).Load(ctx)
	if err != nil || grant.Version == 0 {
		return
	}
	if err := oauth.Revoke(ctx, s.d.Guard.HTTPClient(string(i.Tenant), outbound.Client{}), provider, grant); err != nil {
		s.d.Log.Warn("the CRM did not confirm that access was withdrawn", "integration", i.ID, "error", err)
	}
}

// provider is where an integration signs in; the zero value if it does not.
func (s *Setup) provider(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (tenant.Integration, oauth.Provider, error) {
	i, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return i, oauth.Provider{}, err
	}
	p, err := s.preset(i.Preset)
	if err != nil {
		return i, oauth.Provider{}, err
	}
	values, err := s.valuesSoFar(ctx, i, p)
	if err != nil || !p.NeedsSignIn(values) {
		return i, oauth.Provider{}, err
	}
	if p, err = completed(p, i); err != nil {
		return i, oauth.Provider{}, fmt.Errorf("options of %s: %w", i.Name, err)
	}
	provider, err := oauth.FromPreset(p, values)
	return i, provider, err
}

// bound names an integration inside a sign-in's state.
func bound(t tenant.ID, id tenant.IntegrationID) string { return string(t) + "/" + string(id) }

func unbound(text string) (tenant.ID, tenant.IntegrationID, error) {
	t, id, ok := strings.Cut(text, "/")
	if !ok {
		return "", "", oauth.ErrState
	}
	return tenant.ID(t), tenant.IntegrationID(id), nil
}
