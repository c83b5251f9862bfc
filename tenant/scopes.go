package tenant

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Scopes is a set of what a key is good for.
type Scopes uint8

// The scopes.
const (
	ScopeMatch Scopes = 1 << iota // ask who is calling
	ScopeCalls                    // send call events
	ScopeDial                     // start calls
	ScopeAdmin                    // everything an admin of the tenant may do
	ScopePop                      // open the page of who is calling, and nothing else: it stands in an address
)

var scopeNames = [...]string{"match", "calls", "dial", "admin", "pop"}

// Has tells whether all of want are in the set.
func (s Scopes) Has(want Scopes) bool { return s&want == want }

// List returns the names, in the order of the constants.
func (s Scopes) List() []string {
	var names []string
	for i, name := range scopeNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String is the form ParseScopes reads: "match,calls".
func (s Scopes) String() string { return strings.Join(s.List(), ",") }

// MarshalText is String.
func (s Scopes) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseScopes; the empty text is the empty set.
func (s *Scopes) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	parsed, err := ParseScopes(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// ParseScopes reads names joined by commas. The error wraps [ErrInvalid] and says which names there are.
func ParseScopes(text string) (Scopes, error) {
	var s Scopes
	for name := range strings.SplitSeq(text, ",") {
		i := slices.Index(scopeNames[:], strings.ToLower(strings.TrimSpace(name)))
		if i < 0 {
			return 0, wording.Errorf(ErrInvalid, "tenant.scope_name_nameb", `scope "{Name}"; there are {NameB}`, "Name", name, "NameB", strings.Join(scopeNames[:], ", "))
		}
		s |= 1 << i
	}
	return s, nil
}
