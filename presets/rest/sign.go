package rest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
)

// signer puts into requests what shows who is asking.
type signer struct {
	auth    presets.Auth
	encoded string // $(auth.encoded)
	pasted  bool   // a token instead of a sign-in
}

func newSigner(auth presets.Auth, pasted bool, values scope) (signer, error) {
	text, empty, err := place.Header(auth.Encoded, values.lookup)
	if err != nil {
		return signer{}, fmt.Errorf("auth.encoded: %w", err)
	}
	s := signer{auth: auth, pasted: pasted}
	if !empty && text != "" {
		s.encoded = base64.StdEncoding.EncodeToString([]byte(text))
	}
	return s, nil
}

// values are $(auth.…) with a token.
func (s signer) values(t presets.Token) map[string]string {
	all := map[string]string{"token": t.Access, "encoded": s.encoded}
	maps.Copy(all, t.Keep)
	return all
}

// key is the part of the address that carries a key.
func (s signer) key(values scope) (string, error) {
	if s.auth.Kind != "path" {
		return "", nil
	}
	key, err := place.URL("/"+strings.TrimPrefix(s.auth.Path, "/"), values.lookup)
	if err != nil {
		return "", fmt.Errorf("key in the address: %w", err)
	}
	return strings.TrimSuffix(key, "/"), nil
}

// sign signs a request.
func (s signer) sign(req *http.Request, values scope, token presets.Token) error {
	if s.pasted && len(s.auth.TokenHeaders) > 0 {
		return setHeaders(req.Header, s.auth.TokenHeaders, values)
	}
	switch {
	case s.auth.Kind == "basic":
		user, _, err := place.Header(s.auth.Username, values.lookup)
		if err != nil {
			return fmt.Errorf("user name: %w", err)
		}
		password, _, err := place.Header(s.auth.Password, values.lookup)
		if err != nil {
			return fmt.Errorf("password: %w", err)
		}
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	case s.auth.Kind == "oauth2" && len(s.auth.Headers)+len(s.auth.Query) == 0:
		kind := token.Type
		if kind == "" || kind == "bearer" {
			kind = "Bearer"
		}
		req.Header.Set("Authorization", kind+" "+token.Access)
	}
	if len(s.auth.Query) > 0 {
		q := req.URL.Query()
		if err := setParams(q, s.auth.Query, values); err != nil {
			return err
		}
		req.URL.RawQuery = encoded(q)
	}
	return setHeaders(req.Header, s.auth.Headers, values)
}

// hiddenKey stands in stored addresses in the place of a key.
const hiddenKey = "/{key}"

// hide takes keys out of an address before it is stored: those in the path leave a mark, those in parameters go, as they
// are put in again when the request is signed.
func (s signer) hide(to target, address string) string {
	if rest, ok := strings.CutPrefix(address, to.base+to.key+"/"); ok && to.key != "" {
		return to.base + hiddenKey + "/" + rest
	}
	u, err := url.Parse(address)
	if err != nil || len(s.auth.Query) == 0 {
		return address
	}
	q := u.Query()
	for name := range s.auth.Query {
		if !q.Has(name) {
			continue
		}
		q.Del(name)
		u.RawQuery = encoded(q)
	}
	return u.String()
}

// reveal is hide backwards.
func (to target) reveal(address string) string {
	if rest, ok := strings.CutPrefix(address, to.base+hiddenKey); ok && to.key != "" {
		return to.base + to.key + rest
	}
	return address
}
