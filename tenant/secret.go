package tenant

import (
	"fmt"
	"io"
	"log/slog"
)

// Sealed is what a [Secret] shows wherever it is printed, marshalled or logged.
const Sealed = "[sealed]"

// Secret is a text that must not be seen by accident. The zero value is the empty secret.
type Secret struct{ text *string } // a pointer, so that printing a struct around it by reflection shows an address at most

// NewSecret wraps a text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text. Call it where the text is used, not where it is handed on.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero tells whether the secret is empty.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String returns [Sealed].
func (s Secret) String() string { return Sealed }

// GoString returns [Sealed].
func (s Secret) GoString() string { return Sealed }

// Format writes [Sealed], whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Sealed) }

// LogValue is [Sealed].
func (s Secret) LogValue() slog.Value { return slog.StringValue(Sealed) }

// MarshalText is [Sealed], for JSON, YAML, XML and whatever else asks a value for its text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Sealed), nil }
