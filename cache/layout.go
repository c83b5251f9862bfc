package cache

import (
	"encoding/binary"
	"fmt"

	"github.com/ringdex/ringdex/tenant"
)

// Every key of the table is
//
//	format | tenant | integration | kind | rest
//
// so that one prefix is all of an integration, and ids of one length never overlap. The rest of a key is a keyed hash:
// the table's keys show no number either. Values are sealed with their key as associated data.
const (
	layoutFormat = 1 // of keys and values; another one would be another key space
	prefixSize   = 1 + 2*idSize
	hashSize     = 16
)

// Kinds of entries.
const (
	kindNumber   = 'n' // hash of the folded E.164 → contacts in the order of rule 14, at most MaxContacts, and how many there are
	kindOverflow = 'o' // hash of the number, hash of the contact → a contact beyond them
	kindContact  = 'c' // hash of type and id → digest, hashes of its numbers, issues
	kindBlock    = 'b' // hash of the block → its company
	kindSeen     = 's' // sequence → hashes of contacts a full run has seen before a checkpoint
	kindJournal  = 'j' // sequence → contacts being written, with their numbers
)

// idSize is how many bytes of a key an id takes: what is behind its two letters.
const idSize = 13

// hash stands for a number or a contact. It tells nothing without the integration's key.
type hash [hashSize]byte

type prefix [prefixSize]byte

// prefixOf fails for ids that are not of the fixed length, because they could then overlap.
func prefixOf(in Ref) (prefix, error) {
	var p prefix
	p[0] = layoutFormat
	for i, id := range [...]string{string(in.Tenant), string(in.Integration)} {
		if len(id) != idSize+2 {
			return p, fmt.Errorf("id %q is not %d characters long", id, idSize+2)
		}
		copy(p[1+i*idSize:], id[2:])
	}
	return p, nil
}

// key appends the key of a kind to dst.
func (p *prefix) key(dst []byte, kind byte, rest ...byte) []byte {
	return append(append(append(dst, p[:]...), kind), rest...)
}

func (p *prefix) numbered(kind byte, n int) []byte {
	return binary.BigEndian.AppendUint32(p.key(nil, kind), uint32(n))
}

// Ref names an integration of a tenant.
type Ref struct {
	Tenant      tenant.ID
	Integration tenant.IntegrationID
}

// controlPrefix is where the state of all integrations lies in the control store.
const controlPrefix = "cache/"

func (in Ref) controlKey() []byte {
	return []byte(controlPrefix + string(in.Tenant) + "/" + string(in.Integration))
}

func refOf(controlKey []byte) (Ref, bool) {
	rest := string(controlKey[len(controlPrefix):])
	for i := range rest {
		if rest[i] == '/' {
			return Ref{Tenant: tenant.ID(rest[:i]), Integration: tenant.IntegrationID(rest[i+1:])}, true
		}
	}
	return Ref{}, false
}
