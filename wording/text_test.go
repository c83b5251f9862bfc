package wording

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
)

// TestTextIsReadInEachLanguage promises that a text keeps key and values when it is stored, that each reader gets their own
// language, that what was stored as a string before is still shown, and that values are never taken for names.
func TestTextIsReadInEachLanguage(t *testing.T) {
	t.Parallel()
	base := errors.New("invalid")
	inner := Text{Key: "presets.run_stopped", English: "the run was stopped"}
	hostile := "{Text} {Op}"
	cases := map[string]struct {
		text       Text
		en, nl, de string
	}{
		"nothing":         {},
		"plain":           {Plain("Jansen & {Zn}"), "Jansen & {Zn}", "Jansen & {Zn}", "Jansen & {Zn}"},
		"key":             {inner, "the run was stopped", "de synchronisatie is gestopt", "the run was stopped"},
		"unknown key":     {Text{Key: "gone.long_ago", English: "as it was"}, "as it was", "as it was", "as it was"},
		"own translation": {Text{English: "press Connect", Own: map[string]string{"nl": "kies Verbinden"}}, "press Connect", "kies Verbinden", "press Connect"},
		"text in a text":  {New("presets.doing", "{Op}: {Text}", "Op", hostile, "Text", inner), hostile + ": the run was stopped", hostile + ": de synchronisatie is gestopt", hostile + ": the run was stopped"},
		"of an error":     {Of(fmt.Errorf("read page 3: %w", Errorf(base, "presets.run_stopped", "the run was stopped"))), "the run was stopped", "de synchronisatie is gestopt", "the run was stopped"},
		"of a bare error": {Of(fmt.Errorf("read page 3: %w", base)), "read page 3: invalid", "read page 3: invalid", "read page 3: invalid"},
	}
	for name, c := range cases {
		raw, err := json.Marshal(c.text)
		if err != nil {
			t.Fatal(err)
		}
		var again Text
		if err := json.Unmarshal(raw, &again); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, text := range []Text{c.text, again} {
			if en, nl, de := text.In("en"), text.In("nl"), text.In("de"); en != c.en || nl != c.nl || de != c.de || text.String() != c.en {
				t.Errorf("%s: %q, %q, %q", name, en, nl, de)
			}
		}
	}
	for _, c := range []struct {
		text   Text
		en, nl string
	}{
		{inner, "The run was stopped", "De synchronisatie is gestopt"},
		{New("presets.doing", "{Op}: {Text}", "Op", inner, "Text", "iban"), "The run was stopped: iban", "De synchronisatie is gestopt: iban"},
		{New("presets.read_file", "read {Name}", "Name", "list.csv"), "Read list.csv", "list.csv lezen"},
		{Plain("élan"), "élan", "élan"},
	} {
		if en, nl := c.text.Upper("en"), c.text.Upper("nl"); en != c.en || nl != c.nl {
			t.Errorf("as sentences: %q, %q", en, nl)
		}
	}
	var old Text
	if err := json.Unmarshal([]byte(`"the CRM answered 500"`), &old); err != nil || old.In("nl") != "the CRM answered 500" {
		t.Errorf("a string of before is read as %+v, %v", old, err)
	}
	if err := Errorf(base, "presets.run_stopped", "the run was stopped"); !errors.Is(err, base) || err.Error() != "invalid: the run was stopped" {
		t.Errorf("the log reads %q", err)
	}
}
