package file

import (
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// repair makes valid UTF-8 without NULs of anything, and counts what it replaced.
// A decoder before it has already put U+FFFD in the place of what it could not read.
type repair struct {
	replaced *int
	decoded  bool
}

func (*repair) Reset() {}

// Transform implements [transform.Transformer].
func (t *repair) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, n := utf8.DecodeRune(src[nSrc:])
		if nDst+utf8.UTFMax > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		bad := r == utf8.RuneError && (n == 1 || t.decoded)
		if bad || r == 0 {
			*t.replaced++
			r = utf8.RuneError
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += n
	}
	return nDst, nSrc, nil
}
