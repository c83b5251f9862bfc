package oauth

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Revoke asks the provider to forget a grant (RFC 7009). Whoever deletes a connection deletes its grant too, whether
// this works or not.
func Revoke(ctx context.Context, c *http.Client, p Provider, g Grant) error {
	p, err := p.at(g.Keep)
	if err != nil || p.RevokeURL == "" {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, exchangeTime)
	defer cancel()
	form := url.Values{"token": {cmp.Or(g.Refresh, g.Access)}}
	if !p.Basic {
		form.Set("client_id", p.ClientID)
		form.Set("client_secret", p.ClientSecret)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.RevokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("withdraw sign-in: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p.Basic {
		req.SetBasicAuth(url.QueryEscape(p.ClientID), url.QueryEscape(p.ClientSecret))
	}
	h, err := send(c, req)
	if err != nil {
		return &presets.Error{Op: wording.New("oauth.withdraw_sign", "withdraw sign-in"), Text: wording.New("oauth.crm_sign_server_did_not", "the CRM's sign-in server did not answer"), Retry: true, Err: err}
	}
	if h.status >= 300 {
		return &presets.Error{Op: wording.New("oauth.withdraw_sign", "withdraw sign-in"), Text: wording.New("oauth.crm_sign_server_answered_status2", "the CRM's sign-in server answered {Status}", "Status", h.status)}
	}
	return nil
}
