package phone

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// update rewrites the score table in docs/matching.md.
var update = flag.Bool("update", false, "rewrite the score table in docs/matching.md")

const scorePage = "../docs/matching.md"

// writeScores shows the scores, and puts them into the docs on -update.
func writeScores(t *testing.T, groups map[group3]*score, forms map[string]*score) {
	t.Helper()
	var b strings.Builder
	b.WriteString("| forms | texts | numbers found | wrong | missed | recall | precision |\n|---|---|---|---|---|---|---|\n")
	line := func(name string, s *score) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %.2f %% | %.2f %% |\n", name, s.rows, s.right, s.wrong, s.missed, s.recall(), s.precision())
	}
	for _, g := range []group3{groupCore, groupHard, groupJunk} {
		line("**"+string(g)+"**", groups[g])
	}
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		line(name, forms[name])
	}
	t.Logf("scores\n%s", b.String())
	if *update {
		replaceScores(t, b.String())
	}
}

func replaceScores(t *testing.T, table string) {
	t.Helper()
	page, err := os.ReadFile(scorePage)
	if err != nil {
		t.Fatal(err)
	}
	const start, end = "<!-- scores -->\n", "<!-- end of scores -->"
	head, rest, ok1 := strings.Cut(string(page), start)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no marks around the score table", scorePage)
	}
	if err := os.WriteFile(scorePage, []byte(head+start+table+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
