package tenant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestSecretIsNeverShown: whatever prints a secret, alone or inside something, shows that there is one and not which (E3).
func TestSecretIsNeverShown(t *testing.T) {
	const canary = "c4n4ry-s3cr3t"
	type holder struct {
		Name   string
		Secret Secret
		hidden Secret
		List   []Secret
		Map    map[string]Secret
		Ptr    *Secret
	}
	s := NewSecret(canary)
	h := holder{"x", s, s, []Secret{s}, map[string]Secret{"a": s}, &s}
	for _, value := range []any{s, &s, h, &h, []any{s}, map[string]any{"k": h}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v"} {
			if verb == "%T %v" {
				shows(t, verb, fmt.Sprintf(verb, value, value), canary)
				continue
			}
			shows(t, verb, fmt.Sprintf(verb, value), canary)
		}
		asJSON, err := json.Marshal(value)
		must(t, err)
		shows(t, "json", string(asJSON), canary)
		asYAML, err := yaml.Marshal(value)
		must(t, err)
		shows(t, "yaml", string(asYAML), canary)
		var text, lines bytes.Buffer
		slog.New(slog.NewJSONHandler(&lines, nil)).Info("m", "value", value)
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "value", value)
		shows(t, "slog", text.String()+lines.String(), canary)
	}
	if s.Reveal() != canary || (Secret{}).Reveal() != "" || !(Secret{}).IsZero() {
		t.Error("Reveal does not return what was put in")
	}
}

func shows(t *testing.T, how, text, canary string) {
	t.Helper()
	if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) || strings.Contains(text, fmt.Sprintf("%X", canary)) {
		t.Errorf("%s shows the secret: %s", how, text)
	}
}

// TestSeal: what was sealed opens with the same key and place only, and any changed byte is noticed (E1).
func TestSeal(t *testing.T) {
	key, other := randomKey(), randomKey()
	plain, ad := []byte("Ada Muster"), []byte("here")
	sealed := Seal(key, plain, ad)
	if len(sealed) != len(plain)+Overhead {
		t.Errorf("%d bytes longer, Overhead says %d", len(sealed)-len(plain), Overhead)
	}
	if got, err := Unseal(key, sealed, ad); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("Unseal = %q, %v", got, err)
	}
	if bytes.Equal(sealed, Seal(key, plain, ad)) {
		t.Error("two seals of one text are the same")
	}
	if _, err := Unseal(other, sealed, ad); err == nil {
		t.Error("opens with another key")
	}
	if _, err := Unseal(key, sealed, []byte("there")); err == nil {
		t.Error("opens at another place")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := Unseal(key, bad, ad); err == nil {
			t.Errorf("byte %d may change unnoticed", i)
		}
	}
}
