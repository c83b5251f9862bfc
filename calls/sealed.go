package calls

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// Keys of the store begin with the tenant. ID is the call's, whose order is newest first:
//
//	TENANT/call/ID           the call, sealed
//	TENANT/id/HASH           which ID a phone system's call id has
//	TENANT/agent/PERSON/ID   the calls of a person
//	TENANT/open/ID           calls that go on
//	TENANT/unknown/ID        calls whose other side nobody knew
//	TENANT/choice/HASH       which contact of a number was meant, sealed
func key(t tenant.ID, kind string, rest ...string) []byte {
	b := append([]byte(t), '/')
	b = append(append(b, kind...), '/')
	for i, part := range rest {
		if i > 0 {
			b = append(b, '/')
		}
		b = append(b, part...)
	}
	return b
}

// monthOf names the key period of a call: a key seals 2³² records at most.
func monthOf(id string) string {
	at, err := timeOf(id)
	if err != nil {
		return ""
	}
	return at.Format("2006-01")
}

func timeOf(id string) (time.Time, error) {
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil || len(id) != 16 {
		return time.Time{}, fmt.Errorf("call id: %w", ErrNoCall)
	}
	return time.Unix(0, int64(^n)).UTC(), nil
}

func derived(key [32]byte, purpose string) [32]byte {
	out, err := hkdf.Key(sha256.New, key[:], nil, purpose, 32)
	if err != nil {
		panic(err) // only for lengths above 8,160 bytes
	}
	return [32]byte(out)
}

// hashed stands for a text in a key of the store, without showing it.
func (d *Desk) hashed(t tenant.ID, purpose, text string) (string, error) {
	k, err := d.d.Keys.TenantKey(t)
	if err != nil {
		return "", err
	}
	sub := derived(k, "ringdex calls "+purpose)
	mac := hmac.New(sha256.New, sub[:])
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:16]), nil
}

func (d *Desk) sealed(t tenant.ID, period string, at, plain []byte) ([]byte, error) {
	k, err := d.d.Keys.TenantKey(t)
	if err != nil {
		return nil, err
	}
	return tenant.Seal(derived(k, "ringdex calls "+period), plain, at), nil
}

func (d *Desk) opened(t tenant.ID, period string, at, sealed []byte) ([]byte, error) {
	k, err := d.d.Keys.TenantKey(t)
	if err != nil {
		return nil, err
	}
	return tenant.Unseal(derived(k, "ringdex calls "+period), sealed, at)
}
