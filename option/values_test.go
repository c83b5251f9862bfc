package option

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestValuesShowNamesOnly: printing, logging or marshalling values never shows one, for there may be secrets among them (E3).
func TestValuesShowNamesOnly(t *testing.T) {
	v := Values{"client_secret": "c4n4ry"}
	texts := []string{}
	for _, value := range []any{v, &v, struct{ V Values }{v}, []any{v}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
		asJSON, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		asYAML, err := yaml.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", value)
		texts = append(texts, string(asJSON), string(asYAML), log.String())
	}
	for _, text := range texts {
		if strings.Contains(text, "c4n4ry") || strings.Contains(text, fmt.Sprintf("%x", "c4n4ry")) {
			t.Errorf("shown: %s", text)
		}
	}
	if got := v.String(); got != "values of [client_secret]" {
		t.Error(got)
	}
}
