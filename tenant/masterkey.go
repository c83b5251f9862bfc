package tenant

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// masterKey is what is derived from a master key: a name that proves it, the key that wraps epoch keys, and the one of backups.
type masterKey struct {
	id     string
	wrap   [32]byte
	backup []byte
}

type masterKeys []masterKey

// NewMasterKey returns 32 random bytes.
func NewMasterKey() []byte {
	key := randomKey()
	return key[:]
}

// FormatMasterKey is the text that goes into the master key file or variable.
func FormatMasterKey(master []byte) string { return base64.StdEncoding.EncodeToString(master) }

// ParseMasterKeys reads the text of a master key file or variable: 32 bytes in base64, one key per line, the present one
// first; previous ones may follow while a change of master key is unfinished. Errors are [ErrMasterKey] and never show the text.
func ParseMasterKeys(text string) ([][]byte, error) {
	var keys [][]byte
	for line := range strings.Lines(text) {
		line = strings.TrimRight(strings.TrimSpace(line), "=")
		if line == "" {
			continue
		}
		key, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(line))
		if err != nil {
			return nil, fmt.Errorf("%w: is not base64; expected 32 bytes, as `head -c 32 /dev/urandom | base64` makes them", ErrMasterKey)
		}
		keys = append(keys, key)
	}
	if _, err := newMasterKeys(keys); err != nil {
		return nil, err
	}
	return keys, nil
}

func newMasterKeys(given [][]byte) (masterKeys, error) {
	if len(given) == 0 || len(given[0]) == 0 {
		return nil, fmt.Errorf("%w: is missing; without it nothing sealed can be opened", ErrMasterKey)
	}
	keys := make(masterKeys, len(given))
	for i, raw := range given {
		if len(raw) != 32 {
			return nil, fmt.Errorf("%w: has %d bytes, expected 32", ErrMasterKey, len(raw))
		}
		keys[i] = masterKey{id: hex.EncodeToString(derive(raw, "ringdex master key id", 16)), backup: BackupKey(raw)}
		copy(keys[i].wrap[:], derive(raw, "ringdex epoch keys", 32))
	}
	return keys, nil
}

// find returns the key with that id, or a sentence that says what to do.
func (m masterKeys) find(id string, changing bool) (masterKey, error) {
	for _, key := range m {
		if key.id == id {
			return key, nil
		}
	}
	if changing {
		return masterKey{}, fmt.Errorf("%w: its change is not finished; give both, the new one first and the previous one after it", ErrMasterKey)
	}
	return masterKey{}, fmt.Errorf("%w: is not the one this data folder was made with; nothing was changed", ErrMasterKey)
}

// derive is HKDF-SHA256 (RFC 5869) without salt: what goes in is uniformly random.
func derive(key []byte, purpose string, length int) []byte {
	out, err := hkdf.Key(sha256.New, key, nil, purpose, length)
	if err != nil {
		panic(err) // only for lengths above 8,160 bytes
	}
	return out
}
