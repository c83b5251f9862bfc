package presets

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrUnfit marks a document that holds more than any list does; see [Unfit].
var ErrUnfit = errors.New("nested too deep, or too much in it")

// maxNodes is the most elements and attributes one XML document may have.
const maxNodes = 1 << 20

// ParseXML reads an XML document as an object: an element is a member under its local name, several of one name are a
// list, attributes are members @name, and the text of an element that has both is its member #text. The document's own
// element is the object's only member. Document types, and with them entities, are refused.
func ParseXML(doc []byte) (Value, error) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 already
	r := xmlReader{decoder: d}
	root := &xmlNode{}
	if err := r.into(root, 0); err != nil {
		return Value{}, err
	}
	if len(root.members) != 1 {
		return Value{}, errors.New("read XML: there is no element")
	}
	var b bytes.Buffer
	if err := root.write(&b); err != nil {
		return Value{}, err
	}
	v, ok := ParseValue(b.Bytes())
	if !ok {
		return Value{}, ErrUnfit
	}
	return v, nil
}

// ParseAnswer reads an answer in the way the preset's CRM writes them.
func (p *Preset) ParseAnswer(body []byte) (Value, bool) {
	if p.HTTP.Answer != "xml" {
		return ParseValue(body)
	}
	v, err := ParseXML(body)
	return v, err == nil
}

type xmlReader struct {
	decoder *xml.Decoder
	nodes   int
}

// xmlNode is an element: its members by name, each in the order of the document.
type xmlNode struct {
	names   []string
	members map[string][]*xmlNode
	text    strings.Builder
}

func (n *xmlNode) add(name string, member *xmlNode) {
	if n.members == nil {
		n.members = map[string][]*xmlNode{}
	}
	if _, ok := n.members[name]; !ok {
		n.names = append(n.names, name)
	}
	n.members[name] = append(n.members[name], member)
}

// into reads up to the end of an element.
func (r *xmlReader) into(n *xmlNode, depth int) error {
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read XML: %w", err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("read XML: document types are not read")
		case xml.EndElement:
			return nil
		case xml.CharData:
			if n.text.Write(t); n.text.Len() > maxString {
				return ErrUnfit
			}
		case xml.StartElement:
			if err := r.element(n, t, depth); err != nil {
				return err
			}
		}
	}
}

func (r *xmlReader) element(parent *xmlNode, t xml.StartElement, depth int) error {
	if r.nodes += 1 + len(t.Attr); r.nodes > maxNodes || depth >= maxNesting-2 {
		return ErrUnfit
	}
	n := &xmlNode{}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		value := &xmlNode{}
		value.text.WriteString(a.Value)
		n.add("@"+a.Name.Local, value)
	}
	parent.add(t.Name.Local, n)
	return r.into(n, depth+1)
}

// write writes an element as JSON.
func (n *xmlNode) write(b *bytes.Buffer) error {
	text := strings.TrimSpace(n.text.String())
	if len(n.names) == 0 {
		return writeText(b, text)
	}
	if text != "" {
		own := &xmlNode{}
		own.text.WriteString(text)
		n.add("#text", own)
	}
	for i, name := range n.names {
		b.WriteByte(opening(i, "{"))
		if err := writeText(b, name); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeList(b, n.members[name]); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func writeList(b *bytes.Buffer, members []*xmlNode) error {
	if len(members) == 1 {
		return members[0].write(b)
	}
	for i, m := range members {
		b.WriteByte(opening(i, "["))
		if err := m.write(b); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeText(b *bytes.Buffer, text string) error {
	raw, err := json.Marshal(text)
	if err != nil {
		return fmt.Errorf("read XML: %w", err)
	}
	b.Write(raw)
	return nil
}

// opening is what stands before the member at i: a bracket before the first, a comma before the others.
func opening(i int, bracket string) byte {
	if i == 0 {
		return bracket[0]
	}
	return ','
}
