package ldaptest

import (
	"strconv"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// matches evaluates a search filter (RFC 4511 section 4.5.1.7). What it cannot evaluate is undefined, which no
// combination turns into a match.
func matches(f *ber.Packet, e Entry) bool { return evaluate(f, e) == yes }

type truth int

const (
	no truth = iota - 1
	undefined
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func evaluate(f *ber.Packet, e Entry) truth {
	switch f.Tag {
	case 0: // and
		t := yes
		for _, c := range f.Children {
			t = min(t, evaluate(c, e))
		}
		return t
	case 1: // or
		t := no
		for _, c := range f.Children {
			t = max(t, evaluate(c, e))
		}
		return t
	case 2: // not
		if len(f.Children) == 1 {
			return -evaluate(f.Children[0], e)
		}
	case 7: // present
		return truthOf(len(e.Values(f.Data.String())) > 0)
	case 3, 5, 6: // equal, at least, at most
		return compare(f, e)
	case 4:
		return substrings(f, e)
	case 9:
		return extended(f, e)
	}
	return undefined
}

func compare(f *ber.Packet, e Entry) truth {
	if len(f.Children) != 2 {
		return undefined
	}
	values, want := e.Values(text(f.Children[0])), text(f.Children[1])
	if len(values) == 0 {
		return undefined
	}
	for _, v := range values {
		order := strings.Compare(strings.ToLower(v), strings.ToLower(want))
		if a, err := strconv.ParseInt(v, 10, 64); err == nil {
			if b, err := strconv.ParseInt(want, 10, 64); err == nil {
				order = int(max(-1, min(1, a-b)))
			}
		}
		if f.Tag == 3 && order == 0 || f.Tag == 5 && order >= 0 || f.Tag == 6 && order <= 0 {
			return yes
		}
	}
	return no
}

func substrings(f *ber.Packet, e Entry) truth {
	if len(f.Children) != 2 {
		return undefined
	}
	for _, v := range e.Values(text(f.Children[0])) {
		rest, ok := strings.ToLower(v), true
		for _, part := range f.Children[1].Children {
			want := strings.ToLower(part.Data.String())
			i := strings.Index(rest, want)
			ok = ok && i >= 0 && (part.Tag != 0 || i == 0) && (part.Tag != 2 || strings.HasSuffix(rest, want))
			if ok {
				rest = rest[i+len(want):]
			}
		}
		if ok {
			return yes
		}
	}
	return no
}

// extended knows the bit comparison of Active Directory, and no other rule.
func extended(f *ber.Packet, e Entry) truth {
	var rule, name, want string
	for _, c := range f.Children {
		switch c.Tag {
		case 1:
			rule = c.Data.String()
		case 2:
			name = c.Data.String()
		case 3:
			want = c.Data.String()
		}
	}
	bits, err := strconv.ParseInt(want, 10, 64)
	if rule != "1.2.840.113556.1.4.803" || err != nil || len(e.Values(name)) == 0 {
		return undefined
	}
	have, err := strconv.ParseInt(e.Values(name)[0], 10, 64)
	return truthOf(err == nil && have&bits == bits)
}

func text(p *ber.Packet) string {
	if p.Data != nil && p.Data.Len() > 0 {
		return p.Data.String()
	}
	s, _ := p.Value.(string)
	return s
}
