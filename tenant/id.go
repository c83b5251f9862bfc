package tenant

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
)

// The ids are a letter, an underscore and 64 random bits in lower-case base32: always [IDLength] bytes, so that no id is the
// beginning of another and a key range "id/" belongs to one customer.
type (
	// ID is an account's: operator, reseller or tenant, "t_…".
	ID string
	// IntegrationID is "i_…".
	IntegrationID string
	// SystemID is a phone system's, "p_…".
	SystemID string
	// PersonID is "u_…".
	PersonID string
	// KeyID is an API key's, not the key itself: "k_…".
	KeyID string
	// ScriptID is "s_…".
	ScriptID string
)

// IDLength is the length of every id, in bytes.
const IDLength = 2 + 13

var idText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID returns a new account id.
func NewID() ID { return ID(newID('t')) }

// NewIntegrationID returns a new integration id.
func NewIntegrationID() IntegrationID { return IntegrationID(newID('i')) }

// NewSystemID returns a new phone system id.
func NewSystemID() SystemID { return SystemID(newID('p')) }

// newPersonID returns a new person id.
func newPersonID() PersonID { return PersonID(newID('u')) }

// newKeyID returns a new API key id.
func newKeyID() KeyID { return KeyID(newID('k')) }

// NewScriptID returns a new script id.
func NewScriptID() ScriptID { return ScriptID(newID('s')) }

func newID(kind byte) string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // crypto/rand.Read never returns an error
	return string(kind) + "_" + idText.EncodeToString(random[:])
}

// checkID refuses what is not an id of that kind, so that text from outside never becomes part of a store key.
func checkID[T ~string](kind byte, id T) error {
	text := string(id)
	if len(text) != IDLength || text[0] != kind || text[1] != '_' {
		return fmt.Errorf("%w: malformed id", ErrNotFound)
	}
	if strings.Trim(text[2:], "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return fmt.Errorf("%w: malformed id", ErrNotFound)
	}
	return nil
}

func (id ID) check() error            { return checkID('t', id) }
func (id IntegrationID) check() error { return checkID('i', id) }
func (id SystemID) check() error      { return checkID('p', id) }
func (id PersonID) check() error      { return checkID('u', id) }
func (id KeyID) check() error         { return checkID('k', id) }
func (id ScriptID) check() error      { return checkID('s', id) }
