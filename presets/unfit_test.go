package presets

import (
	"strings"
	"testing"
)

// Promise (reliability row D10): however deep an answer is nested, parsing it neither ends the process nor takes a stack
// of hundreds of megabytes; what is not deep is parsed.
func TestParseValueRefusesDepth(t *testing.T) {
	deep := func(open, close string, n int) string { return strings.Repeat(open, n) + strings.Repeat(close, n) }
	cases := map[string]struct {
		doc       string
		unfit, ok bool
	}{
		"64 lists":              {deep("[", "]", 64), false, true},
		"65 lists":              {deep("[", "]", 65), true, false},
		"brackets in a text":    {`{"a":"` + strings.Repeat("[", 1000) + `"}`, false, true},
		"a quote in a text":     {`{"a":"\"` + strings.Repeat("[", 1000) + `"}`, false, true},
		"beside each other":     {"[" + strings.Repeat("[],", 1000) + "[]]", false, true},
		"closed before opened":  {strings.Repeat("]", 1000) + strings.Repeat("[", 1000), false, false},
		"16 million lists":      {strings.Repeat("[", 16<<20), true, false},
		"16 million lists in a": {`{"error":` + strings.Repeat("[", 16<<20), true, false},
		"a long text":           {`"` + strings.Repeat("x", 1<<20+10) + `"`, true, false},
	}
	for name, c := range cases {
		if got := Unfit([]byte(c.doc)); got != c.unfit {
			t.Errorf("%s: unfit %v, want %v", name, got, c.unfit)
		}
		if _, ok := ParseValue([]byte(c.doc)); ok != c.ok {
			t.Errorf("%s: parsed %v, want %v", name, ok, c.ok)
		}
	}
}
