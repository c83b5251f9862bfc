package jobs

import "strings"

// foldName compares names of fields as people type them: without blanks and letter case.
func foldName(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), ""))
}
