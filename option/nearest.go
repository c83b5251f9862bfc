package option

import "strings"

// fold makes names comparable: letter case, blanks, - and _ do not distinguish options.
func fold(name string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
}

func sameName(a, b string) bool { return fold(a) == fold(b) }

// Nearest returns the name that name was probably meant to be, or "". A third of the letters may be wrong.
func Nearest(name string, names []string) string {
	name = fold(name)
	best, at := "", len(name)/3+2
	for _, n := range names {
		if d := distance(name, fold(n)); d < at {
			best, at = n, d
		}
	}
	if best != "" || len(name) < 3 {
		return best
	}
	for _, n := range names {
		if strings.Contains(fold(n), name) || strings.Contains(name, fold(n)) {
			return n
		}
	}
	return ""
}

// distance is the number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
func distance(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

func cost(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
