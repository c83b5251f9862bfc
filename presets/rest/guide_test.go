package rest

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ringdex/ringdex/presets"
)

// Promise: every key and value in the guide's examples is one of the format.
func TestGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/presets.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(guide), "\n**Keys.**")
	text, _, _ = strings.Cut(text, "\n**Choices.**")
	blocks := strings.Split(text, "```yaml\n")[1:]
	if len(blocks) < 25 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		_, lints := presets.Load(fstest.MapFS{"x/preset.yaml": {Data: []byte(inPreset(block))}}, "x")
		for _, l := range lints {
			for _, wrong := range []string{"has no key", "no value of", "stands here", "unexpected", "is no literal", "a key is missing", "cannot stand here"} {
				if strings.Contains(l.Text, wrong) {
					t.Errorf("%s\n%s", l.Text, block)
				}
			}
		}
	}
}

// inPreset puts an example at its place: keys of the preset, or of a stream.
func inPreset(block string) string {
	if strings.HasPrefix(block, "auth:") || strings.HasPrefix(block, "http:") {
		return block
	}
	return "streams:\n  - id: x\n    " + strings.ReplaceAll(block, "\n", "\n    ")
}
