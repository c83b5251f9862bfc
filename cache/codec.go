package cache

import "encoding/binary"

// The values of the table are numbers as varints and texts behind their lengths, in a fixed order. Whether they are whole
// was proved by the seal, so a reader only has to be safe against its own writer: it never reads outside, and remembers.

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// appendEscapedText appends s as a [Text], behind its length.
func appendEscapedText(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, 0) // the length of nearly all
	dst = appendEscaped(dst, s)
	n := len(dst) - start - 1
	if n < 0x80 {
		dst[start] = byte(n)
		return dst
	}
	var length [binary.MaxVarintLen64]byte
	extra := binary.PutUvarint(length[:], uint64(n)) - 1
	dst = append(dst, length[:extra]...) // room
	copy(dst[start+1+extra:], dst[start+1:start+1+n])
	copy(dst[start:], length[:extra+1])
	return dst
}

// reader takes a value apart; texts are parts of it, not copies.
type reader struct {
	rest string
	bad  bool // something did not fit
}

func (r *reader) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		b := r.rest[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return v
		}
	}
	r.fail()
	return 0
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *reader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	return r.bytes(int(n))
}

func (r *reader) bytes(n int) string {
	if n > len(r.rest) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *reader) fail() { r.bad, r.rest = true, "" }
