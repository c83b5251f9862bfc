package cache

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding"
	"fmt"
	stdhash "hash"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/store"
)

// A sealer turns numbers and record ids into keys, and values into sealed ones, with two sub-keys of an integration's
// data key. It never changes.
//
// A nonce is 96 random bits: within the 2^32 values that NIST SP 800-38D (8.3) allows one key, two are the same with a
// chance of 2^-33, and neither a crash nor a restored backup can bring one back, as it could a counter.
type sealer struct {
	prefix       prefix
	aead         cipher.AEAD
	inner, outer []byte // HMAC's two states after its key, as sha256 marshals them: saves half of the work
}

// Purposes of the sub-keys. Changing one makes everything stored unreadable.
const (
	purposeSeal = "ringdex cache seal v1"
	purposeHash = "ringdex cache hash v1"
)

func newSealer(p prefix, dataKey [32]byte) (*sealer, error) {
	sealKey, err := hkdf.Expand(sha256.New, dataKey[:], purposeSeal, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the seal's key: %w", err)
	}
	hashKey, err := hkdf.Expand(sha256.New, dataKey[:], purposeHash, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the hash's key: %w", err)
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, fmt.Errorf("make the seal: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make the seal: %w", err)
	}
	s := &sealer{prefix: p, aead: aead}
	s.inner, err = padded(hashKey, 0x36)
	if err != nil {
		return nil, err
	}
	s.outer, err = padded(hashKey, 0x5c)
	return s, err
}

// padded is the state of SHA-256 after HMAC's padded key (RFC 2104).
func padded(key []byte, pad byte) ([]byte, error) {
	var block [sha256.BlockSize]byte
	copy(block[:], key)
	for i := range block {
		block[i] ^= pad
	}
	h := sha256.New()
	h.Write(block[:])
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("prepare the hash: %w", err)
	}
	return state, nil
}

// scratch is what one goroutine needs to make keys and open values without allocating. It is borrowed from the Cache.
type scratch struct {
	h    stdhash.Hash
	sum  [sha256.Size]byte
	text []byte
	key  []byte // the last one made
	body []byte // where open puts what it opened
	aead cipher.AEAD
	view func(sealed []byte) error // opens into body; made once, because a closure for each read is garbage
}

func newScratch() *scratch {
	s := &scratch{h: sha256.New(), text: make([]byte, 0, 64), key: make([]byte, 0, prefixSize+1+2*hashSize)}
	s.view = func(sealed []byte) (err error) {
		s.body, err = unseal(s.aead, nil, sealed, s.key)
		return err
	}
	return s
}

// hash is the first half of HMAC-SHA256 of a kind and a text.
func (s *scratch) hash(z *sealer, kind byte, text []byte) hash {
	state := s.h.(encoding.BinaryUnmarshaler)
	if state.UnmarshalBinary(z.inner) != nil {
		panic("cache: sha256 refuses its own state")
	}
	s.sum[0] = kind
	s.h.Write(s.sum[:1])
	s.h.Write(text)
	in := s.h.Sum(s.sum[:0])
	if state.UnmarshalBinary(z.outer) != nil {
		panic("cache: sha256 refuses its own state")
	}
	s.h.Write(in)
	return hash(s.h.Sum(s.sum[:0])[:hashSize])
}

// numberHash is that of a folded number.
func (s *scratch) numberHash(z *sealer, n phone.Number) hash {
	s.text = n.Fold().AppendE164(s.text[:0])
	return s.hash(z, kindNumber, s.text)
}

// contactHash is that of a record. It is made of what a listing keeps of type and id, so that it can be made from there.
func (s *scratch) contactHash(z *sealer, typ, id string) hash {
	s.text = appendEscapedText(appendEscapedText(s.text[:0], typ), id)
	return s.hash(z, kindContact, s.text)
}

// listedHash is the same of a listing.
func (s *scratch) listedHash(z *sealer, l *listing) hash {
	s.text = appendText(appendText(s.text[:0], string(l.typ)), string(l.id))
	return s.hash(z, kindContact, s.text)
}

// setKey makes the key that open reads.
func (s *scratch) setKey(z *sealer, kind byte, h hash) {
	s.key = append(z.prefix.key(s.key[:0], kind), h[:]...)
}

// seal appends the sealed value to dst: nonce, then what AES-256-GCM gives.
func (z *sealer) seal(dst, plain, key []byte) []byte {
	var nonce [12]byte
	_, _ = rand.Read(nonce[:]) // never returns an error
	return z.aead.Seal(append(dst, nonce[:]...), nonce[:], plain, key)
}

// unseal appends the plain value to dst.
func unseal(aead cipher.AEAD, dst, sealed, key []byte) ([]byte, error) {
	if len(sealed) < aead.NonceSize()+aead.Overhead() {
		return nil, fmt.Errorf("%w: too short to be sealed", ErrUnavailable)
	}
	n := aead.NonceSize()
	if dst == nil {
		dst = make([]byte, 0, len(sealed)-n-aead.Overhead())
	}
	plain, err := aead.Open(dst, sealed[:n], sealed[n:], key)
	if err != nil {
		return nil, fmt.Errorf("%w: seal is broken", ErrUnavailable)
	}
	return plain, nil
}

// open reads and opens the value of the scratch's key. What it returns is the caller's.
func (c *Cache) open(z *sealer, s *scratch, at store.Version) ([]byte, error) {
	s.aead = z.aead
	err := c.table.Get(s.key, at, s.view)
	return s.take(), err
}

// take hands over what view has opened.
func (s *scratch) take() []byte {
	body := s.body
	s.body, s.aead = nil, nil
	return body
}
