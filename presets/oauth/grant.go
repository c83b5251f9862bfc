package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"time"

	"github.com/ringdex/ringdex/wording"
)

// Grant is what a connection holds of its provider: tokens, what was kept of the answer, and where a renewal stands. It
// is stored as JSON, sealed by whoever implements [Vault]; every way of printing it shows no token.
type Grant struct {
	Access   string            `json:"access"`
	Refresh  string            `json:"refresh,omitempty"`
	Type     string            `json:"type,omitempty"`
	Keep     map[string]string `json:"keep,omitempty"`
	Obtained time.Time         `json:"obtained"`
	Expires  time.Time         `json:"expires,omitzero"` // zero: the provider did not say
	Version  uint64            `json:"version"`          // one more with each set of tokens
	Dead     wording.Text      `json:"dead,omitzero"`    // why somebody has to sign in again; nothing while it works
	By       string            `json:"by,omitempty"`     // digest of what the program signed in with; "" where a person did

	Lease     Lease        `json:"lease,omitzero"`
	Attempt   Attempt      `json:"attempt,omitzero"`
	Failures  int          `json:"failures,omitempty"` // renewals that failed since the last that worked
	Problem   wording.Text `json:"problem,omitzero"`   // how the last one failed, in words
	Tried     string       `json:"tried,omitempty"`    // digest of what the program signed in with then
	Person    bool         `json:"person,omitempty"`   // it was refused, and only a person can help
	NotBefore time.Time    `json:"not_before,omitzero"`

	begun bool // by signing in, not with a refresh token; while it is not stored
}

// Lease says who renews a grant now. Its number rises with each holder, so that one who comes back late is recognised.
type Lease struct {
	Holder string    `json:"holder,omitempty"`
	Until  time.Time `json:"until,omitzero"`
	Number uint64    `json:"number,omitempty"`
}

// is reports whether two leases are one. Numbers alone do not tell: a new sign-in begins them anew.
func (l Lease) is(other Lease) bool { return l.Number == other.Number && l.Holder == other.Holder }

// Attempt is the note of a renewal whose answer is not known yet. It is durable before the provider is asked.
type Attempt struct {
	Token   string    `json:"token,omitempty"` // digest of the refresh token that was sent
	Started time.Time `json:"started,omitzero"`
	Lost    int       `json:"lost,omitempty"`    // earlier attempts with it that ended without a word, as in a crash
	Unheard bool      `json:"unheard,omitempty"` // ended, but without an answer: a timeout or a broken connection
}

// Vault keeps the grant of one connection.
type Vault interface {
	// Load gives the stored grant.
	Load(ctx context.Context) (Grant, error)
	// Update changes the grant in one durable transaction and returns what is stored then. change sees the stored
	// grant, may run again after a conflict, and stores nothing if it returns an error, which Update hands back such
	// that errors.Is and errors.As find it.
	Update(ctx context.Context, change func(*Grant) error) (Grant, error)
}

// String tells the state and no token.
func (g Grant) String() string {
	state := "live"
	if !g.Dead.IsZero() {
		state = "dead"
	}
	return fmt.Sprintf("grant version %d, %s", g.Version, state)
}

// GoString is String.
func (g Grant) GoString() string { return g.String() }

// Format is String, whatever the verb.
func (g Grant) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, g.String()) }

// LogValue is String.
func (g Grant) LogValue() slog.Value { return slog.StringValue(g.String()) }

// life is how long the access token lives, 0 where nobody said.
func (g Grant) life() time.Duration {
	if g.Expires.IsZero() {
		return 0
	}
	return g.Expires.Sub(g.Obtained)
}

// isBy reports whether the grant was got with what the program signs in with now. Other credentials may be another
// account's.
func (g Grant) isBy(by string) bool { return g.By == by }

// renewed is a grant with new tokens in place of the old. A provider that sends no refresh token for one means the old
// one; values an answer does not repeat stay.
func (g Grant) renewed(fresh Grant) Grant {
	next := fresh
	if next.Refresh == "" && !fresh.begun {
		next.Refresh = g.Refresh
	}
	keep := maps.Clone(g.Keep)
	if keep == nil {
		keep = map[string]string{}
	}
	maps.Copy(keep, fresh.Keep)
	next.Keep = keep
	next.Version = g.Version + 1
	next.Lease = Lease{Number: g.Lease.Number}
	return next
}

// digest names a token without showing it.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:12])
}
