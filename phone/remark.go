package phone

import (
	"strings"
	"unicode/utf8"
)

// enoughDigits is how many digits stand before a remark at least; fewer are an area code.
const enoughDigits = 6

// withoutRemark reads a number before a remark that begins with a few digits: "01805 123456 (14 ct/min)",
// "030 123456 2. Stock". In open numbering plans they would be the end of the number.
func (e *evaluation) withoutRemark(g []group) bool {
	for k := len(g) - 1; k > 0 && e.partDigits(g[k:]) <= 4; k-- {
		if e.partDigits(g[:k]) >= enoughDigits && (e.opensRemark(g, k) || k == len(g)-1 && e.isOrdinal(g, k)) {
			return e.whole(g[:k], e.run.plus)
		}
	}
	return false
}

// opensRemark reports whether a bracket opens before group k that holds more than digits.
func (e *evaluation) opensRemark(g []group, k int) bool {
	if !strings.HasSuffix(e.sep(g, k), "(") {
		return false
	}
	inside, _, closed := strings.Cut(e.text[g[k].start:], ")")
	return closed && strings.Trim(inside, "0123456789 -./") != "" && countDigits(inside) <= 4
}

// behindCode reads a number in brackets' notation behind a postal code, "TX 75201 (214) 555-1234".
func (e *evaluation) behindCode(g []group) bool {
	for k := 1; k < len(g) && k < 3 && !e.run.plus; k++ {
		code := e.partDigits(g[:k])
		if code > 3 && code < 9 && strings.HasSuffix(e.sep(g, k), " (") && e.partDigits(g[k:]) > areaDigits && e.readings(g[k:], false).n == 1 {
			return e.whole(g[k:], false)
		}
	}
	return false
}

// isOrdinal reports whether group k is a small ordinal before a word, "2. Stock".
func (e *evaluation) isOrdinal(g []group, k int) bool {
	rest, ok := strings.CutPrefix(e.text[g[k].end:], ". ")
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && g[k].len() <= 2 && e.sep(g, k) == " " && isLetter(r)
}

// withoutTown reads a number before a postal code and its town, "030 123456 - 10117 Berlin".
func (e *evaluation) withoutTown(g []group) bool {
	last := len(g) - 1
	if last == 0 || g[last].len() < 4 || g[last].len() > 6 || !e.placeBehind(g[last].end) || e.partDigits(g[:last]) < enoughDigits {
		return false
	}
	sep := e.sep(g, last)
	return (sep == " - " || sep == ", ") && e.text[g[last].start] != '0' && e.whole(g[:last], e.run.plus)
}

// withoutNote reads a number before one or two digits in brackets, "020 1234567 (2)".
func (e *evaluation) withoutNote(g []group) bool {
	last := len(g) - 1
	return last > 0 && g[last].len() <= 2 && e.inBrackets(g[last]) && e.whole(g[:last], e.run.plus)
}

// withoutHours reads a number before "24/7" or "9-17".
func (e *evaluation) withoutHours(g []group) bool {
	last := len(g) - 1
	if last < 2 || g[last].len() > 2 || g[last-1].len() > 2 {
		return false
	}
	from, to, sep := e.value(g[last-1]), e.value(g[last]), e.sep(g, last)
	always := from == 24 && to == 7 && sep == "/"
	return (always || from < to && from > 5 && from < 13 && to > 11 && to <= 24 && sep == "-") && strings.HasPrefix(e.sep(g, last-1), " ") && e.whole(g[:last-1], e.run.plus)
}

// beforeCount reads a number before a small count and a word, "020 1234567 2 lines". In numbers written in pairs a last
// pair may be their own, so it is kept.
func (e *evaluation) beforeCount(g []group) bool {
	last := len(g) - 1
	if last < 1 || g[last].len() > 2 || g[last].len() == g[last-1].len() || !strings.HasPrefix(e.sep(g, last), " ") {
		return false
	}
	rest := strings.TrimLeft(e.text[g[last].end:], " ")
	if len(rest) < 3 || len(rest) == len(e.text[g[last].end:]) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return isLetter(r) && e.whole(g[:last], e.run.plus)
}

// counted reads a number behind a word and a small count, "Phone 2 020 1234567", "room 204 020 1234567".
func (e *evaluation) counted(g []group) bool {
	if !e.worded || e.run.plus || len(g) < 2 || g[0].len() > 3 || !strings.HasPrefix(e.sep(g, 1), " ") {
		return false
	}
	c := e.text[g[1].start]
	return (c == '0' || strings.HasSuffix(e.sep(g, 1), "(") || g[0].len() == 1) && e.readings(g[1:], false).n == 1 && e.whole(g[1:], false)
}
