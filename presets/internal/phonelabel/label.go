package phonelabel

import "strings"

// Word is what a word says of a phone number.
type Word struct {
	Makes, Maybe bool   // makes a column one of phones; does so if its cells agree
	Label        string // what kind of number it is
}

func words(lists ...string) map[string]Word {
	table := map[string]Word{}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			name, label, _ := strings.Cut(w, "=")
			bare := strings.TrimRight(name, "*?")
			table[bare] = Word{strings.HasSuffix(name, "*"), strings.HasSuffix(name, "?"), label}
		}
	}
	return table
}

// Of is the label that folded words make together; "" if none of them says anything.
func Of(tokens []string) string {
	labels := make([]string, 0, len(tokens))
	for _, t := range tokens {
		labels = append(labels, Words[t].Label)
	}
	return Join(labels)
}

// Join makes one label of the words': fax is fax wherever it stands.
func Join(labels []string) string {
	has := map[string]bool{}
	first := ""
	for _, l := range labels {
		if l != "" && first == "" {
			first = l
		}
		has[l] = true
	}
	switch {
	case has["fax"]:
		return "fax"
	case has["assistant"]:
		return "assistant"
	case has["mobile"] && has["business"]:
		return "business_mobile"
	case has["mobile"] && has["home"]:
		return "private_mobile"
	case has["mobile"]:
		return "mobile"
	case has["main"]:
		return "main"
	}
	return first
}
