package phone

import "strings"

// maxCodeWidth is the most digits a calling code has.
const maxCodeWidth = 3

// behindArea drops the cut behind an area code, "0211/12345-0/-22" and "030/12345-78/79", so that what is left parts
// neighbours of one number. In open numbering plans the digits of all of them often are a valid number too.
func (e *evaluation) behindArea(g []group, cuts []int) []int {
	if len(cuts) < 2 || e.partDigits(g[:cuts[0]]) > areaDigits || e.evenSlashes(g, cuts) {
		return cuts
	}
	for k := 1; k < len(cuts); k++ {
		if base := g[:cuts[k]]; e.areNeighbours(g, base, cuts[k:]) && e.readings(base, e.run.plus).n == 1 {
			return cuts[k:]
		}
	}
	return cuts
}

// evenSlashes reports whether slashes and nothing else part all groups, and those behind the first are short:
// "0475/12/34/56" is one number.
func (e *evaluation) evenSlashes(g []group, cuts []int) bool {
	if len(cuts) != len(g)-1 {
		return false
	}
	for i := 1; i < len(g); i++ {
		if g[i].len() > 3 || strings.Contains(e.sep(g, i), "-") {
			return false
		}
	}
	return true
}

// areNeighbours reports whether all parts from the first cut on may replace the last digits of base. Without a hyphen
// beside them base must be long enough for a whole number.
func (e *evaluation) areNeighbours(g, base []group, cuts []int) bool {
	hyphen := strings.Contains(e.sep(base, len(base)-1), "-")
	enough := areaDigits
	if e.run.plus {
		enough += maxCodeWidth
	}
	for k, start := range cuts {
		end := len(g)
		if k+1 < len(cuts) {
			end = cuts[k+1]
		}
		marked := hyphen || strings.Contains(e.sep(g, start), "-")
		if end-start != 1 || !e.likeLast(base, g[start:end]) || !marked && (g[start].len() > 2 || e.partDigits(base) <= enough) {
			return false
		}
	}
	return true
}
