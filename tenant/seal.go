package tenant

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// sealFormat is the first byte of what [Seal] returns: AES-256-GCM with a random 96-bit nonce in front.
const sealFormat = 1

// Overhead is by how much sealed is longer than plain, in bytes.
const Overhead = 1 + 12 + 16

// Seal encrypts and authenticates plain, and authenticates ad, which the reader must present again: the place where the
// record belongs. A key is good for 2³² seals (NIST SP 800-38D 8.3); ours seal records that people change.
func Seal(key [32]byte, plain, ad []byte) []byte {
	out := make([]byte, 1, Overhead+len(plain))
	out[0] = sealFormat
	return aead(key).Seal(out, nil, plain, ad)
}

// Unseal opens what [Seal] made. A wrong key, another ad or a changed byte is [ErrDamaged]; a later format is [ErrNewer].
func Unseal(key [32]byte, sealed, ad []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return nil, fmt.Errorf("%w: %d bytes", ErrDamaged, len(sealed))
	}
	if sealed[0] > sealFormat {
		return nil, fmt.Errorf("seal format %d: %w", sealed[0], ErrNewer)
	}
	plain, err := aead(key).Open(nil, nil, sealed[1:], ad)
	if err != nil || sealed[0] != sealFormat {
		return nil, ErrDamaged
	}
	return plain, nil
}

func aead(key [32]byte) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are always a key
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size of GCM
	}
	return gcm
}
