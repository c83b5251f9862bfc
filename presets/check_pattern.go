package presets

import (
	"regexp/syntax"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// maxEnds is how many ends of a pattern are told apart.
const maxEnds = 64

// ending is how a text ends; open tells that anything may stand before it, else it is the whole text.
type ending struct {
	text string
	open bool
}

var anything = []ending{{open: true}}

// endsOf says how everything ends that fits a pattern as a whole. Where the pattern also covers the beginning of an
// address, a part that is free may hold only what hosts hold: else the end could be one of a path.
func endsOf(pattern string, address bool) []ending {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return anything
	}
	ends := endings(re.Simplify())
	if address && slices.ContainsFunc(ends, func(e ending) bool { return e.open }) && !ofHost(re, false) {
		return anything
	}
	return ends
}

func endings(re *syntax.Regexp) []ending {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText:
		return []ending{{}}
	case syntax.OpLiteral:
		return []ending{{text: strings.ToLower(string(re.Rune))}}
	case syntax.OpCapture:
		return endings(re.Sub[0])
	case syntax.OpCharClass:
		return ofClass(re.Rune)
	case syntax.OpQuest:
		return append([]ending{{}}, endings(re.Sub[0])...)
	case syntax.OpAlternate:
		var all []ending
		for _, sub := range re.Sub {
			all = append(all, endings(sub)...)
		}
		return all
	case syntax.OpConcat:
		all := []ending{{}}
		for _, sub := range slices.Backward(re.Sub) {
			all = before(endings(sub), all)
		}
		return all
	}
	return anything // a repetition, or any character
}

// ofClass lists a class of few characters.
func ofClass(ranges []rune) []ending {
	var all []ending
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if all = append(all, ending{text: strings.ToLower(string(r))}); len(all) > 4 {
				return anything
			}
		}
	}
	return all
}

// before puts texts before others that are not open.
func before(first, then []ending) []ending {
	var all []ending
	for _, b := range then {
		if b.open {
			all = append(all, b)
			continue
		}
		for _, a := range first {
			all = append(all, ending{a.text + b.text, a.open})
		}
	}
	if len(all) > maxEnds {
		return anything
	}
	return all
}

const hostRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

// ofHost reports whether classes and repetitions of a pattern hold nothing but what a host name may hold.
func ofHost(re *syntax.Regexp, repeated bool) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpLiteral:
		return !repeated || strings.Trim(string(re.Rune), hostRunes) == ""
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if !strings.ContainsRune(hostRunes, r) {
					return false
				}
			}
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		repeated = true
	}
	for _, sub := range re.Sub {
		if !ofHost(sub, repeated) {
			return false
		}
	}
	return true
}

// strays reports whether what ends so could be below any domain: behind the first dot does not stand one somebody
// registered, but only com or co.uk. A path behind the host does not count.
func (e ending) strays() bool {
	if !e.open {
		return false
	}
	host, _, _ := strings.Cut(e.text, "/")
	host, _, _ = strings.Cut(host, ":")
	_, domain, ok := strings.Cut(host, ".")
	if !ok {
		return true
	}
	_, err := publicsuffix.EffectiveTLDPlusOne(domain)
	return err != nil
}
