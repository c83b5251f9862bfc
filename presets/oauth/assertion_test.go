package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// keys are the private keys of a test, in each form they come in.
func keys(t *testing.T) (rsaKey *rsa.PrivateKey, ecKey *ecdsa.PrivateKey, forms map[string]string) {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if ecKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	pkcs8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return text("PRIVATE KEY", der, err)
	}
	sec1, err := x509.MarshalECPrivateKey(ecKey)
	return rsaKey, ecKey, map[string]string{
		"RS256 pkcs8": pkcs8(rsaKey), "RS256 pkcs1": text("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), nil),
		"ES256 pkcs8": pkcs8(ecKey), "ES256 sec1": text("EC PRIVATE KEY", sec1, err),
	}
}

func statementPreset(algorithm string) *presets.Preset {
	return &presets.Preset{ID: "x", Auth: presets.Auth{
		Kind: "oauth2", Grant: JWTBearer, TokenURL: "https://id.example/token", Scopes: []string{"api"},
		Assertion: presets.Assertion{
			Key: "$(option.key)", KeyID: "k1", Subject: "$(option.user)", Algorithm: algorithm,
			Audience: "https://login.example", Claims: map[string]string{"company": "7", "iss": "forged"},
		},
	}, Options: option.Set{{Name: "client_id"}, {Name: "key", Type: option.Secret}, {Name: "user"}}}
}

// Promise: the statement is signed with the key, whatever PEM form it comes in, says who, for whom and for how long, and
// is made anew each time because there is no refresh token.
func TestStatement(t *testing.T) {
	rsaKey, ecKey, forms := keys(t)
	for name, text := range forms {
		forms[name+", one line"] = strings.ReplaceAll(strings.TrimSpace(text), "\n", " ")
		forms[name+", as in JSON"] = strings.ReplaceAll(text, "\n", `\n`)
	}
	for name, text := range forms {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				algorithm := name[:5]
				p, err := FromPreset(statementPreset(algorithm), option.Values{"client_id": "app", "key": text, "user": "ada@example.com"})
				if err != nil {
					t.Fatal(err)
				}
				d := &desk{answer: says(200, `{"access_token":"at-1","expires_in":3600}`)}
				s := New(Deps{Vault: newVault(t, Grant{}), Provider: p, HTTP: d.client()})
				for range 2 {
					if _, err := s.Token(t.Context()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Hour)
				}
				if len(d.seen) != 2 || d.seen[0].params.Get("assertion") == d.seen[1].params.Get("assertion") {
					t.Fatalf("%d requests, or one statement twice", len(d.seen))
				}
				sent := d.seen[0].params
				if sent.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || sent.Get("scope") != "api" || sent.Has("client_id") {
					t.Errorf("asked with %v", sent)
				}
				began := time.Now().Add(-2 * time.Hour)
				var public crypto.PublicKey = &rsaKey.PublicKey
				if algorithm == "ES256" {
					public = &ecKey.PublicKey
				}
				token, err := jwt.Parse(sent.Get("assertion"), func(*jwt.Token) (any, error) { return public, nil },
					jwt.WithValidMethods([]string{algorithm}), jwt.WithAudience("https://login.example"), jwt.WithIssuer("app"),
					jwt.WithSubject("ada@example.com"), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
					jwt.WithTimeFunc(func() time.Time { return began.Add(2 * time.Minute) }))
				if err != nil || token.Header["kid"] != "k1" {
					t.Fatalf("%v, %v", token, err)
				}
				claims, _ := token.Claims.(jwt.MapClaims)
				if exp, _ := claims.GetExpirationTime(); exp.Sub(began) > assertionLife || claims["company"] != "7" || claims["jti"] == nil {
					t.Errorf("claims %v", claims)
				}
			})
		})
	}
}

// Promise: where the provider's clock is another than ours, the statement is made once more by its clock; one that is
// refused for another reason is not, and asks for a person.
func TestStatementClock(t *testing.T) {
	_, _, forms := keys(t)
	for _, off := range []time.Duration{-10 * time.Minute, 10 * time.Minute, 0} {
		synctest.Test(t, func(t *testing.T) {
			p, err := FromPreset(statementPreset("ES256"), option.Values{"client_id": "app", "key": forms["ES256 pkcs8"]})
			if err != nil {
				t.Fatal(err)
			}
			theirs := time.Now().Add(off)
			d := &desk{date: theirs, answer: func(_ int, a asked) (int, string) {
				_, err := jwt.Parse(a.params.Get("assertion"), func(*jwt.Token) (any, error) { return p.Assertion.Key.Public(), nil },
					jwt.WithIssuedAt(), jwt.WithTimeFunc(func() time.Time { return theirs }))
				if err != nil || off == 0 {
					return 400, `{"error":"invalid_grant"}`
				}
				return 200, `{"access_token":"at-1"}`
			}}
			_, err = New(Deps{Vault: newVault(t, Grant{}), Provider: p, HTTP: d.client()}).Token(t.Context())
			if off == 0 && (!reauth(err) || len(d.seen) != 1) || off != 0 && (err != nil || len(d.seen) != 2) {
				t.Errorf("%v off: %v after %d requests", off, err, len(d.seen))
			}
		})
	}
}

// Promise: a key that cannot be used is told before anything is sent, with what to do and nothing of the key.
func TestUnreadableKey(t *testing.T) {
	t.Parallel()
	rsaKey, _, forms := keys(t)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Fields(forms["RS256 pkcs8"])[5]
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey)})
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := x509.MarshalECPrivateKey(p384)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, key, algorithm, says string }{
		{"nothing", "", "RS256", "not set"},
		{"no PEM", body, "RS256", "not in PEM form"},
		{"half of it", forms["RS256 pkcs8"][:300], "RS256", "not in PEM form"},
		{"a hole in it", strings.Replace(forms["RS256 pkcs8"], body, "", 1), "RS256", "missing"},
		{"no base64", "-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----", "RS256", "missing"},
		{"passphrase", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "RS256", "passphrase"},
		{"old passphrase", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----", "RS256", "passphrase"},
		{"public key", string(public), "RS256", "this is a public key"},
		{"short", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(small)})), "RS256", "1024 bits"},
		{"RSA for ES256", forms["RS256 pkcs1"], "ES256", "RSA key"},
		{"EC for RS256", forms["ES256 sec1"], "RS256", "does not take"},
		{"another curve", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: other})), "ES256", "P-384"},
	} {
		_, err := FromPreset(statementPreset(c.algorithm), option.Values{"client_id": "app", "key": c.key})
		var e *presets.Error
		if !errors.As(err, &e) || !strings.Contains(e.Text.String(), c.says) || !strings.Contains(e.Hint.String(), "PEM") || strings.Contains(err.Error(), body) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}
