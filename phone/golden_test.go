package phone

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goldenTexts holds odd texts and what is read in them, one a line: region, quoted text, numbers, refusals. An upgrade of
// the metadata shows here what it changes. -update writes the last two anew.
const goldenTexts = "testdata/texts.golden"

// TestGoldenTexts guards how odd texts are read, accepted and refused side by side (reliability row F15).
func TestGoldenTexts(t *testing.T) {
	file, err := os.ReadFile(goldenTexts)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(file)) {
		region, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		quoted, _, _ := strings.Cut(rest, "\t")
		text, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		out.WriteString(region + "\t" + quoted + "\t" + describe(Read(text, FieldContext{Region: region})) + "\n")
	}
	if *update {
		if err := os.WriteFile(goldenTexts, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(file), out.String()); diff != "" {
		t.Error(diff)
	}
}

// describe writes what was read in a cell on one line.
func describe(c Cell) string {
	var parts []string
	for _, f := range c.Found {
		s := f.Number.E164() + " " + f.How
		if f.Extension != "" {
			s += " ext " + f.Extension
		}
		if f.Label != "" {
			s += " " + f.Label
		}
		if f.Head {
			s += " head"
		}
		if !f.Stem.IsZero() {
			s += " stem " + f.Stem.E164()
		}
		parts = append(parts, s)
	}
	for _, r := range c.Refused {
		parts = append(parts, "["+r.Text+": "+string(r.Reason)+"]")
	}
	return strings.ReplaceAll(strings.Join(parts, "; "), "\n", " ")
}
