package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// TestVendored guards that what others wrote is what they published: htmx.org 4.0.1, dist/htmx.min.js.
func TestVendored(t *testing.T) {
	raw, err := files.ReadFile("vendor/htmx.js")
	if err != nil {
		t.Fatal(err)
	}
	const published = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != published {
		t.Errorf("vendor/htmx.js was changed: %x", sum)
	}
}
