package phone

import (
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// maxBlockDigits is the most digits that may follow the stem of a number block.
const maxBlockDigits = 5

// Block is a company's range of numbers: a stem and the count of digits behind it. It is comparable; the zero value is
// no block. A number belongs to it when Block(n, b.Open) gives b.
type Block struct {
	Stem Number // the digits all numbers of the block begin with
	Open int    // how many digits follow, 1 to 5
}

var errNotBlock = wording.Error("phone.not_range_such_as_49", "not a range such as +49 30 123456-00..99 or +49 30 123456xx")

// Blockable reports whether the number may belong to a block: a fixed line outside the North American plan.
func (n Number) Blockable() bool { return n.code() != 1 && n.Kind() == KindFixed }

// BlockOf gives the block a number would belong to if the last open digits were free.
func BlockOf(n Number, open int) (Block, bool) {
	stem, ok := n.Stem(open)
	return Block{Stem: stem, Open: open}, ok
}

// Stem gives the number without its last drop digits (1 to 5), if at least three digits of the subscriber remain.
func (n Number) Stem(drop int) (Number, bool) {
	if n.IsZero() || n.IsShort() || drop < 1 || drop > maxBlockDigits {
		return Number{}, false
	}
	_, nsn := n.split()
	if len(nsn)-drop < 3 {
		return Number{}, false
	}
	v := n.v
	for range drop {
		v /= 10
	}
	return Number{v}, true
}

// Key gives the text under which a block is stored and looked up: "+4930123456x2".
func (b Block) Key() string {
	if b.Stem.IsZero() {
		return ""
	}
	return b.Stem.E164() + "x" + strconv.Itoa(b.Open)
}

// ParseBlock reads a range typed in by an administrator, in international form: "+49 30 123456-00..99" or
// "+49 30 123456xx". The numbers of a block all have the same length.
func ParseBlock(s string) (Block, error) {
	s = strings.ToLower(clean(s))
	if head, open, ok := cutRange(s); ok {
		return newBlock(head, open)
	}
	head := strings.TrimRight(s, "x")
	return newBlock(head, len(s)-len(head))
}

// cutRange parts "+49 30 123456-00..99": the first and last number must be all zeros and all nines.
func cutRange(s string) (string, int, bool) {
	first, last, ok := strings.Cut(s, "..")
	if !ok || last == "" || strings.Trim(last, "9") != "" {
		return "", 0, false
	}
	open := len(last)
	if len(first) <= open || strings.Trim(first[len(first)-open:], "0") != "" {
		return "", 0, false
	}
	return first[:len(first)-open], open, true
}

func newBlock(head string, open int) (Block, error) {
	var digits strings.Builder
	for i := range len(head) {
		switch c := head[i]; {
		case c >= '0' && c <= '9':
			digits.WriteByte(c)
		case c == '+' && i == 0, strings.IndexByte(" -/().", c) >= 0:
		default:
			return Block{}, errNotBlock
		}
	}
	stem, ok := pack(digits.String())
	if !ok || head[0] != '+' || open < 1 || open > maxBlockDigits || stem.code() == 0 {
		return Block{}, errNotBlock
	}
	if sample := (Number{stem.v*pow10(open) + pow10(open-1)}); stem.code() == 1 || !sample.Blockable() {
		return Block{}, errNotBlock
	}
	return Block{Stem: stem, Open: open}, nil
}

func pow10(n int) uint64 {
	v := uint64(1)
	for range n {
		v *= 10
	}
	return v
}
