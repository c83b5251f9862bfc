package oauth

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Causes of failed token requests, for errors.Is.
var (
	ErrGrant     = errors.New("the provider does not take the grant any more")
	ErrClient    = errors.New("the provider does not take client id or secret")
	ErrUnheard   = errors.New("the provider's answer did not arrive")
	ErrProvider  = errors.New("the provider refused the request")
	ErrOverload  = errors.New("the provider is busy or broken")
	errNoRefresh = errors.New("there is no refresh token")
)

// exchangeTime is the most one token request takes; it is shorter than a lease.
const exchangeTime = 30 * time.Second

// tokens asks the provider and reads its answer. now is the clock of the result.
func (p Provider) tokens(ctx context.Context, c *http.Client, now time.Time, q params) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTime)
	defer cancel()
	req, err := p.request(ctx, q)
	if err != nil {
		return Grant{}, err
	}
	h, err := send(c, req)
	if err != nil {
		return Grant{}, &presets.Error{
			Op: wording.New("oauth.renew_sign", "renew the sign-in"), Text: wording.New("oauth.crm_sign_server_did_not", "the CRM's sign-in server did not answer"), Retry: true, Err: errors.Join(ErrUnheard, err),
		}
	}
	if h.status < 200 || h.status > 299 || h.text("access_token") == "" || h.text("error") != "" {
		return Grant{}, p.explain(h, q)
	}
	return p.grant(h, now)
}

// text is a member of an answer.
func (h heard) text(name string) string { return member(h.doc, name).Text() }

// member is the value of a key of an object as it stands, dots and slashes included.
func member(doc presets.Value, name string) (found presets.Value) {
	for key, v := range doc.Members() {
		if key == name {
			found = v
		}
	}
	return found
}

// grant reads tokens and kept values out of an answer. Times come from now.
func (p Provider) grant(h heard, now time.Time) (Grant, error) {
	g := Grant{
		Access: h.text("access_token"), Refresh: h.text("refresh_token"), Type: typeOf(h.text("token_type")),
		Obtained: now, Keep: map[string]string{},
	}
	if life := p.lifeIn(h.doc); life > 0 {
		g.Expires = now.Add(life)
	}
	for name, sel := range p.Keep {
		if v := sel.Text(h.doc); v != "" {
			g.Keep[name] = v
		}
	}
	return g, p.readClaims(h.text("id_token"), g.Keep)
}

// typeOf is the word before the token in headers; providers write Bearer in any case (RFC 6749 section 5.1).
func typeOf(kind string) string {
	if kind == "" || strings.EqualFold(kind, "bearer") {
		return "Bearer"
	}
	return kind
}

// lifeIn is the life of an access token by its answer, in seconds and by some as text, else by the preset; 0: nobody knows.
func (p Provider) lifeIn(answer presets.Value) time.Duration {
	if n, ok := member(answer, "expires_in").Int(); ok && n > 0 && n < 1<<31 {
		return time.Duration(n) * time.Second
	}
	return p.Lifetime
}

// codeForm is what an OAuth2 error code looks like; anything else is not repeated to anybody.
var codeForm = regexp.MustCompile(`^[a-z_]{3,40}$`)

const noCode = "no OAuth2 error code"

// code is the error code of a refusal, unless it holds what nobody may see: some servers repeat a password.
func (p Provider) code(h heard) string {
	code := h.text("error")
	if !codeForm.MatchString(code) || slices.ContainsFunc(p.secrets(), func(s string) bool { return strings.Contains(code, s) }) {
		return noCode
	}
	return code
}

// over are the codes by which providers say that a code, refresh token or statement is not good, or not any more.
var over = []string{"invalid_grant", "invalid_code", "interaction_required", "consent_required", "login_required"}

// refused are the codes by which they say so of a user's name and password.
var refused = []string{"invalid_grant", "invalid_credentials", "need_login", "access_denied"}

// explain turns a refusal into an error of ours: status and error code, never another word of the answer.
func (p Provider) explain(h heard, q params) error {
	code := p.code(h)
	out := &presets.Error{
		Op: wording.New("oauth.renew_sign", "renew the sign-in"), Text: wording.New("oauth.crm_sign_server_answered_status", "the CRM's sign-in server answered {Status}, {Code}", "Status", h.status, "Code", code),
		Retry: true, Err: ErrOverload,
	}
	denied := h.status == http.StatusUnauthorized
	switch {
	case h.status == http.StatusTooManyRequests, h.status >= 500, code == "temporarily_unavailable", code == "server_error":
		out.RetryAfter = seconds(h.header.Get("Retry-After"))
	case p.MinAge > 0 && q["refresh_token"] != "" && code == "access_denied": // renewed too early, by another clock than ours
		out.RetryAfter = p.MinAge
	case q["password"] != "" && (slices.Contains(refused, code) || denied && code != "invalid_client"),
		slices.Contains(over, code),
		q["refresh_token"] != "" && denied && code == "invalid_request": // so says a widespread server library
		out.Retry, out.ReauthNeeded, out.Err, out.Hint = false, true, ErrGrant, p.cure()
		if at, err := http.ParseTime(h.header.Get("Date")); err == nil {
			out.Err = errors.Join(ErrGrant, &clockError{at})
		}
	case code == "invalid_client", code == "unauthorized_client", denied:
		out.Retry, out.Err = false, ErrClient
		out.Hint = wording.New("oauth.check_client_id_client_secret", "check client id and client secret of the app")
	default:
		out.Retry, out.Err = false, ErrProvider
		out.Hint = wording.New("oauth.check_app_settings_crm", "check the app's settings at the CRM")
	}
	return out
}

// cure is what a person does about a grant that is over.
func (p Provider) cure() wording.Text {
	switch p.Grant {
	case Password:
		return wording.New("oauth.check_password", "check user name and password in the options, and whether that user may sign in to the API")
	case JWTBearer:
		return wording.New("oauth.check_key", "check private key and user in the options, and that the app is approved for that user at the CRM")
	case ClientCredentials:
		return wording.New("oauth.check_app", "check client id and client secret, and the app's user at the CRM")
	}
	return signInAgain()
}

// maxWait caps what a provider may ask for.
const maxWait = 15 * time.Minute

// seconds reads a Retry-After of plain seconds, the only form seen at token endpoints; anything else is 0.
func seconds(text string) time.Duration {
	d, err := time.ParseDuration(text + "s")
	if err != nil || d < 0 {
		return 0
	}
	return min(d, maxWait)
}
