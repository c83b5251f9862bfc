package tenant

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// sealedTexts is how secrets are stored: inside a seal, in clear.
type sealedTexts map[string]string

// SetSecrets sets the secrets given, removes those that are given empty, and leaves the others. They are sealed with the
// integration's own secrets key.
func (d *Directory) SetSecrets(ctx context.Context, by Actor, t ID, id IntegrationID, secrets map[string]Secret) error {
	return d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		i, err := tx.integration(t, id)
		if err != nil {
			return note{}, err
		}
		texts, err := tx.secrets(t, id)
		if err != nil {
			return note{}, err
		}
		i.SecretsSet = texts.merge(secrets, i.SecretsSet, d.now().UTC())
		i.Revision++
		if i = i.clone(); i.Wizard != nil {
			i.Wizard.Revision++
		}
		if err := tx.putSecrets(t, id, texts); err != nil {
			return note{}, err
		}
		names := slices.Sorted(maps.Keys(secrets))
		return note{Action: "integration.secrets", Object: string(id), Name: i.Name, Details: names}, tx.putIntegration(i)
	})
}

// Secrets returns the secrets of an integration.
func (d *Directory) Secrets(ctx context.Context, t ID, id IntegrationID) (map[string]Secret, error) {
	var out map[string]Secret
	err := d.live(ctx, t, func(v view) error {
		if _, err := v.integration(t, id); err != nil {
			return err
		}
		texts, err := v.secrets(t, id)
		out = texts.sealed()
		return err
	})
	return out, err
}

func (s sealedTexts) sealed() map[string]Secret {
	out := make(map[string]Secret, len(s))
	for name, text := range s {
		out[name] = NewSecret(text)
	}
	return out
}

// merge applies changes and returns since when each secret is set.
func (s sealedTexts) merge(change map[string]Secret, set map[string]time.Time, now time.Time) map[string]time.Time {
	set = maps.Clone(set)
	if set == nil {
		set = map[string]time.Time{}
	}
	for name, secret := range change {
		if secret.IsZero() {
			delete(s, name)
			delete(set, name)
			continue
		}
		s[name], set[name] = secret.Reveal(), now
	}
	return set
}

// secrets is never nil unless there is an error.
func (v view) secrets(t ID, id IntegrationID) (sealedTexts, error) {
	key := place(t, placeSecrets, string(id))
	texts, err := getSecret[sealedTexts](v, t, id, key)
	if errors.Is(err, ErrNotFound) || err == nil && texts == nil {
		return sealedTexts{}, nil
	}
	return texts, err
}

func (t tx) putSecrets(account ID, id IntegrationID, texts sealedTexts) error {
	sealer, err := t.d.keys.SecretsKey(account, id)
	if err != nil {
		return err
	}
	return t.putWith(sealer, place(account, placeSecrets, string(id)), texts)
}

// getSecret is get with the secrets key of an integration.
func getSecret[T any](v view, t ID, id IntegrationID, key string) (T, error) {
	var none T
	raw, err := v.raw(key)
	if err != nil {
		return none, err
	}
	sealer, err := v.d.keys.SecretsKey(t, id)
	if err != nil {
		return none, err
	}
	return openWith[T](sealer, key, raw)
}

// SetCredential keeps what the server renews by itself, such as the tokens of a connection, sealed like secrets but without an
// audit entry. It is durable when the call returns. nil removes it.
func (d *Directory) SetCredential(ctx context.Context, t ID, id IntegrationID, name string, value []byte) error {
	return d.update(ctx, t, func(tx tx) error {
		if _, err := tx.integration(t, id); err != nil {
			return err
		}
		key := place(t, placeCredential, string(id)+"/"+name)
		if value == nil {
			return tx.remove(key)
		}
		sealer, err := d.keys.SecretsKey(t, id)
		if err != nil {
			return err
		}
		return tx.putWith(sealer, key, value)
	})
}

// Credential returns what SetCredential kept; [ErrNotFound] if there is none.
func (d *Directory) Credential(ctx context.Context, t ID, id IntegrationID, name string) ([]byte, error) {
	var out []byte
	err := d.live(ctx, t, func(v view) error {
		if err := id.check(); err != nil {
			return err
		}
		var err error
		out, err = getSecret[[]byte](v, t, id, place(t, placeCredential, string(id)+"/"+name))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("credential %s of %s: %w", name, id, err)
	}
	return out, nil
}
