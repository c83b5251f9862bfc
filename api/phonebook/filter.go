package phonebook

import (
	"errors"
	"strings"
)

// Limits of a filter.
const (
	maxDepth = 16
	maxNodes = 128
)

// Tags of filters (RFC 4511, 4.5.1).
const (
	filterAnd        = 0xa0
	filterOr         = 0xa1
	filterNot        = 0xa2
	filterEqual      = 0xa3
	filterSubstrings = 0xa4
	filterGreater    = 0xa5
	filterLess       = 0xa6
	filterPresent    = 0x87
	filterApprox     = 0xa8
	filterExtensible = 0xa9
)

// filter is a condition on an entry, or several joined.
type filter struct {
	op   byte // its tag
	attr attribute
	kids []filter

	whole                   bool // an equality; else a pattern
	initial, middle, ending string
	between                 []string // further middles
	raw                     string   // of an assertion about a number: what stands between the wildcards
	lookup                  int      // of an assertion about a number: which look-up answers it
}

var errFilter = errors.New("the filter cannot be read, or is too deep or too long")

// parseFilter reads a filter and returns what is behind it.
func parseFilter(b []byte) (f filter, rest []byte, err error) {
	left := maxNodes
	return readFilter(b, maxDepth, &left)
}

func readFilter(b []byte, depth int, left *int) (f filter, rest []byte, err error) {
	e, rest, ok := cut(b)
	*left--
	if !ok || depth == 0 || *left < 0 {
		return f, nil, errFilter
	}
	f.op = e.tag
	switch e.tag {
	case filterAnd, filterOr, filterNot:
		for inner := e.body; len(inner) > 0; {
			var kid filter
			if kid, inner, err = readFilter(inner, depth-1, left); err != nil {
				return f, nil, err
			}
			f.kids = append(f.kids, kid)
		}
		if e.tag == filterNot && len(f.kids) != 1 {
			return f, nil, errFilter
		}
		return f, rest, nil
	case filterPresent:
		f.attr = attributeOf(e.body)
		return f, rest, nil
	case filterEqual, filterApprox, filterGreater, filterLess, filterSubstrings:
		return f, rest, f.assertion(e)
	case filterExtensible:
		return f, rest, nil // no phone asks one, so none is ever true
	}
	return f, nil, errFilter
}

func (f *filter) assertion(e element) error {
	name, rest, ok := take(e.body, tagOctets)
	if !ok {
		return errFilter
	}
	f.attr = attributeOf(name)
	if e.tag == filterSubstrings {
		return f.pattern(rest)
	}
	value, _, ok := take(rest, tagOctets)
	if !ok {
		return errFilter
	}
	f.whole = true
	f.initial, f.raw = strings.TrimSpace(fold(string(value))), string(value)
	return nil
}

// pattern reads the parts between wildcards.
func (f *filter) pattern(b []byte) error {
	parts, _, ok := take(b, tagSequence)
	if !ok || len(parts) == 0 {
		return errFilter
	}
	var raw []string
	for len(parts) > 0 {
		var e element
		if e, parts, ok = cut(parts); !ok || len(raw) > maxNodes {
			return errFilter
		}
		text := fold(string(e.body))
		switch {
		case e.tag == 0x80 && len(raw) == 0:
			f.initial = text
		case e.tag == 0x81 && f.middle == "":
			f.middle = text
		case e.tag == 0x81:
			f.between = append(f.between, text)
		case e.tag == 0x82 && len(parts) == 0:
			f.ending = text
		default:
			return errFilter
		}
		raw = append(raw, string(e.body))
	}
	f.raw = strings.Join(raw, "")
	return nil
}

// truth is true, false or, about what an entry cannot have, undefined (RFC 4511, 4.5.1.7).
type truth int8

const (
	isFalse truth = iota
	isTrue
	isUndefined
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// holds evaluates the filter on an entry.
func (f *filter) holds(e entry) truth {
	switch f.op {
	case filterAnd:
		return f.join(e, isFalse, isTrue)
	case filterOr:
		return f.join(e, isTrue, isFalse)
	case filterNot:
		switch f.kids[0].holds(e) {
		case isTrue:
			return isFalse
		case isFalse:
			return isTrue
		}
		return isUndefined
	case filterPresent:
		return truthOf(f.attr != attrUnknown && e.has(f.attr))
	case filterEqual, filterApprox, filterSubstrings:
		if f.attr == attrUnknown {
			return isUndefined
		}
		return e.fits(f)
	}
	return isUndefined
}

// join ends at the first kid that decides.
func (f *filter) join(e entry, decides, otherwise truth) truth {
	result := otherwise
	for i := range f.kids {
		switch f.kids[i].holds(e) {
		case decides:
			return decides
		case isUndefined:
			result = isUndefined
		}
	}
	return result
}

// fits tells whether one text is as the assertion says.
func (f *filter) fits(text string) bool {
	if f.whole {
		return text == f.initial
	}
	if !strings.HasPrefix(text, f.initial) {
		return false
	}
	text = text[len(f.initial):]
	if f.middle != "" {
		for i := -1; i < len(f.between); i++ {
			part := f.middle
			if i >= 0 {
				part = f.between[i]
			}
			at := strings.Index(text, part)
			if at < 0 {
				return false
			}
			text = text[at+len(part):]
		}
	}
	return strings.HasSuffix(text, f.ending)
}

// numbers calls fn with every assertion about a number that says one.
func (f *filter) numbers(fn func(*filter) error) error {
	for i := range f.kids {
		if err := f.kids[i].numbers(fn); err != nil {
			return err
		}
	}
	asserts := f.op == filterEqual || f.op == filterApprox || f.op == filterSubstrings
	if !asserts || !f.attr.phone() {
		return nil
	}
	return fn(f)
}

// narrow tells whether nobody can fit but whom the look-ups of its numbers name, so that the book need not be read.
// fragments says which of them are only the beginning of a number.
func (f *filter) narrow(fragments []bool) bool {
	switch f.op {
	case filterAnd:
		for i := range f.kids {
			if f.kids[i].narrow(fragments) {
				return true
			}
		}
		return false
	case filterOr:
		for i := range f.kids {
			if !f.kids[i].narrow(fragments) {
				return false
			}
		}
		return true
	case filterEqual, filterApprox, filterSubstrings:
		return f.attr.phone() && !fragments[f.lookup]
	case filterGreater, filterLess, filterExtensible:
		return true
	}
	return false
}
