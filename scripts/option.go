package scripts

import "strings"

// WholeOption reports whether a text is one option and nothing else, as $(option.address), and which. What an admin set there
// is the template then.
func WholeOption(text string) (name string, ok bool) {
	name, ok = strings.CutPrefix(text, "$(option.")
	if name, closed := strings.CutSuffix(name, ")"); ok && closed && name != "" && !strings.ContainsAny(name, "$()# ") {
		return name, true
	}
	return "", false
}
