package file

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	utf16 "golang.org/x/text/encoding/unicode"

	"github.com/ringdex/ringdex/wording"
)

// census counts what tells charsets apart, over the whole file.
type census struct {
	mark    []byte // first bytes
	valid   int    // UTF-8 sequences of several bytes
	invalid int    // bytes that are not UTF-8
	even    int    // NUL bytes at even places
	odd     int    // and at odd ones
	size    int
	left    []byte // an unfinished sequence
	pairs   map[[3]byte]int
	last    [2]byte
}

// maxPairs bounds the table of high bytes with their neighbours.
const maxPairs = 20_000

func (c *census) add(b []byte) {
	if c.size == 0 {
		c.mark = append(c.mark, b[:min(len(b), 4)]...)
		c.pairs = map[[3]byte]int{}
	}
	c.neighbours(b)
	for i, one := range b {
		if one == 0 && (c.size+i)%2 == 0 {
			c.even++
		} else if one == 0 {
			c.odd++
		}
	}
	c.size += len(b)
	c.utf8(b)
}

func (c *census) utf8(b []byte) {
	if len(c.left) > 0 {
		b = append(c.left, b...)
		c.left = nil
	}
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		if !utf8.FullRune(b) {
			c.left = bytes.Clone(b)
			return
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			c.invalid++
		} else {
			c.valid++
		}
		b = b[n:]
	}
}

// neighbours notes each high byte with the bytes beside it.
func (c *census) neighbours(b []byte) {
	for _, next := range b {
		if c.last[1] >= utf8.RuneSelf && len(c.pairs) < maxPairs {
			c.pairs[[3]byte{c.last[0], c.last[1], next}]++
		}
		c.last = [2]byte{c.last[1], next}
	}
}

func (c *census) end() {
	c.invalid += len(c.left)
	c.left = nil
	c.neighbours([]byte{'\n'})
}

// coding is a charset with its name as people know it.
type coding struct {
	name string
	enc  encoding.Encoding // nil for UTF-8
	skip int               // bytes of a byte order mark
}

// detect finds the charset: a byte order mark, NULs of UTF-16, valid UTF-8, else
// the old charset that makes the best words.
func (c *census) detect() coding {
	switch {
	case bytes.HasPrefix(c.mark, []byte("\xef\xbb\xbf")):
		return coding{name: "UTF-8", skip: 3}
	case bytes.HasPrefix(c.mark, []byte("\xff\xfe\x00\x00")):
		return coding{"UTF-32LE", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4}
	case bytes.HasPrefix(c.mark, []byte("\xff\xfe")):
		return coding{"UTF-16LE", utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM), 2}
	case bytes.HasPrefix(c.mark, []byte("\xfe\xff")):
		return coding{"UTF-16BE", utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM), 2}
	case c.odd > c.size/5 && c.even < c.odd/4:
		return coding{"UTF-16LE", utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM), 0}
	case c.even > c.size/5 && c.odd < c.even/4:
		return coding{"UTF-16BE", utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM), 0}
	case c.invalid == 0 || c.valid > 4*c.invalid:
		return coding{name: "UTF-8"}
	}
	return c.oldCharset()
}

// oldCharsets are tried in this order; the first of equals wins.
var oldCharsets = []struct {
	name  string
	cm    *charmap.Charmap
	often string // letters that are frequent in texts of this charset
}{
	{"windows-1252", charmap.Windows1252, "äöüÄÖÜßéèêëçñáíóúàïôøåæâîûãõìò´’–€°"},
	{"IBM850", charmap.CodePage850, "äöüÄÖÜßéèêëçñáíóúàïôøåæâîû"},
	{"macintosh", charmap.Macintosh, "äöüÄÖÜßéèêëçñáíóúàïôøåæâîû’"},
	{"windows-1250", charmap.Windows1250, "áčďéěíňóřšťúůýžąćęłńśźżőűÁČŘŠŽŁŚŻäöüß"},
	{"windows-1251", charmap.Windows1251, "абвгдежзийклмнопрстуфхцчшщыьэюяАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ"},
	{"windows-1253", charmap.Windows1253, "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώς"},
	{"windows-1254", charmap.Windows1254, "ğışĞİŞçöüÇÖÜ"},
}

func (c *census) oldCharset() coding {
	best, most := 0, c.score(0)
	for i := 1; i < len(oldCharsets); i++ {
		if s := c.score(i); s > most {
			best, most = i, s
		}
	}
	return coding{name: oldCharsets[best].name, enc: oldCharsets[best].cm}
}

// score says how well high bytes read as letters inside words.
func (c *census) score(i int) int {
	cs := oldCharsets[i]
	total := 0
	for pair, count := range c.pairs {
		before, r, after := cs.cm.DecodeByte(pair[0]), cs.cm.DecodeByte(pair[1]), cs.cm.DecodeByte(pair[2])
		total += count * letterScore(before, r, after, strings.ContainsRune(cs.often, r))
	}
	return total
}

func letterScore(before, r, after rune, often bool) int {
	inWord := unicode.IsLetter(before) || unicode.IsLetter(after)
	switch {
	case r == utf8.RuneError || unicode.IsControl(r):
		return -10
	case !unicode.IsLetter(r) && unicode.IsLetter(before) && unicode.IsLetter(after):
		return -4
	case !unicode.IsLetter(r):
		return 0
	case unicode.IsUpper(r) && unicode.IsLower(before):
		return -4
	case often && inWord:
		return 3
	}
	return 0
}

// named is a charset an admin has set.
func named(name string) (coding, error) {
	if strings.EqualFold(name, "utf-8") || strings.EqualFold(name, "utf8") {
		return coding{name: "UTF-8"}, nil
	}
	enc, canonical := charset.Lookup(name)
	if enc == nil {
		return coding{}, wording.Error("file.charset_name_not_known_write", `charset "{Name}" is not known; write utf-8, windows-1252, iso-8859-15, ibm850, macintosh, utf-16le, …`, "Name", name)
	}
	return coding{name: canonical, enc: enc}, nil
}

// text is the file decoded; replaced counts what was not valid.
func (in *input) text(c coding, replaced *int) (io.Reader, error) {
	r := in.bytes()
	if _, err := io.CopyN(io.Discard, r, int64(c.skip)); err != nil {
		return nil, err
	}
	if c.enc != nil {
		r = transform.NewReader(r, c.enc.NewDecoder())
	}
	return transform.NewReader(r, &repair{replaced: replaced, decoded: c.enc != nil}), nil
}
