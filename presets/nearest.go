package presets

import "strings"

// nearest is the name that was probably meant: at most a third of its letters
// differ. It is "" where none is near.
func nearest(name string, possible []string) string {
	best, least := "", len(name)/3+2
	for _, p := range possible {
		if d := edits(strings.ToLower(name), strings.ToLower(p)); d < least {
			best, least = p, d
		}
	}
	return best
}

// edits counts letters to insert, drop or change (Levenshtein distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
