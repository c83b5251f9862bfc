package calls

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/ringdex/ringdex/tenant"
)

// needle is what a history is searched for. Most calls are left out by a look at their text, which is a tenth of the work of
// reading them whole.
type needle struct {
	text   string // lower case
	digits string // without leading zeros, "" where there are fewer than three
	plain  bool   // the text stands in JSON as it is
}

func needleOf(text string) needle {
	n := needle{text: strings.ToLower(strings.TrimSpace(text))}
	n.digits = strings.TrimLeft(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, n.text), "0")
	if len(n.digits) < 3 {
		n.digits = ""
	}
	n.plain = strings.IndexFunc(n.text, func(r rune) bool {
		return strings.ContainsRune("\"\\<>&\u2028\u2029\ufffd", r) || unicode.IsControl(r)
	}) < 0
	return n
}

// mayBeIn tells whether a text that is JSON can hold it; it errs on the side of yes.
func (n *needle) mayBeIn(raw []byte) bool {
	if !n.plain || n.digits != "" && bytes.Contains(raw, []byte(n.digits)) {
		return true
	}
	return bytes.Contains(bytes.ToLower(raw), []byte(n.text))
}

// mayHold tells whether a call, or a match kept with it, can hold it.
func (n *needle) mayHold(d *Desk, t tenant.ID, id string, raw []byte) bool {
	if n.text == "" || n.mayBeIn(raw) {
		return true
	}
	if !bytes.Contains(raw, []byte(`"parts":`)) {
		return false
	}
	var kept struct {
		Parts []part `json:"parts"`
	}
	if json.Unmarshal(raw, &kept) != nil {
		return true // reading it whole says what is wrong
	}
	for _, p := range kept.Parts {
		if opened, err := d.openPart(t, id, p); err == nil && n.mayBeIn(opened) {
			return true
		}
	}
	return false
}

// in tells whether a number, name or company of the call has the text in it.
func (n *needle) in(c *Call) bool {
	k := &c.Known
	if n.digits != "" && (strings.Contains(k.Number.E164, n.digits) || strings.Contains(k.Number.National, n.digits) || strings.Contains(k.Number.Raw, n.digits)) {
		return true
	}
	texts := []string{c.Caller.Name, k.Number.Name}
	for i := range k.Matches {
		texts = append(texts, k.Matches[i].Name, k.Matches[i].Company)
	}
	for _, have := range texts {
		if strings.Contains(strings.ToLower(have), n.text) {
			return true
		}
	}
	return false
}
