package scripts

import (
	"strings"
	"unicode/utf8"

	"github.com/ringdex/ringdex/wording"
)

// source is a template's text as it was given and as it is read, so that errors
// point into what the person sees.
type source struct {
	given string
	clean string
	cuts  []cut
}

// cut says that everything from clean offset at on stood by bytes further right.
type cut struct{ at, by int }

// asWritten reads a text as it is.
func asWritten(text string) source { return source{given: text, clean: text} }

// unwrapped takes out the line breaks, with the blanks around them, that come
// from a manual's narrow column, and blanks at the end. An address has none of its
// own. Blanks at the beginning stay, to be refused: they have been used to hide a scheme.
func unwrapped(text string) source {
	s := source{given: text}
	rest, gone := strings.TrimRight(text, " \t\r\n"), 0
	begins := len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
	var b strings.Builder
	b.WriteString(rest[:begins])
	for rest = rest[begins:]; ; {
		i := strings.IndexAny(rest, "\r\n")
		if i < 0 {
			break
		}
		kept := strings.TrimRight(rest[:i], " \t")
		next := strings.TrimLeft(rest[i:], " \t\r\n")
		b.WriteString(kept)
		gone += len(rest) - len(kept) - len(next)
		s.cuts = append(s.cuts, cut{at: b.Len(), by: gone})
		rest = next
	}
	b.WriteString(rest)
	s.clean = b.String()
	return s
}

// failure makes an error at an offset of the clean text.
func (s *source) failure(code Code, at int, what wording.Text, suggestion string) *SyntaxError {
	by := 0
	for _, c := range s.cuts {
		if c.at <= at {
			by = c.by
		}
	}
	at += by
	before := s.given[:min(at, len(s.given))]
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return &SyntaxError{
		Code: code, Offset: at, Line: line + 1, Column: column + 1,
		What: what, Suggestion: suggestion,
	}
}
