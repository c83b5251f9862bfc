package file

import (
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// stringTable holds a workbook's table of texts: the first ones in memory, the
// rest in a temporary file that has no name and that only this process can read,
// because it is encrypted with a key that is nowhere else.
type stringTable struct {
	offsets [][]uint32 // where each text ends, in pieces so that growing copies nothing
	count   int
	size    uint32
	memory  []byte
	room    int // bytes of memory; 0 is maxStringMemory
	spill   *spill
}

// Bounds: texts kept in memory in bytes, and offsets a piece.
const (
	maxStringMemory = 16 << 20
	offsetPiece     = 64 << 10
)

func (t *stringTable) add(text string) error {
	if t.count >= maxStrings {
		return wording.Error("file.has_more_than_most_texts", "it has more than {Most} texts", "Most", maxStrings)
	}
	if t.count%offsetPiece == 0 {
		t.offsets = append(t.offsets, make([]uint32, 0, min(offsetPiece, 1024+t.count)))
	}
	if err := t.write(text); err != nil {
		return err
	}
	t.size += uint32(len(text))
	piece := &t.offsets[len(t.offsets)-1]
	*piece = append(*piece, t.size)
	t.count++
	return nil
}

func (t *stringTable) write(text string) error {
	room := t.room
	if room == 0 {
		room = maxStringMemory
	}
	if t.spill == nil && len(t.memory)+len(text) <= room {
		t.memory = append(t.memory, text...)
		return nil
	}
	if t.spill == nil {
		var err error
		if t.spill, err = newSpill(); err != nil {
			return err
		}
	}
	return t.spill.write(text)
}

func (t *stringTable) end(i int) uint32 {
	if i < 0 {
		return 0
	}
	return t.offsets[i/offsetPiece][i%offsetPiece]
}

// get is the text with that number.
func (t *stringTable) get(i int) (string, error) {
	if i < 0 || i >= t.count {
		return "", wording.Error("file.cell_names_text_value_valueb", "a cell names text {Value} of {ValueB}", "Value", i, "ValueB", t.count)
	}
	from, to := t.end(i-1), t.end(i)
	if int(to) <= len(t.memory) {
		return string(t.memory[from:to]), nil
	}
	return t.spill.read(int64(from)-int64(len(t.memory)), int(to-from))
}

func (t *stringTable) close() {
	if t.spill != nil {
		_ = t.spill.file.Close()
	}
}

// readStrings reads xl/sharedStrings.xml. Phonetic guides are not part of a text.
func readStrings(s *xmlScanner, t *stringTable) error {
	var text strings.Builder
	inText, phonetic := false, false
	for {
		tok, err := s.next()
		if err != nil {
			return endOf(err)
		}
		switch {
		case tok.kind == tokenText && inText && !phonetic:
			part, err := tok.content()
			if err != nil {
				return err
			}
			if text.WriteString(part); text.Len() > maxCell {
				return wording.Error("file.cell_longer_than_kib_kib", "a cell is longer than {KiB} KiB", "KiB", maxCell>>10)
			}
		case tok.name == "t":
			inText = tok.kind == tokenStart
		case tok.name == "rPh":
			phonetic = tok.kind == tokenStart
		case tok.name == "si" && tok.kind == tokenStart:
			text.Reset()
		case tok.name == "si" && tok.kind == tokenEnd:
			if err := t.add(unescapeX(text.String())); err != nil {
				return err
			}
		}
	}
}

// unescapeX replaces _x000D_, the way workbooks write control characters.
func unescapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
