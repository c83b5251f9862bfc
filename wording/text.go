package wording

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Text is a sentence or a clause for people. The zero value says nothing. It never holds a secret or a whole phone number.
type Text struct {
	Key     string            // says what is said, in every language; "" has no translation
	Values  map[string]Text   // by the names in braces
	English string            // with the values in place
	Own     map[string]string // translations that the text itself brings, by language, as those of a preset do
}

// New is a text with a key: its English with names in braces, then names and values by turns. Key, English and names are
// literals, which a test reads from the sources.
func New(key, english string, pairs ...any) Text {
	t := Text{Key: key, English: english}
	if len(pairs) == 0 {
		return t
	}
	t.Values = make(map[string]Text, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Values[fmt.Sprint(pairs[i])] = valueOf(pairs[i+1])
	}
	t.English = t.fill(english, "")
	return t
}

func valueOf(v any) Text {
	switch v := v.(type) {
	case Text:
		return v
	case error:
		return Of(v)
	case []byte:
		return Plain(string(v))
	}
	return Plain(fmt.Sprint(v))
}

// Plain is a text that is the same in every language.
func Plain(text string) Text { return Text{English: text} }

// IsZero reports whether nothing is said.
func (t Text) IsZero() bool { return t.English == "" }

// Or is the text, or another where this one says nothing.
func (t Text) Or(other Text) Text {
	if t.IsZero() {
		return other
	}
	return t
}

// String is the English.
func (t Text) String() string { return t.English }

// Equal reports whether two texts say the same in English.
func (t Text) Equal(u Text) bool { return t.English == u.English }

// In is the text in a language ("nl"), in English where it has none.
func (t Text) In(lang string) string {
	if own := t.Own[lang]; own != "" {
		return own
	}
	if pattern, ok := tables()[lang][t.Key]; ok && t.Key != "" {
		return t.fill(pattern, lang)
	}
	return t.English
}

// Upper is the text in a language as the beginning of a sentence. A name that stands first is left as it is written.
func (t Text) Upper(lang string) string {
	text := t.In(lang)
	for _, value := range t.Values {
		said := value.In(lang)
		rest, first := strings.CutPrefix(text, said)
		switch {
		case said == "" || !first:
		case value.Key == "":
			return text
		default:
			return value.Upper(lang) + rest
		}
	}
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// fill puts the values into a pattern; what is in a value stays as it is.
func (t Text) fill(pattern, lang string) string {
	pairs := make([]string, 0, 2*len(t.Values))
	for name, value := range t.Values {
		pairs = append(pairs, "{"+name+"}", value.In(lang))
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}

// stored is how a text is written; one without a key is a string.
type stored struct {
	Key    string            `json:"key,omitempty"`
	Values map[string]Text   `json:"values,omitempty"`
	Text   string            `json:"text"`
	Own    map[string]string `json:"own,omitempty"`
}

// MarshalJSON writes the whole text.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.Key == "" && len(t.Own) == 0 {
		return json.Marshal(t.English)
	}
	return json.Marshal(stored{t.Key, t.Values, t.English, t.Own})
}

// UnmarshalJSON reads a text, and a string as [Plain].
func (t *Text) UnmarshalJSON(raw []byte) error {
	*t = Text{}
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &t.English)
	}
	var s stored
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	*t = Text{s.Key, s.Values, s.Text, s.Own}
	return nil
}

// Told is a text that programs read in English: as JSON it is a string.
type Told struct{ Text }

// MarshalJSON writes the English.
func (t Told) MarshalJSON() ([]byte, error) { return json.Marshal(t.English) }

// List is several texts for programs too: as JSON it is their English.
type List []Text

// In are the texts in a language.
func (l List) In(lang string) []string {
	all := make([]string, len(l))
	for i, t := range l {
		all[i] = t.In(lang)
	}
	return all
}

// MarshalJSON writes the English.
func (l List) MarshalJSON() ([]byte, error) { return json.Marshal(l.In("")) }
