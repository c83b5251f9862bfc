package scripts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// PopUpURI is the common field that holds the address of the record in its CRM.
const PopUpURI = "PopUpUri"

// Names are the names a template may use besides the call properties. Nothing
// else exists for it: a secret is simply an unknown name.
type Names struct {
	// Fields are the fields of the record: CommonFields and the mapped ones of
	// the CRM. A stand-alone script has no record and so none at all.
	Fields []string
	// AnyField accepts every field name as it is written: for presets, whose
	// linter checks selectors itself.
	AnyField bool
	// Options are whole names with a dot in the namespaces option, auth,
	// check and server, such as `option.domain` or `auth.instance`. They are given for
	// scripts and record addresses that a preset brings, and only they may
	// supply a host or the start of an address.
	Options []string
	// Schemes are further schemes an operator has enabled, such as `msteams`;
	// https, http, mailto, tel, sip and callto always are, and the ones that
	// run code or read files (javascript, data, file, …) never.
	Schemes []string
}

// CommonFields returns the fields every matched record has whatever its CRM,
// followed by more.
func CommonFields(more ...string) []string {
	common := []string{"DisplayName", "FirstName", "LastName", "Company", "Email", "Identifier", PopUpURI}
	return append(common, more...)
}

// match is how a name from a template fits into a list of names.
type match uint8

const (
	matchNone match = iota
	matchOne
	matchSeveral
)

// find looks name up as it is, then in any letter case and without blanks.
func find(name string, names []string) (string, match) {
	for _, n := range names {
		if n == name {
			return n, matchOne
		}
	}
	found, how := "", matchNone
	folded := fold(name)
	for _, n := range names {
		switch {
		case fold(n) != folded || n == found:
		case how == matchNone:
			found, how = n, matchOne
		default:
			how = matchSeveral
		}
	}
	return found, how
}

// fold removes what people get wrong when they copy a name: letter case and blanks.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// foldProperty also forgives what stands for a blank elsewhere.
func foldProperty(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '+' {
			return -1
		}
		return r
	}, fold(name))
}

// nearest is the name with the smallest edit distance to what was written, ""
// if even that has less than half of its letters in common.
func nearest(name string, names []string) string {
	best, least := "", 0
	folded := fold(name)
	for _, n := range names {
		d := distance(folded, fold(n))
		if best == "" || d < least {
			best, least = n, d
		}
	}
	if 2*least > utf8.RuneCountInString(best) {
		return ""
	}
	return best
}

// distance counts the letters to change, add, drop or swap with their neighbour
// to make b of a (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			change := last[j]
			if x[i] != y[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
