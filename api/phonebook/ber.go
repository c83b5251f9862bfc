package phonebook

import "encoding/binary"

// LDAP's messages are BER with definite lengths and tags of one byte (RFC 4511, 5.1). A reader only ever looks at the
// bytes it was given and makes nothing of its own, so that no message costs more than its size.

// Tags of universal types.
const (
	tagBoolean    = 0x01
	tagInteger    = 0x02
	tagOctets     = 0x04
	tagEnumerated = 0x0a
	tagSequence   = 0x30
	tagSet        = 0x31
)

// element is one value with its tag.
type element struct {
	tag  byte
	body []byte
}

// cut takes the first element from b; ok is false where there is none that is whole.
func cut(b []byte) (e element, rest []byte, ok bool) {
	size, head := elementSize(b)
	if size <= 0 || size > len(b) {
		return element{}, nil, false
	}
	return element{b[0], b[head:size]}, b[size:], true
}

// elementSize is how many bytes the element at the beginning of b has, and how many of them stand before its value. 0 is
// not known yet, -1 is never.
func elementSize(b []byte) (size, head int) {
	if len(b) < 2 {
		return 0, 0
	}
	if b[0]&0x1f == 0x1f || b[1] == 0x80 || b[1] > 0x84 {
		return -1, 0 // a long tag, no length, or one beyond 4 GiB
	}
	if b[1] < 0x80 {
		return 2 + int(b[1]), 2
	}
	head = 2 + int(b[1]&0x7f)
	if len(b) < head {
		return 0, 0
	}
	var n uint64
	for _, c := range b[2:head] {
		n = n<<8 | uint64(c)
	}
	return head + int(n), head
}

// take is cut for a value of a certain tag.
func take(b []byte, tag byte) (body, rest []byte, ok bool) {
	e, rest, ok := cut(b)
	return e.body, rest, ok && e.tag == tag
}

// takeInt is take for a whole number of at most four bytes.
func takeInt(b []byte, tag byte) (n int, rest []byte, ok bool) {
	body, rest, ok := take(b, tag)
	if !ok || len(body) == 0 || len(body) > 4 {
		return 0, rest, false
	}
	v := int32(int8(body[0]))
	for _, c := range body[1:] {
		v = v<<8 | int32(c)
	}
	return int(v), rest, true
}

// appendHeader appends tag and length.
func appendHeader(dst []byte, tag byte, size int) []byte {
	dst = append(dst, tag)
	switch {
	case size < 0x80:
		return append(dst, byte(size))
	case size < 1<<8:
		return append(dst, 0x81, byte(size))
	case size < 1<<16:
		return append(dst, 0x82, byte(size>>8), byte(size))
	}
	return binary.BigEndian.AppendUint32(append(dst, 0x84), uint32(size))
}

func appendString[T ~string | ~[]byte](dst []byte, tag byte, s T) []byte {
	return append(appendHeader(dst, tag, len(s)), s...)
}

func appendInt(dst []byte, tag byte, n int) []byte {
	var text [4]byte
	binary.BigEndian.PutUint32(text[:], uint32(int32(n)))
	i := 0
	for i < 3 && (text[i] == 0 && text[i+1] < 0x80 || text[i] == 0xff && text[i+1] >= 0x80) {
		i++
	}
	return append(appendHeader(dst, tag, 4-i), text[i:]...)
}

// open begins an element whose length is not known yet; shut ends it. Its length takes four bytes until shut, which
// moves what is in it.
func open(dst []byte, tag byte) (out []byte, at int) {
	return append(dst, tag, 0), len(dst)
}

func shut(dst []byte, at int) []byte {
	size := len(dst) - at - 2
	if size < 0x80 {
		dst[at+1] = byte(size)
		return dst
	}
	var head [8]byte
	h := appendHeader(head[:0], dst[at], size)
	more := len(h) - 2
	dst = append(dst, h[:more]...) // room
	copy(dst[at+len(h):], dst[at+2:at+2+size])
	copy(dst[at:], h)
	return dst
}
