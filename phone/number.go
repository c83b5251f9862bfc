package phone

import (
	"errors"
	"strconv"
)

// Number is one subscriber number in E.164, or a short number of a region. It is comparable and fits a map key; the zero
// value means "no number".
//
// The value is the E.164 digits as an integer (no E.164 number starts with 0, so nothing is lost). Short numbers set
// the top bit and pack region, length and digits.
type Number struct{ v uint64 }

// maxE164 is the most digits an E.164 number has (ITU-T E.164, 6.2.1).
const maxE164 = 15

// maxDigits is the most digits a Number holds. A few national-only numbers (Japan, Indonesia) are longer than E.164 allows.
const maxDigits = 19

const (
	shortFlag      = 1 << 63
	shortRegionBit = 53
	shortLengthBit = 48
	shortDigits    = 1<<shortLengthBit - 1
)

// errNotE164 is returned for every text that is not a plus and the digits of a number.
var errNotE164 = errors.New("not a plus and 5 to 15 digits with a known calling code")

// ParseE164 reads a plus and digits, nothing else. The calling code must exist; whether the number is valid is not
// checked, so digits can be looked up as they stand. More than 15 digits pass only where the numbering plan has them.
func ParseE164(s string) (Number, error) {
	if len(s) < 6 || s[0] != '+' {
		return Number{}, errNotE164
	}
	n, ok := pack(s[1:])
	if !ok || n.code() == 0 {
		return Number{}, errNotE164
	}
	if len(s) > maxE164+1 && !n.valid() {
		return Number{}, errNotE164
	}
	return n, nil
}

// pack makes a Number of the full digits of an E.164 number, without checks of their meaning.
func pack(digits string) (Number, bool) {
	if digits == "" || len(digits) > maxDigits || digits[0] == '0' {
		return Number{}, false
	}
	var v uint64
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return Number{}, false
		}
		v = v*10 + uint64(d)
	}
	return Number{v}, v < shortFlag
}

// international makes a Number of a calling code and a national significant number.
func international(code int, nsn string) (Number, bool) {
	var buf [4 + maxDigits]byte
	if len(nsn) > maxDigits {
		return Number{}, false
	}
	b := append(strconv.AppendInt(buf[:0], int64(code), 10), nsn...)
	if len(b) > maxDigits {
		return Number{}, false
	}
	return pack(string(b))
}

// IsZero reports whether there is no number.
func (n Number) IsZero() bool { return n.v == 0 }

// IsShort reports whether the number exists only inside its region (112, 14020).
func (n Number) IsShort() bool { return n.v&shortFlag != 0 }

// E164 gives "+31201234567", "NL:14020" for a short number and "" for the zero value.
func (n Number) E164() string {
	if n.IsZero() {
		return ""
	}
	var buf [24]byte
	return string(n.AppendE164(buf[:0]))
}

// AppendE164 appends what E164 gives to dst.
func (n Number) AppendE164(dst []byte) []byte {
	switch {
	case n.IsZero():
		return dst
	case n.IsShort():
		region, digits := n.short()
		dst = append(dst, region...)
		dst = append(dst, ':')
		return append(dst, digits...)
	default:
		return strconv.AppendUint(append(dst, '+'), n.v, 10)
	}
}

// appendDigits appends the digits of an international number.
func (n Number) appendDigits(dst []byte) []byte { return strconv.AppendUint(dst, n.v, 10) }

// digits gives the calling code and national significant number of an international number as one text.
func (n Number) digits() string { return strconv.FormatUint(n.v, 10) }

// split gives calling code and national significant number; 0 for short numbers and unknown codes.
func (n Number) split() (int, string) {
	if n.IsZero() || n.IsShort() {
		return 0, ""
	}
	d := n.digits()
	code, width := codeOf(d)
	return code, d[width:]
}

// code is the calling code, 0 if there is none. It does not allocate.
func (n Number) code() int {
	if n.IsZero() || n.IsShort() {
		return 0
	}
	v := n.v
	for v >= 1000 {
		v /= 10
	}
	for ; v > 0; v /= 10 {
		if knownCode(int(v)) {
			return int(v)
		}
	}
	return 0
}

// shortNumber packs a region and a short number of at most 12 digits.
func shortNumber(region, digits string) Number {
	r := uint64(region[0]-'A')<<5 | uint64(region[1]-'A')
	var v uint64
	for i := range len(digits) {
		v = v*10 + uint64(digits[i]-'0')
	}
	return Number{shortFlag | r<<shortRegionBit | uint64(len(digits))<<shortLengthBit | v}
}

// short gives region and digits of a short number.
func (n Number) short() (string, string) {
	r := n.v >> shortRegionBit
	region := string([]byte{'A' + byte(r>>5&31), 'A' + byte(r&31)})
	length := int(n.v >> shortLengthBit & 31)
	d := strconv.FormatUint(n.v&shortDigits, 10)
	for len(d) < length {
		d = "0" + d
	}
	return region, d
}
