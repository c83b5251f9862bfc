package phone

import "strings"

// sliced reads groups parted by slashes or commas: several numbers, or one and its neighbours ("020 1234567 / 8").
func (e *evaluation) sliced(g []group) bool {
	cuts := e.behindArea(g, e.cuts(g))
	if len(cuts) == 0 {
		return false
	}
	if len(cuts) > 1 && (len(cuts) > 2 || g[len(g)-1].len() > 1) && e.partDigits(g[:cuts[0]]) <= areaDigits && e.readings(g, e.run.plus).n > 0 {
		return false // slashes between all groups
	}
	start, found := 0, false
	var before []group
	for k := range len(cuts) + 1 {
		end := len(g)
		if k < len(cuts) {
			end = cuts[k]
		}
		part := g[start:end]
		if found && (e.pauseDigits(g, start, end) || e.likeLast(before, part) && !e.ownNumber(part) && e.neighbour(part, e.sep(g, start))) {
			start = end
			continue
		}
		rs := e.readings(part, e.run.plus && start == 0)
		if rs.n == 0 || !e.standsAlone(g, part, end) {
			continue
		}
		e.whole(part, e.run.plus && start == 0)
		start, found, before = end, true, part
	}
	return found || e.someAlone(g, cuts)
}

// someAlone reads the parts that are numbers where others are not, "Room 204, 020 1234567".
func (e *evaluation) someAlone(g []group, cuts []int) bool {
	if e.run.plus || e.readings(g, false).n > 0 {
		return false
	}
	found, start := false, 0
	for _, end := range append(cuts, len(g)) {
		part := g[start:end]
		slash := start > 0 && strings.Contains(e.sep(g, start), "/") || end < len(g) && strings.Contains(e.sep(g, end), "/")
		marked := e.text[part[0].start] == '0' || !slash // 2021/22334455 is an order
		if marked && e.partDigits(part) >= 7 && e.whole(part, false) {
			found = true
		}
		start = end
	}
	return found
}

func (e *evaluation) partDigits(g []group) int {
	n := 0
	for _, x := range g {
		n += x.len()
	}
	return n
}

// pauseDigits keeps digits behind commas as an extension: phones dial them after a pause, "020 1234567,,22".
func (e *evaluation) pauseDigits(g []group, start, end int) bool {
	sep := e.sep(g, start)
	if end != len(g) || end-start != 1 || !strings.HasPrefix(sep, ",") || strings.Contains(sep, "-") || g[start].len() > 5 {
		return false
	}
	if !strings.Contains(sep, ",,") && e.readings(g[start:], false).n > 0 {
		return false
	}
	if n := len(e.cell.Found); n > 0 && e.cell.Found[n-1].Extension == "" && e.cell.Found[n-1].Number == e.last {
		e.cell.Found[n-1].Extension = e.text[g[start].start:g[start].end]
	}
	return true
}

// cuts gives the groups before which a slash or a comma stands.
func (e *evaluation) cuts(g []group) []int {
	var out []int
	for i := 1; i < len(g); i++ {
		if strings.ContainsAny(e.sep(g, i), "/,\n") {
			out = append(out, i)
		}
	}
	return out
}

// listed reports whether a comma and a blank part groups that are no area code with its number: "Main St 12, 1012 AB".
func (e *evaluation) listed(g []group) bool {
	if e.text[g[0].start] == '0' {
		return false
	}
	for i := 1; i < len(g); i++ {
		if strings.HasPrefix(e.sep(g, i), ", ") {
			return true
		}
	}
	return false
}

// standsAlone decides whether a valid part of a sliced run is a number of its own, or the slash only parts area code and
// number, as in 0531/12345.
func (e *evaluation) standsAlone(g, part []group, end int) bool {
	if end == len(g) {
		return true
	}
	next := e.nextPart(g, end)
	if len(next) == 1 && next[0].len() <= 2 {
		return true
	}
	long := e.partDigits(part) > areaDigits
	if !long && e.readings(g, e.run.plus).n > 0 && e.readings(g[end:], false).n == 0 {
		return false
	}
	if e.partDigits(part) < 6 && !(e.ownNumber(part) && strings.Contains(e.sep(g, end), ",") && e.readings(next, false).n > 0) {
		return false
	}
	marked := e.run.plus || e.text[part[0].start] == '0' || strings.Contains(e.sep(g, end), ",")
	return marked || e.likeLast(part, next) || e.readings(next, false).n > 0 || long && e.readings(g, false).n == 0
}

// ownNumber reports whether a part is a number by itself: in small plans four or five digits are.
func (e *evaluation) ownNumber(part []group) bool {
	return e.partDigits(part) >= 4 && e.readings(part, false).n > 0
}

// areaDigits is more than an area code and the first digits of a number have: what is longer before a slash is a number.
const areaDigits = 8

