package phone

import (
	"slices"
	"strings"
)

// looksOther reports whether the form of the groups says date, address of a computer or amount of money.
func (e *evaluation) looksOther(g []group) bool {
	return isWithheldCode(e.digitsOf(g)) || e.isHours(g) || e.isSame(g) || e.isVersion(g) || e.isDate(g) || e.isAddress(g) || e.isAmount(g) || e.isPlace(g) || e.isTimestamp(g) || e.isYears(g) || e.isDocument(g) || e.isCard(g)
}

// isSame recognises one digit repeated, which people fill in where they have no number.
func (e *evaluation) isSame(g []group) bool {
	digits := e.digitsOf(g)
	return len(digits) > 4 && strings.Trim(digits, digits[:1]) == ""
}

// isHours recognises "09.00-17.00" and "9.00 - 17.30".
func (e *evaluation) isHours(g []group) bool {
	if len(g) != 4 || e.sep(g, 1) != "." || e.sep(g, 3) != "." || strings.Trim(e.sep(g, 2), " ") != "-" {
		return false
	}
	return g[1].len() == 2 && g[3].len() == 2 && e.value(g[0]) < 25 && e.value(g[2]) < 25 && e.value(g[1]) < 60 && e.value(g[3]) < 60
}

// withoutDates leaves out a date before or behind other digits, "020-1234567 12-03-2019", and hours behind them.
func (e *evaluation) withoutDates(g []group) []group {
	if n := len(g); n > 4 && strings.HasPrefix(e.sep(g, n-4), " ") && e.isHours(g[n-4:]) {
		g = g[:n-4]
	}
	if n := len(g); n > 3 && strings.HasPrefix(e.sep(g, n-3), " ") && e.isDate(g[n-3:]) {
		g = g[:n-3]
	}
	if len(g) > 3 && !e.run.plus && strings.HasPrefix(e.sep(g, 3), " ") && e.isDate(g[:3]) {
		g = g[3:]
	}
	return e.withoutEnds(g)
}

// withoutEnds leaves out a date or an address before the first or behind the last comma or slash, "10.1.2.3/24".
func (e *evaluation) withoutEnds(g []group) []group {
	cuts := e.cuts(g)
	if len(cuts) == 0 {
		return g
	}
	if last := g[cuts[len(cuts)-1]:]; e.isDate(last) || e.isAddress(last) {
		return e.withoutEnds(g[:len(g)-len(last)])
	}
	if first := g[:cuts[0]]; !e.run.plus && (e.isDate(first) || e.isAddress(first)) {
		return e.withoutEnds(g[cuts[0]:])
	}
	return g
}

// isDate recognises day, month and year with the same mark between them, the year of 1900 to 2059 first or last. With
// blanks between them they are a date only where no other digits stand beside.
func (e *evaluation) isDate(g []group) bool {
	if len(g) != 3 {
		return false
	}
	sep := e.sep(g, 1)
	alone := sep == " " && len(e.run.groups) == 3 && g[0].len() != 1 && g[1].len() == 2
	if sep != e.sep(g, 2) || sep != "-" && sep != "/" && sep != "." && !alone {
		return false
	}
	a, b, c := e.value(g[0]), e.value(g[1]), e.value(g[2])
	switch {
	case g[0].len() == 4 && g[1].len() <= 2 && g[2].len() <= 2:
		return isYear(a) && isDay(b, c)
	case g[2].len() == 4 && g[0].len() <= 2 && g[1].len() <= 2:
		return isYear(c) && (isDay(a, b) || isDay(b, a))
	case len(e.run.groups) == 3 && !alone && g[0].len() == 2 && g[1].len() == 2 && g[2].len() == 2:
		native := sep == "." && e.ctx.plan != nil && e.ctx.plan.points
		return !native && !e.phoned && (isDay(a, b) || isDay(b, a)) // "31-12-24"
	}
	return false
}

func isYear(y int) bool { return y >= 1900 && y < 2060 }

func isDay(month, day int) bool { return month >= 1 && month <= 12 && day >= 1 && day <= 31 }

// isAddress recognises an IPv4 address: four numbers to 255 without leading zeros, not all of two digits (8-digit phone
// numbers are written so).
func (e *evaluation) isAddress(g []group) bool {
	if len(g) != 4 {
		return false
	}
	two := 0
	for i, x := range g {
		if i > 0 && e.sep(g, i) != "." || x.len() > 3 || e.value(x) > 255 || x.len() > 1 && e.text[x.start] == '0' {
			return false
		}
		if x.len() == 2 {
			two++
		}
	}
	return two < 4
}

