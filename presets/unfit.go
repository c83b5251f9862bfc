package presets

// What a document may hold inside (reliability row D10).
const (
	maxNesting = 64
	maxString  = 1 << 20
)

// Unfit reports that a JSON document is nested more than 64 deep or holds a text of more than 1 MiB. It builds nothing and
// calls nothing: the parser goes down one call a level, and a stack that is too deep ends the process, without a panic
// that could be recovered. So it comes before every parsing of what a CRM sent.
func Unfit(doc []byte) bool {
	depth, start := 0, -1
	for i := 0; i < len(doc); i++ {
		c := doc[i]
		if start >= 0 {
			switch {
			case c == '\\':
				i++
			case c == '"':
				start = -1
			case i-start > maxString:
				return true
			}
			continue
		}
		switch c {
		case '"':
			start = i
		case '[', '{':
			if depth++; depth > maxNesting {
				return true
			}
		case ']', '}':
			depth--
		}
	}
	return false
}
