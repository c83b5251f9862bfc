package presets

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sampleRecord = `{
  "id": 9007199254740993, "big": 1.50e3, "name": "Ada", "none": null, "no": false, "yes": true, "empty": "",
  "Account": {"Name": "Muster AG", "Owner": null}, "odd key": 1, "@odata.nextLink": "https://x", "a.b": {"c#": "deep"},
  "phones": [{"type": "WORK", "number": "1", "main": true}, {"type": "CELL", "number": "2", "main": false}, {"type": "FAX", "number": null}],
  "pair": [7, "Muster"], "nested": [[{"v": 1}], [{"v": 2}, {"v": 3}]], "twice": "first", "twice": "last", "n": {"1": "key"},
  "versions": [{"v": "", "at": 2}, {"v": "kept", "at": 1}]
}`

// A selector picks what its grammar says, numbers keep their digits (row D12), and
// null, false and nothing are empty texts.
func TestSelectors(t *testing.T) {
	v, ok := ParseValue([]byte(sampleRecord))
	if !ok {
		t.Fatal("the sample is no JSON")
	}
	tests := []struct {
		selector string
		want     []string
	}{
		{"id", []string{"9007199254740993"}},
		{"big", []string{"1.50e3"}},
		{"name", []string{"Ada"}},
		{"none", []string{""}},
		{"no", []string{""}},
		{"yes", []string{"true"}},
		{"missing", nil},
		{"Account.Name", []string{"Muster AG"}},
		{"Account.Owner.Name", nil},
		{"name.first", nil},
		{"odd key", []string{"1"}},
		{`"@odata.nextLink"`, []string{"https://x"}},
		{`"a.b"."c#"`, []string{"deep"}},
		{"phones.#.number", []string{"1", "2", ""}},
		{"phones.1.number", []string{"2"}},
		{"phones.9.number", nil},
		{`phones.#(type=="CELL").number`, []string{"2"}},
		{`phones.#(type != "CELL").number`, []string{"1", ""}},
		{"phones.#(main==true).number", []string{"1"}},
		{"phones.#(number==null).type", []string{"FAX"}},
		{"phones.#(missing==null).type", []string{"WORK", "CELL", "FAX"}},
		{"nested.#.#.v", []string{"1", "2", "3"}},
		{"pair.1", []string{"Muster"}},
		{"twice", []string{"last"}},
		{"n.1", []string{"key"}},
		{"#.x", nil},
	}
	for _, test := range tests {
		sel, err := ParseSelector(test.selector)
		if err != nil {
			t.Errorf("%s: %v", test.selector, err)
			continue
		}
		var got []string
		for e := range sel.All(v) {
			got = append(got, e.Text())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.selector, diff)
		}
	}
}

// The text of a selector is its first value that has one.
func TestSelectorText(t *testing.T) {
	v, _ := ParseValue([]byte(sampleRecord))
	for selector, want := range map[string]string{"versions.#.v": "kept", "phones.#.number": "1", "none": "", "phones": "", "missing": ""} {
		sel, err := ParseSelector(selector)
		if err != nil {
			t.Fatal(err)
		}
		if got := sel.Text(v); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
}

// A selector that is none is refused in words.
func TestSelectorMistakes(t *testing.T) {
	for selector, want := range map[string]string{
		"": "key is missing", "a.": "key is missing", ".a": "key is missing", "a..b": "key is missing", " a": "begins or ends with a blank",
		"#(": "key is missing", `#(a=="x"`: "not closed", `#(a="x")`: "compares with", "#(a==x)": "needs double quotes", `"a`: "not closed",
		"#(b.#==1)": "keys only", "a)": "unexpected", "a#": "unexpected", strings.Repeat("a", 501): "at most 500",
	} {
		if _, err := ParseSelector(selector); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", selector, err, want)
		}
	}
}

// Flags are read as CRMs write them.
func TestTruth(t *testing.T) {
	for doc, want := range map[string]bool{"true": true, "1": true, `"yes"`: true, `"2026-01-02"`: true, "{}": true, "false": false, "null": false, "0": false, `""`: false, `"false"`: false, `"N"`: false, `"0"`: false} {
		v, _ := ParseValue([]byte(doc))
		if v.Truth() != want {
			t.Errorf("%s is %v", doc, !want)
		}
	}
}

// No selector and no document make the reader panic or never end, and what was
// read once is read the same again.
func FuzzSelector(f *testing.F) {
	for _, s := range []string{"a.b", "#", `#(a=="x").b`, `"q.r"`, "a.#.b", "#(a.b!=null)"} {
		f.Add(s, sampleRecord)
	}
	f.Add("a.#.#.#", strings.Repeat("[", 50)+strings.Repeat("]", 50))
	f.Fuzz(func(t *testing.T, selector, doc string) {
		sel, err := ParseSelector(selector)
		if err != nil {
			return
		}
		again, err := ParseSelector(sel.String())
		if err != nil {
			t.Fatalf("%q was read and now is not: %v", selector, err)
		}
		v, ok := ParseValue([]byte(doc))
		if ok && sel.Text(v) != again.Text(v) {
			t.Fatalf("%q gives two texts", selector)
		}
	})
}