// isAmount recognises "1.234,56", "1,234.56" and "1234,50".
func (e *evaluation) isAmount(g []group) bool {
	last := len(g) - 1
	if last < 1 || g[last].len() != 2 {
		return false
	}
	point := e.sep(g, last)
	if point != "," && point != "." {
		return false
	}
	for i := 1; i < last; i++ {
		if sep := e.sep(g, i); sep == point || sep != "." && sep != "," && sep != "'" || g[i].len() != 3 {
			return false
		}
	}
	return e.text[g[0].start] != '0' || last == 1 && g[0].len() == 1
}

// postal reports whether a run is a postal code: four to six digits before a name with a capital letter ("10115
// Berlin", "1012 AB Amsterdam"), behind one to three capitals ("IL 62701"), or so few digits behind any word that is no
// label ("room 23138").
func (s *scanner) postal(r *run) bool {
	first, last := r.groups[0], r.groups[len(r.groups)-1]
	n := last.end - first.start
	if s.named && n < 7 {
		return true
	}
	if len(r.groups) > 2 || s.phoned || n < 4 || n > 7 || countDigits(s.text[first.start:last.end]) > 6 {
		return false
	}
	if s.placeBehind(last.end) {
		return true
	}
	before := strings.TrimRight(s.text[:first.start], " ")
	word := before[strings.LastIndexAny(before, " ,")+1:]
	return len(word) > 0 && len(word) <= 3 && len(before) < first.start && upper(word) && word[0] >= 'A' && word[0] <= 'Z' && meaningOf(word) == meansNothing
}

// placeBehind reports whether a name with a capital letter stands behind a blank at i.
func (s *scanner) placeBehind(i int) bool {
	if i+1 >= len(s.text) || s.text[i] != ' ' || s.text[i+1] < 'A' || s.text[i+1] > 'Z' {
		return false
	}
	name := s.text[i+1:]
	return meaningOf(name[:letters(name)]) == meansNothing
}

// isPlace recognises latitude and longitude, "52.3702, 4.8952".
func (e *evaluation) isPlace(g []group) bool {
	return len(g) == 4 && e.sep(g, 1) == "." && e.sep(g, 3) == "." && strings.HasPrefix(e.sep(g, 2), ",") &&
		g[0].len() <= 2 && g[2].len() <= 3 && g[1].len() >= 3 && g[3].len() >= 3
}

// isVersion recognises "10.0.19041.1": only points, and at least two groups of one digit.
func (e *evaluation) isVersion(g []group) bool {
	single := 0
	for i, x := range g {
		if i > 0 && e.sep(g, i) != "." {
			return false
		}
		if x.len() == 1 {
			single++
		}
	}
	return len(g) > 2 && single > 1 && e.text[g[0].start] != '0'
}

// isYears recognises "1990-2020".
func (e *evaluation) isYears(g []group) bool {
	return len(g) == 2 && g[0].len() == 4 && g[1].len() == 4 && strings.ContainsAny(e.sep(g, 1), "-/") && isYear(e.value(g[0])) && isYear(e.value(g[1]))
}

// isDocument recognises a number with its year before it, "2024-00123" and "2024/684928". Phone numbers of eight digits
// are written in two fours.
func (e *evaluation) isDocument(g []group) bool {
	const first = 1970 // Australian numbers begin with 1900
	return len(g) == 2 && g[0].len() == 4 && isYear(e.value(g[0])) && e.value(g[0]) >= first && g[1].len() > 4 && (e.sep(g, 1) == "-" || e.sep(g, 1) == "/")
}

// isCard recognises a payment card, four times four digits with the same mark between: one more than the longest number
// has.
func (e *evaluation) isCard(g []group) bool {
	if len(g) != 4 || e.sep(g, 1) != e.sep(g, 2) || e.sep(g, 2) != e.sep(g, 3) || e.sep(g, 1) != " " && e.sep(g, 1) != "-" {
		return false
	}
	return e.text[g[0].start] != '0' && !slices.ContainsFunc(g, func(x group) bool { return x.len() != 4 })
}

// isTimestamp recognises a year, month, day, hour and minute written as one, with or without seconds.
func (e *evaluation) isTimestamp(g []group) bool {
	if len(g) != 1 || g[0].len() != 12 && g[0].len() != 14 {
		return false
	}
	if p := e.ctx.plan; p != nil && strings.HasPrefix(e.textOf(g), p.codeText) {
		return false // Egyptian mobiles without plus, 2010…
	}
	part := func(from, to int) int { return e.value(group{g[0].start + from, g[0].start + to}) }
	return isYear(part(0, 4)) && isDay(part(4, 6), part(6, 8)) && part(8, 10) < 24 && part(10, 12) < 60
}

// value gives the value of a group of at most nine digits, a large one otherwise.
func (e *evaluation) value(g group) int {
	if g.len() > 9 {
		return 1 << 30
	}
	v := 0
	for i := g.start; i < g.end; i++ {
		v = v*10 + int(e.text[i]-'0')
	}
	return v
}
