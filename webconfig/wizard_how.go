package webconfig

import (
	"cmp"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// howTo is the preset's own instruction with this installation's callback address.
func (w *Web) howTo(d *draft) (lines [][]howPiece, callback string) {
	text, err := presets.ParseText(d.preset.Setup)
	if err != nil {
		return nil, ""
	}
	said, err := text.Expand(func(p presets.Part) (string, error) {
		switch {
		case p.Space == "server" && p.Name == "callback_url":
			callback = w.Setup.CallbackURL()
			return "`" + callback + "`", nil // to be typed as it stands
		case p.Space == "server" && p.Name == "integration":
			return string(cmp.Or(d.CopyOf(), d.ID)), nil
		case p.Space == "server":
			return strings.TrimRight(w.at("/"), "/"), nil
		}
		return d.Integration.Options[p.Name], nil
	}, func(value string) (string, error) { return value, nil })
	if err != nil {
		return nil, ""
	}
	var whole []string
	for line := range strings.SplitSeq(said, "\n") {
		line = strings.TrimSpace(line)
		last := len(whole) - 1
		switch {
		case line == "":
		case last >= 0 && !strings.HasSuffix(whole[last], ".") && !strings.HasSuffix(whole[last], ":") && !isItem(line):
			whole[last] += " " + line
		default:
			whole = append(whole, line)
		}
	}
	for _, line := range whole {
		var pieces []howPiece
		for n, text := range strings.Split(line, "`") {
			if text != "" {
				pieces = append(pieces, howPiece{text, n%2 == 1})
			}
		}
		lines = append(lines, pieces)
	}
	return lines, callback
}

// howPiece is a piece of an instruction: words, or something to type as it stands.
type howPiece struct {
	Text string
	Code bool
}

// isItem tells whether a line begins a step: "1. …" or "- …".
func isItem(line string) bool {
	number, _, ok := strings.Cut(line, ". ")
	return strings.HasPrefix(line, "- ") || ok && number != "" && strings.Trim(number, "0123456789") == ""
}
