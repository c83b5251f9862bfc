package oauth

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// readClaims puts the wanted claims of an id_token into keep. Its signature is not checked: it came from the token
// endpoint itself over TLS, which stands for it (OpenID Connect Core 1.0, section 3.1.3.7, item 6). It has to be meant for
// this app all the same (item 3). A renewal may bring none.
func (p Provider) readClaims(token string, keep map[string]string) error {
	if len(p.Claims) == 0 || token == "" {
		return nil
	}
	parts := strings.Split(token, ".")
	bad := &presets.Error{Op: wording.New("presets.sign", "sign in"), Text: wording.New("oauth.crm_id_token_cannot_read", "the CRM's id_token cannot be read or is meant for another app"), Err: ErrProvider}
	if len(parts) != 3 {
		return bad
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	doc, ok := presets.ParseValue(raw)
	if err != nil || !ok || !p.isAudience(member(doc, "aud")) {
		return bad
	}
	for name, claim := range p.Claims {
		if v := member(doc, claim).Text(); v != "" {
			keep[name] = v
		}
	}
	return nil
}

// isAudience reports whether aud, a text or a list of texts, names the app.
func (p Provider) isAudience(aud presets.Value) bool {
	var list []string
	for one := range aud.List() {
		list = append(list, one.Text())
	}
	return slices.Contains(append(list, aud.Text()), p.ClientID)
}
