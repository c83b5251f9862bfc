package phone

import "strings"

// looksOther reports whether the form of the groups says date, address of a computer or amount of money.
func (e *evaluation) looksOther(g []group) bool {
	return e.isDate(g) || e.isAddress(g) || e.isAmount(g)
}

// isDate recognises day, month and year with the same mark between them, the year of 1900 to 2099 first or last.
func (e *evaluation) isDate(g []group) bool {
	if len(g) < 3 {
		return false
	}
	sep := e.sep(g, 1)
	if sep != e.sep(g, 2) || sep != "-" && sep != "/" && sep != "." || len(g) > 3 && !strings.HasPrefix(e.sep(g, 3), " ") {
		return false
	}
	a, b, c := e.value(g[0]), e.value(g[1]), e.value(g[2])
	switch {
	case g[0].len() == 4 && g[1].len() <= 2 && g[2].len() <= 2:
		return isYear(a) && isDay(b, c)
	case g[2].len() == 4 && g[0].len() <= 2 && g[1].len() <= 2:
		return isYear(c) && (isDay(a, b) || isDay(b, a))
	case g[0].len() == 2 && g[1].len() == 2 && g[2].len() == 2:
		return len(g) == 3 && (isDay(b, a) || isDay(a, b) || isDay(b, c))
	}
	return false
}

func isYear(y int) bool { return y >= 1900 && y < 2100 }

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
