package tenant

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/store"
)

// Verified is what a check of everything a directory has stored found.
type Verified struct {
	Records  int      `json:"records"`  // that were opened
	Problems []string `json:"problems"` // one line for each that does not open, and for each audit log that was altered
}

// Verify opens every sealed record of every account and walks every audit log. It goes on after a problem; the error says only
// that the store could not be read.
func (d *Directory) Verify(ctx context.Context) (Verified, error) {
	var found Verified
	err := d.view(ctx, func(v view) error {
		found = Verified{Problems: []string{}}
		accounts, err := v.verifyMeta(&found)
		if err != nil {
			return err
		}
		for _, id := range accounts {
			if err := v.verifyAccount(id, &found); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// verifyMeta opens what belongs to the installation and returns the ids of all accounts, removed ones too.
func (v view) verifyMeta(found *Verified) ([]ID, error) {
	sealer, err := v.d.keys.TenantKey(v.d.operator)
	if err != nil {
		return nil, err
	}
	var accounts []ID
	for pair, err := range v.r.Scan([]byte("meta/"), nil) {
		if err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
		key := string(pair.Key)
		if key == metaFormat || key == metaOperator {
			continue
		}
		if id, ok := strings.CutPrefix(key, metaNodes); ok {
			accounts = append(accounts, ID(id))
		}
		found.open(sealer, pair)
	}
	return accounts, nil
}

func (v view) verifyAccount(id ID, found *Verified) error {
	head, err := v.head(id)
	if err == nil {
		err = v.verifyChain(id, head)
	}
	if err != nil {
		found.Problems = append(found.Problems, err.Error())
	}
	for pair, err := range v.r.Scan([]byte(place(id, "", "")), nil) {
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		sealer, ours, err := v.sealerOf(id, strings.TrimPrefix(string(pair.Key), place(id, "", "")))
		switch {
		case !ours:
		case err != nil:
			found.Problems = append(found.Problems, fmt.Sprintf("%s: %v", pair.Key, err))
		default:
			found.open(sealer, pair)
		}
	}
	return nil
}

// tenantSealed are the kinds of records sealed with the account's key.
var tenantSealed = []string{
	placeAccount, placeSystem, placeSystemSecrets, placePerson, placePassword, placeKey, placeUsed, placeIntegration, placeConnection, placeScript, placeLink,
	placePreset, placePending,
}

// sealerOf returns the key of a record by what follows the account's id; ours is false for records that others put there.
func (v view) sealerOf(id ID, rest string) (sealer [32]byte, ours bool, err error) {
	kind, name, _ := strings.Cut(rest, "/")
	if kind+"/" == placeSecrets || kind+"/" == placeCredential {
		integration, _, _ := strings.Cut(name, "/")
		sealer, err = v.d.keys.SecretsKey(id, IntegrationID(integration))
		return sealer, true, err
	}
	if kind != placeAccount && !slices.Contains(tenantSealed, kind+"/") {
		return sealer, false, nil
	}
	sealer, err = v.d.keys.TenantKey(id)
	return sealer, true, err
}

func (f *Verified) open(sealer [32]byte, pair store.Pair) {
	f.Records++
	if _, err := Unseal(sealer, pair.Value, recordPlace(string(pair.Key))); err != nil {
		f.Problems = append(f.Problems, fmt.Sprintf("%s: %v", pair.Key, err))
	}
}
