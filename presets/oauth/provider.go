package oauth

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// The grants a provider can be asked for; the names are the table auth.grant of the preset format.
const (
	AuthorizationCode = "authorization_code"
	ClientCredentials = "client_credentials"
	JWTBearer         = "jwt_bearer"
	Password          = "password"
)

// Provider is one app at one identity provider. It holds secrets and is not printed.
type Provider struct {
	Grant        string // one of the constants above
	AuthorizeURL string
	TokenURL     string // "" while it waits for values a grant keeps, see [Provider.at]
	RevokeURL    string // "" where there is none
	Issuer       string // has to come back with the browser (RFC 9207); "" is not checked
	ClientID     string
	ClientSecret string
	Username     string // of grant password
	Password     string
	Assertion    Assertion // of grant jwt_bearer
	Scopes       []string
	ScopeJoin    string            // between scopes; "": a blank
	NoPKCE       bool              // the provider refuses a challenge
	Params       map[string]string // further parameters of the authorize address
	TokenParams  map[string]string // further parameters of token requests
	TokenRequest string            // how token requests are written, of the table auth.token_request; "": form
	Basic        bool              // client id and secret as Basic sign-in, else among the parameters
	Keep         map[string]presets.Selector
	Claims       map[string]string // of the id_token, by the names they are kept under
	Redirect     map[string]Returned
	Lifetime     time.Duration // of an access token where the answer does not say; 0: until it is rejected
	Early        time.Duration // how long before its end a token is renewed; 0: a fifth of its life
	MinAge       time.Duration // a younger token is not renewed

	tokenText, revokeText string // addresses with $(auth.NAME) in them, "" where they have none
	options               option.Values
}

// Returned is a parameter of the redirect that a grant keeps.
type Returned struct {
	Param   string
	Pattern *regexp.Regexp // fits whole values only
}

// FromPreset makes the provider of a preset. Client id and secret are the options client_id and client_secret, which the
// operator sets once or a tenant for its own app.
func FromPreset(p *presets.Preset, v option.Values) (Provider, error) {
	a := p.Auth
	out := Provider{
		Grant: cmp.Or(a.Grant, AuthorizationCode), Scopes: a.Scopes, ScopeJoin: a.ScopeJoin, NoPKCE: a.NoPKCE,
		Basic: a.ClientAuth == "basic", TokenRequest: a.TokenRequest,
		ClientID: v.Get("client_id"), ClientSecret: v.Get("client_secret"),
		Lifetime: a.Lifetime, Early: a.RefreshEarly, MinAge: a.MinAge, Claims: a.Claims,
		options: v,
	}
	if _, has := p.Options.Find("client_id"); out.ClientID == "" && (has || out.Grant == AuthorizationCode || out.Grant == ClientCredentials) {
		return out, &presets.Error{
			Op: wording.New("presets.sign", "sign in"), Text: wording.New("oauth.client_id_secret_app_not", "client id and secret of the app are not set"),
			Hint: wording.New("oauth.operator_sets_them_once_all", "the operator sets them once for all, or set those of your own app"),
		}
	}
	r := reader{v: v}
	out.AuthorizeURL, out.Issuer = r.url("authorize_url", a.AuthorizeURL), r.url("issuer", a.Issuer)
	out.TokenURL, out.tokenText = r.late("token_url", a.TokenURL)
	out.RevokeURL, out.revokeText = r.late("revoke_url", a.RevokeURL)
	out.Username, out.Password = r.text("username", a.Username), r.text("password", a.Password)
	out.Params, out.TokenParams = r.texts("params", a.Params), r.texts("token_params", a.TokenParams)
	out.Keep, out.Redirect = r.selectors(a.Keep), r.returned(a.Redirect)
	if out.Grant == JWTBearer {
		out.Assertion = r.assertion(a.Assertion)
	}
	if r.err == nil && out.Grant == Password && (out.Username == "" || out.Password == "") {
		r.err = &presets.Error{Op: wording.New("presets.sign", "sign in"), Text: wording.New("oauth.user_name_password_not_set", "user name or password is not set"), Hint: wording.New("oauth.enter_both_options", "enter both in the options")}
	}
	return out, r.err
}

