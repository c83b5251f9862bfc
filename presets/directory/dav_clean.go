package directory

import (
	"bufio"
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// cleaner reads XML and replaces what XML may not hold: bytes that are no UTF-8, and control characters, written plainly
// or as &#11;. Cards hold them because people paste from anywhere, and one of them must not hide all others.
type cleaner struct {
	r        *bufio.Reader
	out      []byte
	replaced int
}

func newCleaner(r io.Reader) *cleaner { return &cleaner{r: bufio.NewReaderSize(r, 32<<10)} }

// Read implements [io.Reader].
func (c *cleaner) Read(p []byte) (int, error) {
	for len(c.out) == 0 {
		if err := c.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
}

// fill puts some clean text into out.
func (c *cleaner) fill() error {
	c.out = c.out[:0]
	for len(c.out) < 16<<10 {
		r, size, err := c.r.ReadRune()
		if err != nil {
			if len(c.out) > 0 {
				return nil // the error comes again
			}
			return err
		}
		switch {
		case r == utf8.RuneError && size == 1, !allowed(r):
			c.replace()
		case r == '&':
			c.reference()
		default:
			c.out = utf8.AppendRune(c.out, r)
		}
		if c.r.Buffered() == 0 && len(c.out) > 0 {
			return nil
		}
	}
	return nil
}

func (c *cleaner) replace() {
	c.replaced++
	c.out = utf8.AppendRune(c.out, utf8.RuneError)
}

// reference reads on behind an ampersand.
func (c *cleaner) reference() {
	next, _ := c.r.Peek(10)
	end := bytes.IndexByte(next, ';')
	if end < 2 || next[0] != '#' {
		c.out = append(c.out, '&')
		return
	}
	digits, base := string(next[1:end]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err == nil && n <= utf8.MaxRune && allowed(rune(n)) {
		c.out = append(c.out, '&')
		return
	}
	_, _ = c.r.Discard(end + 1) // it was peeked at
	c.replace()
}

// allowed are the characters of XML 1.0, section 2.2.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}
