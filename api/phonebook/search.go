package phonebook

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// maxLookups is how many different numbers one search may ask for.
const maxLookups = 8

// Errors of a search besides those of what it stands on.
var (
	errTooManyNumbers = errors.New("a search may ask for at most 8 numbers")
	errStale          = errors.New("the phone book has changed; search again from the beginning")
)

// searching is what a search of people stands on.
type searching struct {
	books  *Books
	ask    func(ctx context.Context, number string) (*recognition.Answer, error)
	shown  recognition.Shown
	owner  tenant.ID
	within time.Duration // for what needs the book: to make it, to wait for it, to read it
}

// search is one search under way.
type search struct {
	searching
	filter  *filter
	lookups []lookup
}

// lookup is a number the filter asks for, however often it does.
type lookup struct {
	asked    string
	person   *person // nil: nobody
	fragment bool    // it is the beginning of a number somebody is typing
}

// prepare asks for the numbers of a filter.
func (s *search) prepare(ctx context.Context) error {
	return s.filter.numbers(func(f *filter) error {
		asked := strings.TrimSpace(f.raw)
		for i := range s.lookups {
			if l := &s.lookups[i]; l.asked == asked {
				f.lookup = i
				l.placeIn(f.attr, false)
				return nil
			}
		}
		if len(s.lookups) == maxLookups {
			return errTooManyNumbers
		}
		a, err := s.ask(ctx, asked)
		if errors.Is(err, recognition.ErrTooLong) {
			err = nil
		}
		if err != nil {
			return err
		}
		l := lookup{asked: asked}
		if a != nil {
			l.person, l.fragment = personOf(a), !f.whole && s.beginning(asked, a.Kind())
		}
		if l.person != nil {
			l.person.numbers[0] = s.echo(l.person.numbers[0], asked)
		}
		l.placeIn(f.attr, true)
		f.lookup = len(s.lookups)
		s.lookups = append(s.lookups, l)
		return nil
	})
}

// placeIn moves the number into an attribute it was asked in: its own if that is one of them, else the first.
func (l *lookup) placeIn(a attribute, first bool) {
	if l.person == nil {
		return
	}
	n := &l.person.numbers[0]
	own := n.own
	if own == attrUnknown {
		own, n.own = n.attr, n.attr
	}
	if first || a == own {
		n.attr = a
	}
}

// echo is the number as the phone wrote it, so that the answer fits its question; what cannot be dialled is written anew.
func (s *search) echo(n number, asked string) number {
	for i, c := range asked {
		if (c < '0' || c > '9') && (c != '+' || i > 0) && c != '*' && c != '#' {
			return n
		}
	}
	return number{short: asked, attr: n.attr}
}

// A text of so many characters with a wildcard is the beginning of a number that somebody types; a longer one is only looked
// up, because a caller's number may be the beginning of another.
const shortestBeginning, longestBeginning = 3, 6

// beginning tells whether a text is the beginning of a number that somebody types, and cannot be a caller's: nobody's
// number, with a trunk zero or a plus in front.
func (s *search) beginning(asked string, kind recognition.Kind) bool {
	if kind != recognition.Invalid && (kind != recognition.Internal || s.shown.HasInternal()) {
		return false
	}
	if len(asked) < shortestBeginning || len(asked) > longestBeginning || asked[0] != '0' && asked[0] != '+' {
		return false
	}
	return strings.Trim(asked[1:], "0123456789") == ""
}

