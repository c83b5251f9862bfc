package oauth

import (
	"cmp"
	"fmt"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
)

// The grants a provider can be asked for.
const (
	AuthorizationCode = "authorization_code"
	ClientCredentials = "client_credentials"
)

// Provider is one app at one identity provider.
type Provider struct {
	Grant        string // AuthorizationCode or ClientCredentials
	AuthorizeURL string
	TokenURL     string
	RevokeURL    string // "" where there is none
	Issuer       string // checked when an answer names one; "" is not checked
	ClientID     string
	ClientSecret string
	Scopes       []string
	Params       map[string]string // further parameters of the authorize address
	TokenParams  map[string]string // further parameters of token requests
	Basic        bool              // client id and secret as Basic sign-in, else in the body
	Keep         map[string]presets.Selector
	Lifetime     time.Duration // of an access token where the answer does not say; 0: until it is rejected
	Early        time.Duration // how long before its end a token is renewed; 0: a fifth of its life
}

// FromPreset makes the provider of a preset. Client id and secret are the options client_id and client_secret, which the
// operator sets once or a tenant for its own app.
func FromPreset(p *presets.Preset, v option.Values) (Provider, error) {
	a := p.Auth
	out := Provider{
		Grant: cmp.Or(a.Grant, AuthorizationCode), Scopes: a.Scopes, Basic: a.ClientAuth == "basic",
		ClientID: v.Get("client_id"), ClientSecret: v.Get("client_secret"),
		Lifetime: a.Lifetime, Early: a.RefreshEarly, Keep: map[string]presets.Selector{},
	}
	if out.ClientID == "" {
		return out, &presets.Error{
			Op: "sign in", Text: "client id and secret of the app are not set",
			Hint: "the operator sets them once for all, or set those of your own app",
		}
	}
	lookup := func(part presets.Part) (string, error) { return v.Get(part.Name), nil }
	for _, u := range []struct {
		from string
		to   *string
	}{{a.AuthorizeURL, &out.AuthorizeURL}, {a.TokenURL, &out.TokenURL}, {a.RevokeURL, &out.RevokeURL}} {
		text, err := place.URL(u.from, lookup)
		if err != nil {
			return out, fmt.Errorf("sign-in address of %s: %w", p.ID, err)
		}
		*u.to = text
	}
	var err error
	if out.Params, err = texts(a.Params, lookup); err != nil {
		return out, err
	}
	if out.TokenParams, err = texts(a.TokenParams, lookup); err != nil {
		return out, err
	}
	for name, text := range a.Keep {
		if out.Keep[name], err = presets.ParseSelector(text); err != nil {
			return out, fmt.Errorf("auth.keep.%s: %w", name, err)
		}
	}
	return out, nil
}

func texts(from map[string]string, lookup place.Lookup) (map[string]string, error) {
	out := map[string]string{}
	for name, text := range from {
		v, empty, err := place.Literal(text, lookup)
		if err != nil {
			return nil, fmt.Errorf("sign-in parameter %s: %w", name, err)
		}
		if !empty {
			out[name] = v
		}
	}
	return out, nil
}

func (p Provider) endpoint() oauth2.Endpoint {
	style := oauth2.AuthStyleInParams
	if p.Basic {
		style = oauth2.AuthStyleInHeader
	}
	return oauth2.Endpoint{AuthURL: p.AuthorizeURL, TokenURL: p.TokenURL, AuthStyle: style}
}

func (p Provider) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: p.endpoint(), RedirectURL: redirect, Scopes: p.Scopes,
	}
}

func (p Provider) credentials() *clientcredentials.Config {
	c := &clientcredentials.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, TokenURL: p.TokenURL, Scopes: p.Scopes,
		AuthStyle: p.endpoint().AuthStyle, EndpointParams: map[string][]string{},
	}
	for name, value := range p.TokenParams {
		c.EndpointParams.Set(name, value)
	}
	return c
}

// refreshing is the request of RFC 6749 section 6. The library's own refresh sends no further parameters, which some
// providers want; its client credentials request does, and lets the grant type be another one.
func (p Provider) refreshing(token string) *clientcredentials.Config {
	c := p.credentials()
	c.Scopes = nil
	c.EndpointParams.Set("grant_type", "refresh_token")
	c.EndpointParams.Set("refresh_token", token)
	return c
}

func options(params map[string]string, more ...oauth2.AuthCodeOption) []oauth2.AuthCodeOption {
	for name, value := range params {
		more = append(more, oauth2.SetAuthURLParam(name, value))
	}
	return more
}