// nextPart gives the groups from start to the next slash or comma.
func (e *evaluation) nextPart(g []group, start int) []group {
	for i := start + 1; i < len(g); i++ {
		if strings.ContainsAny(e.sep(g, i), "/,\n") {
			return g[start:i]
		}
	}
	return g[start:]
}

// likeLast reports whether next may replace the last digits of part: up to three digits, or as many as its last group.
func (e *evaluation) likeLast(part, next []group) bool {
	return len(next) == 1 && (next[0].len() <= 3 || len(part) > 1 && next[0].len() == part[len(part)-1].len())
}

// split reads two or more numbers with only blanks between them.
func (e *evaluation) split(g []group) bool {
	for i := 1; i < len(g); i++ {
		if e.tooLong(g[:i]) {
			break
		}
		if !e.splitsAt(g, i) {
			continue
		}
		if e.sep(g, i) == " " && e.partDigits(g[:i]) < 5 {
			continue // "3312 4262" are not two numbers of four digits
		}
		if e.readings(g[:i], e.run.plus).n != 1 {
			continue
		}
		tail := evaluation{scanner: e.scanner, run: run{groups: g[i:]}}
		if tail.readings(g[i:], false).n != 1 && !tail.splittable(g[i:]) {
			continue
		}
		e.whole(g[:i], e.run.plus)
		tail.all()
		return true
	}
	return false
}

// tooLong reports whether groups hold more digits than any number with its prefixes.
func (e *evaluation) tooLong(g []group) bool { return g[len(g)-1].end-g[0].start > maxSpan }

// maxSpan is the longest text of one number, in bytes: the parser never sees more.
const maxSpan = 64

func (e *evaluation) splittable(g []group) bool {
	for i := 1; i < len(g) && !e.tooLong(g[:i]); i++ {
		if e.splitsAt(g, i) && e.readings(g[:i], false).n == 1 && e.readings(g[i:], false).n == 1 {
			return true
		}
	}
	return false
}

// splitsAt tells whether a new number may begin with group i: it has a trunk prefix, an exit code or a bracket, or the
// blank before it is wider than the others.
func (e *evaluation) splitsAt(g []group, i int) bool {
	sep := e.sep(g, i)
	if !strings.ContainsAny(sep, " ,/\n") {
		return false
	}
	if strings.Contains(sep, "  ") || strings.Contains(sep, " - ") || strings.Contains(sep, " / ") || strings.HasSuffix(sep, "(") {
		return true
	}
	if len(g) == 2 || e.oddBlank(g, i) {
		return true
	}
	return e.bothWhole(g, i) && (e.text[g[i].start] == '0' || e.halves(g, i))
}

// bothWhole reports whether both sides of a cut between evenly spaced groups have enough digits for a whole number; in
// open numbering plans half of an overlong number is often a short one.
func (e *evaluation) bothWhole(g []group, i int) bool {
	const enough = 8
	n := e.partDigits(g[:i])
	return n >= enough && e.partDigits(g[i:]) >= enough && (e.text[g[i].start] != '0' || n > enough)
}

// halves tells whether group i begins a second half of the same shape, "22 33 44 55 99 88 77 66"; four times four digits
// are a payment card.
func (e *evaluation) halves(g []group, i int) bool {
	if len(g) != 2*i || i < 2 || i == 2 && g[0].len() == 4 && g[1].len() == 4 {
		return false
	}
	for k := range i {
		if g[k].len() != g[i+k].len() {
			return false
		}
	}
	return true
}

// oddBlank tells whether the blank before group i is the only one, or parts two halves of the same shape.
func (e *evaluation) oddBlank(g []group, i int) bool {
	for k := 1; k < len(g); k++ {
		if k != i && e.sep(g, k) == e.sep(g, i) {
			return false
		}
	}
	return true
}

// neighbour reads one to three digits behind a slash as the end of another number like the last one.
func (e *evaluation) neighbour(part []group, sep string) bool {
	if e.last.IsZero() || e.last.IsShort() || strings.Contains(sep, ",") && !strings.Contains(sep, "-") {
		return false
	}
	tail := e.text[part[0].start:part[0].end]
	f := Found{How: howNeighbour}
	digits := e.last.digits()
	base := digits[:len(digits)-len(tail)]
	if e.tail > 0 && e.tail < len(tail) {
		base = digits[:len(digits)-e.tail] // "12345-8/10"
	}
	if head := e.headOf(e.last); !head.IsZero() {
		base, f.Stem, f.How = head.digits(), head, howDirectDial
	}
	n, ok := pack(base + tail)
	if !ok || !n.valid() {
		return false
	}
	last := e.last
	f.Number = n
	e.add(f)
	e.last = last
	return true
}

// headOf gives the stem of a number that was written with "-0".
func (e *evaluation) headOf(n Number) Number {
	for _, f := range e.cell.Found {
		if f.Number == n && f.Head {
			return f.Stem
		}
	}
	return Number{}
}
