package presets

import (
	"regexp/syntax"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// maxEnds is how many ends of a pattern are told apart.
const maxEnds = 64

// endsOf says how everything ends that fits a pattern as a whole. whole tells that the ends are all there is to it. Where
// the pattern also covers the beginning of an address, a part that is free may hold only what hosts hold: else the end
// could be one of a path.
func endsOf(pattern string, address bool) (ends []string, whole bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return []string{""}, false
	}
	ends, whole = endings(re.Simplify())
	if !whole && address && !ofHost(re, false) {
		return []string{""}, false
	}
	return ends, whole
}

func endings(re *syntax.Regexp) (ends []string, whole bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText:
		return []string{""}, true
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}, true
	case syntax.OpCapture:
		return endings(re.Sub[0])
	case syntax.OpCharClass:
		return ofClass(re.Rune)
	case syntax.OpQuest:
		ends, whole = endings(re.Sub[0])
		return append([]string{""}, ends...), whole
	case syntax.OpAlternate:
		return alternatives(re.Sub)
	case syntax.OpConcat:
		return sequence(re.Sub)
	}
	return []string{""}, false // a repetition, or any character
}

// ofClass lists a class of few characters.
func ofClass(ranges []rune) (ends []string, whole bool) {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if ends = append(ends, strings.ToLower(string(r))); len(ends) > 4 {
				return []string{""}, false
			}
		}
	}
	return ends, true
}

func alternatives(subs []*syntax.Regexp) (ends []string, whole bool) {
	whole = true
	for _, sub := range subs {
		of, all := endings(sub)
		ends, whole = append(ends, of...), whole && all
	}
	return ends, whole
}

func sequence(subs []*syntax.Regexp) (ends []string, whole bool) {
	ends = []string{""}
	for i := len(subs) - 1; i >= 0; i-- {
		of, all := endings(subs[i])
		if len(of)*len(ends) > maxEnds {
			return ends, false
		}
		if ends = before(of, ends); !all {
			return ends, false
		}
	}
	return ends, true
}

// before are all texts made of one of first and one of then.
func before(first, then []string) []string {
	list := make([]string, 0, len(first)*len(then))
	for _, a := range first {
		for _, b := range then {
			list = append(list, a+b)
		}
	}
	return list
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

// keepsDomain reports whether whatever ends so is below one domain somebody registered: behind the first dot stands one,
// not only com or co.uk. A path behind the host does not count.
func keepsDomain(end string) bool {
	host, _, _ := strings.Cut(end, "/")
	host, _, _ = strings.Cut(host, ":")
	_, domain, ok := strings.Cut(host, ".")
	if !ok {
		return false
	}
	_, err := publicsuffix.EffectiveTLDPlusOne(domain)
	return err == nil
}
