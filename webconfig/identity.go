package webconfig

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// identityKeys lead from somebody at an identity provider to the person here, without showing either.
const identityKeys = "web/identity/"

// identity is whom an identity provider's person is here. The zero value is nobody.
type identity struct {
	Account tenant.ID       `json:"account"`
	Person  tenant.PersonID `json:"person"`
}

func (s *sessionStore) identityKey(issuer, subject string) string {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write([]byte(issuer + "\x00" + subject))
	return identityKeys + hex.EncodeToString(mac.Sum(nil))
}

func (s *sessionStore) identity(ctx context.Context, issuer, subject string) (i identity, err error) {
	key := s.identityKey(issuer, subject)
	err = s.store.View(ctx, func(r store.Reader) error {
		raw, err := r.Get([]byte(key))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		plain, err := tenant.Unseal(s.key, raw, []byte(key))
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, &i)
	})
	return i, err
}

func (s *sessionStore) keepIdentity(ctx context.Context, issuer, subject string, i identity) error {
	raw, err := json.Marshal(i)
	if err != nil {
		return err
	}
	key := s.identityKey(issuer, subject)
	return s.store.Update(ctx, func(w store.Writer) error {
		return w.Put([]byte(key), tenant.Seal(s.key, raw, []byte(key)))
	})
}
