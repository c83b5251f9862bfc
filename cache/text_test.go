package cache

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestTextIsJSON: what a match holds can be pasted into JSON as it stands, and read back as it was.
func TestTextIsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.OneOf(rapid.String(), rapid.StringMatching("[\"\\\\<>&\u2028\n\t\r\x00 a-zé\x7f]*"),
			rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) })).Draw(t, "plain")
		text, want := TextOf(plain), strings.ToValidUTF8(plain, "\uFFFD")
		var decoded string
		if err := json.Unmarshal(text.AppendJSON(nil), &decoded); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		// ToValidUTF8 makes one U+FFFD of a run of bad bytes, encoding/json and Text one of each.
		if got := text.String(); got != decoded || squeeze(got) != squeeze(want) {
			t.Fatalf("%q: %q, in JSON %q", plain, got, decoded)
		}
		if strings.ContainsAny(string(text), "<>&\u2028\u2029") {
			t.Fatalf("%q may end a script of a page", text)
		}
	})
}

func squeeze(s string) string {
	for strings.Contains(s, "\uFFFD\uFFFD") {
		s = strings.ReplaceAll(s, "\uFFFD\uFFFD", "\uFFFD")
	}
	return s
}

// TestCodec: texts of every length come back, and a cut value is noticed instead of being read beyond its end.
func TestCodec(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 63, 126, 127, 128, 129, 16382, 16383, 16384, 70000} {
		plain := strings.Repeat("x", n)
		buf := appendText(appendEscapedText([]byte("ab"), plain), "end")
		r := reader{rest: string(buf[2:])}
		if got, end := r.text(), r.text(); got != plain || end != "end" || r.bad {
			t.Errorf("text of %d bytes came back as %d, then %q", n, len(got), end)
		}
		for _, cut := range []int{1, 4} {
			r := reader{rest: string(buf[2 : len(buf)-cut])}
			if r.text(); r.text() != "" || !r.bad {
				t.Errorf("text of %d bytes cut by %d was not noticed", n, cut)
			}
		}
	}
}
