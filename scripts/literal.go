package scripts

import (
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// clean encodes what a literal may not hold as it stands: blanks, letters
// outside ASCII, quotes, a percent sign that begins no escape, and every `#`
// but the one at offset fragment, -1 for none. Control characters are mistakes.
func (b *builder) clean(text string, at, fragment int) string {
	var out strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case isControl(c):
			b.fail(CodeControl, at+i, wording.New("scripts.control_character", "control character"))
		case c == '#' && i != fragment:
			out.WriteString("%23")
		default:
			var room [3]byte
			out.Write(appendLegal(room[:0], text, i))
		}
	}
	return out.String()
}

// shape is the template with a letter for each placeholder, to look at its
// literal structure.
func (b *builder) shape() []byte {
	var out []byte
	for _, p := range b.out.pieces {
		out = append(out, p.literal...)
		switch {
		case p.slot == nil:
		case p.slot.place == inBase:
			out = append(out, "https://x"...)
		case p.slot.place == inJSONBare:
			out = append(out, '0')
		default:
			out = append(out, 'x')
		}
	}
	return out
}