// people calls yield with everybody who fits, best first, from a place in the book on; it returns where it was stopped, 0 if
// it was not. The first page begins at 0.
func (s *search) people(ctx context.Context, from int, serial uint64, yield func(p *person) bool) (next int, of uint64, err error) {
	fragments := make([]bool, len(s.lookups), maxLookups)
	for i := range s.lookups {
		fragments[i] = s.lookups[i].fragment
	}
	for i := range s.lookups {
		p := s.lookups[i].person
		if p == nil || from > 0 || s.named(p.uid) != i || s.filter.holds(entry{s, p}) != isTrue {
			continue
		}
		if !yield(p) {
			return 0, 0, nil // there are at most a few, and no page is smaller
		}
	}
	if s.filter.narrow(fragments) {
		return 0, 0, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	b, err := s.books.of(ctx, s.owner)
	if err != nil {
		return 0, 0, err
	}
	if from > 0 && serial != b.serial {
		return 0, 0, errStale
	}
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	defer func() { <-b.turn }()
	return s.scan(ctx, b, from, yield)
}

// scan reads the book.
func (s *search) scan(ctx context.Context, b *book, from int, yield func(p *person) bool) (next int, of uint64, err error) {
	for i := from; i < len(b.people); i++ {
		if i%1024 == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		p := &b.people[i]
		if s.filter.holds(entry{s, p}) != isTrue || s.named(p.uid) >= 0 {
			continue
		}
		if !yield(p) {
			return i, b.serial, nil
		}
	}
	return 0, b.serial, nil
}

// named is the first look-up that names somebody, -1 if none does.
func (s *search) named(uid string) int {
	for i := range s.lookups {
		if p := s.lookups[i].person; p != nil && p.uid == uid {
			return i
		}
	}
	return -1
}

// entry is somebody as a search sees them.
type entry struct {
	s *search
	p *person
}

func (e entry) has(a attribute) bool {
	switch a {
	case attrO:
		return e.p.company != ""
	case attrMail:
		return e.p.email != ""
	case attrGivenName:
		return e.p.first != ""
	case attrTelephone, attrMobile, attrHome, attrOtherPhone:
		for i := range e.p.numbers {
			if e.p.numbers[i].attr == a {
				return true
			}
		}
		return false
	}
	return a != attrUnknown
}

// classes are what every entry is.
var classes = [...]string{"top", "person", "organizationalPerson", "inetOrgPerson"}

// fits tells whether a value of the entry is as the filter says.
func (e entry) fits(f *filter) truth {
	p := e.p
	switch f.attr {
	case attrCN:
		return truthOf(f.fits(p.compared().name))
	case attrDisplayName:
		return truthOf(f.fits(p.compared().name) || f.fits(fold(p.shownAs(e.s.shown))))
	case attrSN:
		return truthOf(f.fits(p.compared().last))
	case attrGivenName:
		return truthOf(p.first != "" && f.fits(p.compared().first))
	case attrO:
		return truthOf(p.company != "" && f.fits(p.compared().company))
	case attrMail:
		return truthOf(p.email != "" && f.fits(fold(p.email)))
	case attrUID:
		return truthOf(f.fits(p.uid))
	case attrObjectClass:
		for _, c := range classes {
			if f.fits(fold(c)) {
				return isTrue
			}
		}
		return isFalse
	}
	return truthOf(e.fitsNumber(f))
}

// fitsNumber: a number is whose recognition says it is, whatever the attribute; the beginning of one is compared.
func (e entry) fitsNumber(f *filter) bool {
	l := &e.s.lookups[f.lookup]
	if l.person != nil {
		return l.person.uid == e.p.uid
	}
	if !l.fragment {
		return false
	}
	var room [24]byte
	for i := range e.p.numbers {
		n := &e.p.numbers[i]
		if n.attr != f.attr || n.IsZero() {
			continue
		}
		e164 := string(n.AppendE164(room[:0]))
		if f.fits(e164) || f.fits("00"+e164[1:]) || f.fits(n.Dialled(e.s.shown.Region())) {
			return true
		}
	}
	return false
}

// append appends the values of an attribute.
func (e entry) append(dst []string, a attribute) []string {
	p, add := e.p, func(s string) {
		if s = e.s.shown.Text(s); s != "" {
			dst = append(dst, s)
		}
	}
	switch a {
	case attrCN:
		add(p.shown())
	case attrDisplayName:
		dst = append(dst, p.shownAs(e.s.shown))
	case attrSN:
		add(p.last)
	case attrGivenName:
		add(p.first)
	case attrO:
		add(p.company)
	case attrMail:
		add(p.email)
	case attrUID:
		dst = append(dst, p.uid)
	case attrObjectClass:
		dst = append(dst, classes[:]...)
	case attrTelephone, attrMobile, attrHome, attrOtherPhone:
		for i := range p.numbers {
			if n := &p.numbers[i]; n.attr == a {
				dst = append(dst, n.dial(e.s.shown))
			}
		}
	}
	return dst
}

// dial is the number as the phone system dials it.
func (n *number) dial(s recognition.Shown) string {
	if n.Number == (phone.Number{}) {
		return n.short
	}
	return s.Dial(n.Number)
}
