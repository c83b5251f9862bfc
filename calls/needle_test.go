package calls

import (
	"encoding/json"
	"testing"
)

// TestNeedle guards that the look that leaves calls out never leaves out one that holds what is searched for, whatever JSON makes
// of its characters.
func TestNeedle(t *testing.T) {
	names := []string{"Ada Lovelace", "Smith & Sons <BV>", `The "Inn"`, "İstanbul Çelik", "MÜLLER GmbH", "a\\b", "tab\tbed", "bad\xffbyte", "line\u2028end", "4711 AG"}
	for _, name := range names {
		c := Call{}
		c.Known.Number.E164, c.Known.Number.National, c.Known.Number.Raw = "+31201234567", "020 123 4567", "(020) 123-4567"
		c.Caller.Name = name
		raw, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var read Call
		if err := json.Unmarshal(raw, &read); err != nil {
			t.Fatal(err)
		}
		runes := []rune(name)
		for from := range runes {
			for to := from + 1; to <= len(runes); to++ {
				n := needleOf(string(runes[from:to]))
				if n.text != "" && n.in(&read) && !n.mayBeIn(raw) {
					t.Errorf("%q is in a call of %q, and was left out", n.text, name)
				}
			}
		}
		for text, want := range map[string]bool{"020 1234567": true, "0201 23": true, "123": true, "99999": false, "12": false} {
			if n := needleOf(text); n.in(&read) != want || want && !n.mayBeIn(raw) {
				t.Errorf("%q in a call of %q: not %v", text, name, want)
			}
		}
	}
}
