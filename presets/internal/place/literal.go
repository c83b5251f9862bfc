package place

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// bare are values that mean one literal in every query language: names, numbers, times, lists of names.
var bare = regexp.MustCompile(`^([A-Za-z0-9_.:+,\-]*|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$`)

// clause tells values that are texts of the preset itself.
func clause(p presets.Part) bool {
	return p.Space == "since" && p.Name == "where" || p.Space == "stream" && p.Name == "filter"
}

// Literal puts values into a text that is encoded as a whole afterwards: a query parameter, a form value, a string of a
// JSON body. A value that is the whole text stands as it is. Inside a longer text, which may be a query language, a
// value in quotes has quotes and backslashes escaped, and one without quotes may only be a name, number, time or list
// of names. Values of $(since.where) and $(stream.filter) are texts of the preset itself.
//
// empty reports that there were references and all their values were empty. $(since.where), which is empty in every full
// read, and $(stream.filter) count only where nothing else is in the text.
func Literal(text string, lookup Lookup) (out string, empty bool, err error) {
	t, err := presets.ParseText(text)
	if err != nil {
		return "", false, fmt.Errorf("read text: %w", err)
	}
	given, wanted := false, false
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Space == "" {
			b.WriteString(p.Literal)
			continue
		}
		v, err := lookup(p)
		if err != nil {
			return "", false, err
		}
		given, wanted = given || v != "", wanted || !clause(p) || len(t.Parts) == 1
		if len(t.Parts) > 1 && !clause(p) {
			if v, err = literal(b.String(), v); err != nil {
				return "", false, fmt.Errorf("value of $(%s): %w", p, err)
			}
		}
		b.WriteString(v)
	}
	return b.String(), wanted && !given, nil
}

var escaped = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`)

func literal(before, v string) (string, error) {
	if strings.Count(before, `'`)%2 == 1 || strings.Count(before, `"`)%2 == 1 {
		return escaped.Replace(v), nil
	}
	if !bare.MatchString(v) {
		return "", wording.Error("presets.holds_characters_have_meaning_query", "holds characters that have a meaning in a query")
	}
	return v, nil
}

// Header puts values into a header or another text that is no language; control characters are refused. empty is as with
// [Literal].
func Header(text string, lookup Lookup) (out string, empty bool, err error) {
	t, err := presets.ParseText(text)
	if err != nil {
		return "", false, fmt.Errorf("read text: %w", err)
	}
	given := false
	out, err = t.Expand(lookup, func(v string) (string, error) {
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return "", wording.Error("presets.holds_control_character", "holds a control character")
		}
		given = given || v != ""
		return v, nil
	})
	return out, len(t.References()) > 0 && !given, err
}

// XML puts values into an XML text: each is text or the value of an attribute, and never an element.
func XML(text string, lookup Lookup) (string, error) {
	t, err := presets.ParseText(text)
	if err != nil {
		return "", fmt.Errorf("read text: %w", err)
	}
	return t.Expand(lookup, func(v string) (string, error) {
		var b strings.Builder
		if err := xml.EscapeText(&b, []byte(v)); err != nil {
			return "", fmt.Errorf("write XML: %w", err)
		}
		return b.String(), nil
	})
}
