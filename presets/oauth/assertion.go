package oauth

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Assertion is the signed statement of grant jwt_bearer (RFC 7523). golang.org/x/oauth2/jwt makes such requests too, but
// signs with RS256 only and sends nothing beside the statement.
type Assertion struct {
	Key       crypto.Signer
	KeyID     string // "": no kid header
	Issuer    string
	Subject   string
	Audience  string // "": the token address
	Algorithm string // RS256 or ES256
	Lifetime  time.Duration
	Claims    map[string]string // further ones
}

// assertionLife is how long a statement is valid where the preset does not say.
const assertionLife = 3 * time.Minute

// assertionSlack is how far its begin lies back, for a server whose clock is behind.
const assertionSlack = 30 * time.Second

func (r *reader) assertion(a presets.Assertion) Assertion {
	out := Assertion{
		KeyID: r.text("assertion.key_id", a.KeyID), Subject: r.text("assertion.subject", a.Subject),
		Issuer:    cmp.Or(r.text("assertion.issuer", a.Issuer), r.v.Get("client_id")),
		Audience:  r.text("assertion.audience", a.Audience),
		Algorithm: cmp.Or(a.Algorithm, jwt.SigningMethodRS256.Alg()),
		Lifetime:  cmp.Or(a.Lifetime, assertionLife),
		Claims:    r.texts("assertion.claims", a.Claims),
	}
	key, err := readKey(r.text("assertion.key", a.Key), out.Algorithm)
	if err != nil && r.err == nil {
		r.err = &presets.Error{
			Op: wording.New("presets.sign", "sign in"), Text: wording.Of(err),
			Hint: wording.New("oauth.paste_whole_private_key_pem", "paste the whole private key in PEM form, from its BEGIN line to its END line, without a passphrase"),
		}
	}
	out.Key = key
	return out
}

// sign is the statement at a moment, for a token address.
func (a Assertion) sign(now time.Time, tokenURL string) (string, error) {
	claims := jwt.MapClaims{}
	for name, text := range a.Claims {
		claims[name] = text
	}
	maps.Copy(claims, jwt.MapClaims{
		"iss": a.Issuer, "aud": cmp.Or(a.Audience, tokenURL), "jti": rand.Text(),
		"iat": now.Add(-assertionSlack).Unix(), "exp": now.Add(a.Lifetime).Unix(),
	})
	if a.Subject != "" {
		claims["sub"] = a.Subject
	}
	t := jwt.NewWithClaims(jwt.GetSigningMethod(a.Algorithm), claims)
	if a.KeyID != "" {
		t.Header["kid"] = a.KeyID
	}
	text, err := t.SignedString(a.Key)
	if err != nil {
		return "", fmt.Errorf("sign the statement: %w", err)
	}
	return text, nil
}

// text stands for the whole statement but for its times.
func (a Assertion) text() string {
	if a.Key == nil {
		return ""
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.Key)
	if err != nil {
		return ""
	}
	parts := []string{string(key), a.KeyID, a.Issuer, a.Subject, a.Audience}
	for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
		parts = append(parts, name, a.Claims[name])
	}
	return strings.Join(parts, "\x00")
}

var pemForm = regexp.MustCompile(`(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END [A-Z0-9 ]+-----`)

// readKey reads a private key in PEM: PKCS #8, PKCS #1 or SEC 1. Line breaks may be lost or written as \n, as happens when
// a key goes through a form or a JSON file. Errors hold nothing of it.
func readKey(text, algorithm string) (crypto.Signer, error) {
	found := pemForm.FindStringSubmatch(strings.ReplaceAll(text, `\n`, "\n"))
	switch {
	case strings.TrimSpace(text) == "":
		return nil, wording.Error("oauth.private_key_not_set", "the private key is not set")
	case found == nil:
		return nil, wording.Error("oauth.private_key_cannot_read_not", "the private key cannot be read: it is not in PEM form")
	case strings.Contains(found[1], "ENCRYPTED"), strings.Contains(found[2], "ENCRYPTED"):
		return nil, wording.Error("oauth.private_key_has_passphrase", "the private key has a passphrase")
	case !strings.HasSuffix(found[1], "PRIVATE KEY"):
		return nil, wording.Error("oauth.private_key_cannot_read_value", "the private key cannot be read: this is a {Value}", "Value", strings.ToLower(found[1]))
	}
	body := strings.Join(strings.Fields(found[2]), "\n")
	block, _ := pem.Decode([]byte("-----BEGIN " + found[1] + "-----\n" + body + "\n-----END " + found[1] + "-----\n"))
	if block == nil {
		return nil, wording.Error("oauth.private_key_cannot_read_part", "the private key cannot be read: part of it is missing")
	}
	return fits(parseKey(block.Bytes), algorithm)
}

func parseKey(der []byte) any {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

// minKeyBits is what RFC 7518 section 3.3 asks of RSA keys.
const minKeyBits = 2048

// fits holds a key against the way of signing.
func fits(key any, algorithm string) (crypto.Signer, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if algorithm != jwt.SigningMethodRS256.Alg() {
			return nil, wording.Error("oauth.private_key_rsa_key_value", "the private key is an RSA key, and {Value} needs one of curve P-256", "Value", algorithm)
		}
		if key.N.BitLen() < minKeyBits {
			return nil, wording.Error("oauth.private_key_has_value_bits", "the private key has {Value} bits, and {ValueB} are needed", "Value", key.N.BitLen(), "ValueB", minKeyBits)
		}
		return key, nil
	case *ecdsa.PrivateKey:
		if algorithm != jwt.SigningMethodES256.Alg() || key.Curve != elliptic.P256() {
			return nil, wording.Error("oauth.private_key_one_curve_name", "the private key is one of curve {Name}, which {Value} does not take", "Name", key.Curve.Params().Name, "Value", algorithm)
		}
		return key, nil
	case nil:
		return nil, wording.Error("oauth.private_key_cannot_read_part2", "the private key cannot be read: part of it is missing or changed")
	}
	return nil, wording.Error("oauth.private_key_kind_not_used", "the private key is of a kind that is not used for signing here")
}