// alone reports whether the program signs in without a person at the provider's page.
func (p Provider) alone() bool { return p.Grant != AuthorizationCode && p.Grant != "" }

// at is the provider with addresses for a grant that keeps these values.
func (p Provider) at(keep map[string]string) (Provider, error) {
	r := reader{v: p.options, keep: keep}
	if p.tokenText != "" {
		p.TokenURL = r.url("token_url", p.tokenText)
	}
	if p.revokeText != "" {
		p.RevokeURL = r.url("revoke_url", p.revokeText)
	}
	return p, r.err
}

// identity names the provider and the app a sign-in is begun with, without a secret.
func (p Provider) identity() string {
	of := []any{p.Grant, p.AuthorizeURL, p.TokenURL, p.tokenText, p.ClientID}
	if t, err := presets.ParseText(p.tokenText); err == nil {
		for _, ref := range t.References() {
			if ref.Space == "option" {
				of = append(of, p.options.Get(ref.Name))
			}
		}
	}
	raw, err := json.Marshal(of)
	if err != nil { // texts always marshal
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Same tells that tokens of one are good for the other: the same app at the same place.
func (p Provider) Same(q Provider) bool { return p.identity() == q.identity() }

// by names what the program signs in with, "" where a person does. It is a digest, and as secret as what it is of.
func (p Provider) by() string {
	if !p.alone() {
		return ""
	}
	return digest(strings.Join([]string{p.identity(), p.ClientSecret, p.Username, p.Password, p.Assertion.text()}, "\x00"))
}

// secrets are texts that no error may hold.
func (p Provider) secrets() []string {
	return slices.DeleteFunc([]string{p.ClientSecret, p.Username, p.Password}, func(s string) bool { return s == "" })
}

func (p Provider) scope() string { return strings.Join(p.Scopes, cmp.Or(p.ScopeJoin, " ")) }

// authorize is the address a person opens. verifier is of PKCE (RFC 7636).
func (p Provider) authorize(redirect, state, verifier string) string {
	c := &oauth2.Config{
		ClientID: p.ClientID, RedirectURL: redirect,
		Endpoint: oauth2.Endpoint{AuthURL: p.AuthorizeURL, TokenURL: p.TokenURL},
	}
	var more []oauth2.AuthCodeOption
	if len(p.Scopes) > 0 {
		more = append(more, oauth2.SetAuthURLParam("scope", p.scope()))
	}
	if !p.NoPKCE {
		more = append(more, oauth2.S256ChallengeOption(verifier))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Params)) {
		more = append(more, oauth2.SetAuthURLParam(name, p.Params[name]))
	}
	return c.AuthCodeURL(state, more...)
}

// returned are the values of a redirect that the grant keeps. One that does not fit ends the sign-in: it may say where
// secrets are sent, and whoever owns the browser can write what he likes.
func (p Provider) returned(query url.Values) (map[string]string, error) {
	out := map[string]string{}
	for name, r := range p.Redirect {
		values := query[r.Param]
		if len(values) > 1 || !r.Pattern.MatchString(query.Get(r.Param)) {
			return nil, &presets.Error{
				Op: wording.New("presets.sign", "sign in"), Text: wording.New("oauth.crm_sent_browser_back_value", "the CRM sent the browser back with a {Value} that this preset does not know", "Value", r.Param),
				Hint: wording.New("oauth.press_connect_again_if_stays", "press Connect again; if it stays so, the preset does not know your CRM's data centre"), Err: ErrProvider,
			}
		}
		if v := query.Get(r.Param); v != "" {
			out[name] = v
		}
	}
	return out, nil
}
