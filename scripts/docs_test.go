package scripts

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

const docsFile = "../docs/scripts.md"

func docs(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocsListProperties guards that the admin's page lists exactly the properties there are.
func TestDocsListProperties(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	want.WriteString("| property | forms | example | meaning |\n|---|---|---|---|\n")
	for _, p := range Properties() {
		want.WriteString(docsRow(p))
	}
	if !strings.Contains(docs(t), want.String()+"\n") {
		t.Errorf("%s does not hold the table of properties; it has to be:\n%s", docsFile, want.String())
	}
}

func docsRow(p Property) string {
	forms := make([]string, len(p.Forms))
	for i, form := range p.Forms {
		forms[i] = "`" + string(form) + "`"
	}
	return fmt.Sprintf("| `#(%s)` | %s | `%s` | %s |\n", p.Name, strings.Join(forms, " "), p.Example, p.Description)
}

// TestDocsExamples guards that every example on the page gives what the page says.
func TestDocsExamples(t *testing.T) {
	t.Parallel()
	names, values := example(t)
	examples := regexp.MustCompile("(?s)```script\n(.*?)\n→ (.*?)\n```").FindAllStringSubmatch(docs(t), -1)
	if len(examples) < 8 {
		t.Fatalf("only %d examples found", len(examples))
	}
	for _, e := range examples {
		if got, err := mustParse(t, e[1], names).Render(values); err != nil || got != e[2] {
			t.Errorf("%s\n got %q, %v\nwant %q", e[1], got, err, e[2])
		}
	}
}
