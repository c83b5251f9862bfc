package presettest

import (
	"encoding/xml"
	"strings"
)

// element is an XML element for comparison.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func parseXML(text string) (element, bool) {
	var e element
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return e, false
	}
	return e, xml.Unmarshal([]byte(text), &e) == nil
}

// within reports that got has everything wanted: the same name, each attribute and, in their order, each child; * in a text
// stands for any. Prefixes of name spaces do not matter.
func (wanted element) within(got element) bool {
	if wanted.XMLName != got.XMLName || !wanted.attributesIn(got) {
		return false
	}
	if len(wanted.Children) == 0 {
		return like(strings.TrimSpace(wanted.Text), strings.TrimSpace(got.Text)) && (len(got.Children) == 0 || strings.Contains(wanted.Text, "*"))
	}
	rest := got.Children
	for _, w := range wanted.Children {
		for len(rest) > 0 && !w.within(rest[0]) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return false
		}
		rest = rest[1:]
	}
	return true
}

func (wanted element) attributesIn(got element) bool {
	for _, w := range wanted.Attrs {
		if w.Name.Space == "xmlns" || w.Name.Local == "xmlns" {
			continue
		}
		found := false
		for _, g := range got.Attrs {
			found = found || g.Name == w.Name && like(w.Value, g.Value)
		}
		if !found {
			return false
		}
	}
	return true
}
