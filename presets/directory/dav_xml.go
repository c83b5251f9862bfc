package directory

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Name spaces of WebDAV (RFC 4918) and CardDAV (RFC 6352).
const (
	nsDAV  = "DAV:"
	nsCard = "urn:ietf:params:xml:ns:carddav"
)

// Bounds of one element of an answer.
const (
	maxDepth    = 32
	maxElements = 10_000
)

// node is an element with what stands in it.
type node struct {
	name     xml.Name
	text     string
	children []*node
}

func (n *node) child(space, local string) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name.Space == space && c.name.Local == local {
			return c
		}
	}
	return nil
}

func (n *node) value() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// hrefs are the addresses in an element.
func (n *node) hrefs() []string {
	var list []string
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name == (xml.Name{Space: nsDAV, Local: "href"}) && c.value() != "" {
			list = append(list, c.value())
		}
	}
	return list
}

// has reports an element anywhere below.
func (n *node) has(space, local string) bool {
	if n == nil {
		return false
	}
	for _, c := range n.children {
		if c.name.Space == space && c.name.Local == local || c.has(space, local) {
			return true
		}
	}
	return false
}

// response is one resource of an answer.
type response struct {
	href   string
	status int   // of the resource as a whole, 0 where only its properties have one
	props  *node // those that were found; may be nil
}

func (r response) prop(space, local string) *node { return r.props.child(space, local) }

// xmlReader reads an answer element by element, so that a long list costs no memory.
type xmlReader struct {
	d        *xml.Decoder
	elements int
}

var errXML = wording.Error("directory.answer_no_xml_webdav", "the answer is no XML of WebDAV")

func newXMLReader(r io.Reader) *xmlReader {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, wording.Error("directory.charset_value", `charset "{Value}"`, "Value", fmt.Sprintf("%.20s", charset))
	}
	return &xmlReader{d: d}
}

// start is the next element that begins, nil at the end of the one around.
func (x *xmlReader) start() (*xml.StartElement, error) {
	for {
		t, err := x.d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return &t, nil
		case xml.EndElement:
			return nil, nil
		case xml.Directive:
			return nil, fmt.Errorf("%w: it brings declarations of its own", errXML)
		}
	}
}

// rest reads the rest of an element that began.
func (x *xmlReader) rest(begin *xml.StartElement, depth int) (*node, error) {
	if x.elements++; depth > maxDepth || x.elements > maxElements {
		return nil, fmt.Errorf("%w: elements are nested too deep or are too many", errXML)
	}
	n := &node{name: begin.Name}
	var text strings.Builder
	for {
		t, err := x.d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			c, err := x.rest(&t, depth+1)
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, c)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			n.text = text.String()
			return n, nil
		case xml.Directive:
			return nil, fmt.Errorf("%w: it brings declarations of its own", errXML)
		}
	}
}

// multistatus reads an answer of 207 and hands each resource to use. The token is that of sync-collection.
func multistatus(r io.Reader, use func(response) error) (token string, err error) {
	x := newXMLReader(r)
	root, err := x.start()
	if err != nil {
		return "", notXML(err)
	}
	if root == nil || root.Name != (xml.Name{Space: nsDAV, Local: "multistatus"}) {
		return "", fmt.Errorf("%w: it does not begin with multistatus", errXML)
	}
	for {
		begin, err := x.start()
		if err != nil {
			return "", notXML(err)
		}
		if begin == nil {
			return token, nil
		}
		x.elements = 0
		n, err := x.rest(begin, 2)
		if err != nil {
			return "", notXML(err)
		}
		switch n.name {
		case xml.Name{Space: nsDAV, Local: "response"}:
			if err := use(readResponse(n)); err != nil {
				return "", err
			}
		case xml.Name{Space: nsDAV, Local: "sync-token"}:
			token = n.value()
		}
	}
}

// notXML keeps errors of the network apart from those of the text.
func notXML(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, errXML) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) || errors.Is(err, io.EOF) || strings.HasPrefix(err.Error(), "xml: ") {
		return fmt.Errorf("%w: %w", errXML, err)
	}
	return err
}

func readResponse(n *node) response {
	r := response{href: n.child(nsDAV, "href").value(), status: statusOf(n.child(nsDAV, "status").value())}
	for _, c := range n.children {
		if c.name != (xml.Name{Space: nsDAV, Local: "propstat"}) {
			continue
		}
		if s := c.child(nsDAV, "status").value(); s != "" && statusOf(s)/100 != 2 {
			continue
		}
		if props := c.child(nsDAV, "prop"); props != nil && r.props == nil {
			r.props = props
		} else if props != nil {
			r.props.children = append(r.props.children, props.children...)
		}
	}
	return r
}

// statusOf reads HTTP/1.1 404 Not Found.
func statusOf(text string) int {
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	n := 0
	for _, c := range fields[1] {
		if c < '0' || c > '9' || n > 999 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// escapeXML makes a text fit to stand in an element.
func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
