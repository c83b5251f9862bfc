package sql

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringdex/ringdex/presets/internal/columns"
)

// text is a value as people write it, and how many bytes of it were no text.
func (d *dialect) text(v any, c column) (text string, replaced int) {
	switch t := v.(type) {
	case nil:
		return "", 0
	case string:
		return d.ofColumn(t, c)
	case []byte:
		if c.class == classBit || c.class == classUUID || c.class == classBinary {
			return d.ofBytes(t, c), 0
		}
		return d.ofColumn(string(t), c)
	case int64:
		return strconv.FormatInt(t, 10), 0
	case uint64:
		return strconv.FormatUint(t, 10), 0
	case float64:
		return strconv.FormatFloat(t, 'f', -1, 64), 0
	case float32:
		return strconv.FormatFloat(float64(t), 'f', -1, 32), 0
	case bool:
		return strconv.FormatBool(t), 0
	case time.Time:
		return t.Format(d.layout(c)), 0
	}
	return "", 0
}

// layout is how a time is written so that the server reads the same one again.
func (d *dialect) layout(c column) string {
	if l, ok := d.layouts[strings.ToUpper(c.typeName)]; ok {
		return l
	}
	return "2006-01-02T15:04:05.999999999"
}

// ofColumn repairs a text, and writes a number out that stands with an exponent.
func (d *dialect) ofColumn(text string, c column) (string, int) {
	if c.class == classNumber && strings.ContainsAny(text, "eE") {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'f', -1, 64), 0
		}
	}
	replaced := strings.Count(text, "\x00")
	if replaced > 0 {
		text = strings.ReplaceAll(text, "\x00", "")
	}
	if !utf8.ValidString(text) {
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && n == 1 {
				replaced++
			}
			i += n
		}
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return text, replaced
}

// ofBytes writes what is no text: a number of bits, a UUID, or bytes.
func (d *dialect) ofBytes(b []byte, c column) string {
	switch {
	case c.class == classBit && len(b) <= 8:
		var n uint64
		for _, one := range b {
			n = n<<8 | uint64(one)
		}
		return strconv.FormatUint(n, 10)
	case c.class == classUUID && len(b) == 16 && d.uuid != nil:
		return d.uuid(b)
	}
	if trimmed := strings.TrimRight(string(b), "\x00"); utf8.ValidString(trimmed) && !strings.ContainsFunc(trimmed, func(r rune) bool { return r < ' ' }) {
		return trimmed
	}
	return hex.EncodeToString(b)
}

// cell is a value as the columns' readers take it.
func (d *dialect) cell(v any, c column) (cell columns.Cell, replaced int) {
	cell.Text, replaced = d.text(v, c)
	switch v.(type) {
	case int64, uint64, float64, float32:
		cell.Numeric = true
	default:
		cell.Numeric = c.class == classNumber
	}
	return cell, replaced
}

// whole takes the empty places off a number that says which phone or contact it is: 612345678.00 is 612345678.
func whole(text string) string {
	before, after, ok := strings.Cut(text, ".")
	if ok && strings.Trim(after, "0") == "" {
		return before
	}
	return text
}

// truth reads a flag of a deleted row: true, a number other than 0, a time it was deleted at.
func truth(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "0", "false", "f", "no", "n", "0000-00-00", "0000-00-00 00:00:00":
		return false
	}
	return true
}
