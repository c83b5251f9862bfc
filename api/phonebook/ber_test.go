package phonebook

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What is written is what is read, at each length of a length.
func TestElementsOfEverySize(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 70_000} {
		b, at := open(nil, tagSequence)
		b = append(b, make([]byte, size)...)
		b = shut(b, at)
		if e, rest, ok := cut(append(b, 1)); !ok || len(e.body) != size || len(rest) != 1 || e.tag != tagSequence {
			t.Errorf("%d bytes come back as %d", size, len(e.body))
		}
	}
	for _, n := range []int{0, 1, 127, 128, 255, 256, -1, -128, -129, 1 << 30, -1 << 31} {
		if got, rest, ok := takeInt(appendInt(nil, tagInteger, n), tagInteger); !ok || got != n || len(rest) > 0 {
			t.Errorf("%d comes back as %d", n, got)
		}
	}
}

// FuzzMessage guards that nothing a client sends is read beyond its end, takes long or is misunderstood silently: whatever
// is understood can be evaluated on anybody.
func FuzzMessage(f *testing.F) {
	seq := func(parts ...[]byte) []byte {
		b, at := open(nil, tagSequence)
		for _, p := range parts {
			b = append(b, p...)
		}
		return shut(b, at)
	}
	text := func(tag byte, s string) []byte { return appendString(nil, tag, s) }
	filter := append(appendHeader(nil, filterEqual, 0), text(tagOctets, "cn")...)
	f.Add(seq(appendInt(nil, tagInteger, 1), filter))
	f.Add(text(filterPresent, "objectClass"))
	deep := text(filterPresent, "cn")
	for range 40 {
		deep = append(appendHeader(nil, filterNot, len(deep)), deep...)
	}
	f.Add(deep)
	f.Add(append(appendHeader(nil, filterSubstrings, 15), append(text(tagOctets, "cn"), seq(text(0x80, "a"), text(0x82, "b"))...)...))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := parseMessage(data); err == nil {
			if r, err := parseSearch(m.op.body); err == nil {
				_ = new(conn).wanted(&r)
				evaluate(&r.filter)
			}
		}
		if flt, _, err := parseFilter(data); err == nil {
			evaluate(&flt)
		}
		if size, head := elementSize(data); size > 0 && head > size {
			t.Errorf("%d bytes with a head of %d", size, head)
		}
	})
}

// evaluate runs a filter without looking any number up.
func evaluate(f *filter) {
	p := person{uid: "1", name: "Ada Muster", company: "Muster AG", numbers: []number{{short: "112", attr: attrTelephone}}}
	p.complete()
	s := &search{filter: f, lookups: make([]lookup, 1)}
	_ = f.numbers(func(f *filter) error { f.lookup = 0; return nil })
	if f.holdsWithoutLine() {
		_ = f.holds(entry{s, &p})
	}
	_ = f.narrow([]bool{false})
}

// holdsWithoutLine tells whether the filter asks nothing that needs a phone system.
func (f *filter) holdsWithoutLine() bool {
	for i := range f.kids {
		if !f.kids[i].holdsWithoutLine() {
			return false
		}
	}
	return f.attr != attrDisplayName
}

// Letter case, accents and blanks do not count in a search.
func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"ada": "ada", "ADA  Müller": "ada muller", "Größe": "grosse", "Žofie": "zofie", "Łódź": "lodz", "O’Neil": "o'neil", "日本": "日本", " a": " a", "ｆｕｌｌ": "full",
	} {
		if got := fold(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// A pattern fits as LDAP says: in order, and no part twice.
func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		f    filter
		text string
		want bool
	}{
		{filter{whole: true, initial: "ada"}, "ada", true},
		{filter{whole: true, initial: "ada"}, "adam", false},
		{filter{initial: "ad"}, "adam", true},
		{filter{ending: "am"}, "adam", true},
		{filter{initial: "ada", ending: "dam"}, "adam", false},
		{filter{middle: "a", between: []string{"a"}}, "adam", true},
		{filter{middle: "a", between: []string{"a", "a"}}, "adam", false},
		{filter{initial: "a", middle: "d", ending: "m"}, "adam", true},
	} {
		if got := tt.f.fits(tt.text); got != tt.want {
			t.Errorf("%+v on %q: %t", tt.f, tt.text, got)
		}
	}
}
