package tenant

import "time"

// Key is an API key of one phone system, without the secret, which is shown once and not kept.
type Key struct {
	ID       KeyID     `json:"id"`
	Name     string    `json:"name,omitempty"`
	Tenant   ID        `json:"tenant"`
	System   SystemID  `json:"system,omitempty"`
	Person   PersonID  `json:"person,omitempty"` // whose own address it is; scope pop only
	Scopes   Scopes    `json:"scopes"`
	Rate     float64   `json:"rate"`              // requests per second; 0 = not limited
	URLKey   bool      `json:"url_key,omitempty"` // may also stand in the query of a URL; one scope only: match, calls or pop
	Prefix   string    `json:"prefix"`            // first characters of the secret, to tell keys apart
	Created  time.Time `json:"created"`
	LastUsed time.Time `json:"last_used,omitzero"`
}

// DefaultRate is what a key may ask per second unless it says otherwise.
const DefaultRate = 200

// Access is what a presented key is good for.
type Access struct {
	Key    KeyID
	Tenant ID
	System SystemID
	Person PersonID // "" is nobody's own
	Scopes Scopes
	Rate   float64
	URLKey bool
}
