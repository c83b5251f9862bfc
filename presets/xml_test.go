package presets_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// Promise: XML is read as an object: elements by name, repeated ones as a list, attributes with @, text beside others as #text.
func TestParseXML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`<a>x</a>`:                              `{"a":"x"}`,
		`<a/>`:                                  `{"a":""}`,
		"<a>\n <b>1</b>\n <b>2</b>\n</a>":       `{"a":{"b":["1","2"]}}`,
		`<a><b>1</b><c/><b><d>2</d></b></a>`:    `{"a":{"b":["1",{"d":"2"}],"c":""}}`,
		`<a id="7">x</a>`:                       `{"a":{"@id":"7","#text":"x"}}`,
		`<n:a xmlns:n="u" n:k="v"><n:b/></n:a>`: `{"a":{"@k":"v","b":""}}`,
		`<?xml version="1.0" encoding="ISO-8859-1"?><a><![CDATA[<&>]]>&amp;&#228;</a>`: `{"a":"\u003c\u0026\u003e\u0026ä"}`,
	} {
		v, err := presets.ParseXML([]byte(text))
		if err != nil || v.Raw() != want {
			t.Errorf("%s is %s, %v; want %s", text, v.Raw(), err, want)
		}
	}
}

// Promise D10: entities, document types, nesting and size of XML are bounded, and what is broken off is an error.
func TestXMLBounds(t *testing.T) {
	t.Parallel()
	laughs := `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>`
	for name, c := range map[string]struct {
		text  string
		unfit bool
	}{
		"billion laughs":   {laughs, false},
		"external entity":  {`<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>`, false},
		"unknown entity":   {`<l>&a;</l>`, false},
		"broken off":       {`<l><a>1</a>`, false},
		"nothing":          {`<?xml version="1.0"?>`, false},
		"not closed":       {`<l><a></l></a>`, false},
		"a million levels": {strings.Repeat("<a>", 1_000_000), true},
		"long text":        {"<a>" + strings.Repeat("x", 1<<20+10) + "</a>", true},
		"many elements":    {"<a>" + strings.Repeat("<b/>", 1<<20+10) + "</a>", true},
	} {
		if _, err := presets.ParseXML([]byte(c.text)); err == nil || errors.Is(err, presets.ErrUnfit) != c.unfit {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Promise: whatever is called XML, reading it ends, and gives JSON or an error.
func FuzzParseXML(f *testing.F) {
	f.Add([]byte(`<a id="7"><b>x</b><b/>y</a>`))
	f.Add([]byte(`<?xml version="1.0"?><!DOCTYPE a><a>&x;</a>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		v, err := presets.ParseXML(doc)
		if err != nil {
			return
		}
		if _, ok := presets.ParseValue([]byte(v.Raw())); !ok || !v.IsObject() {
			t.Errorf("%q is %s", doc, v.Raw())
		}
	})
}
