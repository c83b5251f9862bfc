package ldaptest

import (
	"context"
	"net"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Server answers binds and searches of the entries it has. Entry "" is what it says of itself. The functions may be nil.
type Server struct {
	Entries []Entry
	// Bind gives the result code and text of a sign-in.
	Bind func(user, password string) (code int64, text string)
	// Page is told the number of the search, from 0, and what would be answered; it answers something else instead.
	Page func(n int, s Search, entries []Entry, cookie string) ([]Entry, string)
	// Refuse gives the result code of a search that is answered with an error behind its entries; 0 for none.
	Refuse func(n int, s Search) int64
	// Write is told each message before it is sent, and may send something else; it answers false to end the connection.
	Write func(conn net.Conn, n int, message []byte) bool

	searches int
}

// Search is a search that was asked for.
type Search struct {
	Base       string
	Scope      int64
	Attributes []string
	Size       int    // of a page; 0: no pages are wanted
	Cookie     string // of the page before
	filter     *ber.Packet
}

// Dial gives a connection to the server; it is a Connection's Dial.
func (s *Server) Dial(_ context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	go s.serve(server)
	return client, nil
}

func (s *Server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	for {
		p, err := ber.ReadPacket(conn)
		if err != nil || len(p.Children) < 2 {
			return
		}
		id, _ := p.Children[0].Value.(int64)
		var answers []*ber.Packet
		var controls *ber.Packet
		switch op := p.Children[1]; op.Tag {
		case 0:
			answers = []*ber.Packet{s.bind(op)}
		case 3:
			answers, controls = s.search(op, p.Children[2:])
		case 16: // abandon
			continue
		case 23:
			answers = []*ber.Packet{result(24, 2, "not offered")}
		default:
			return
		}
		for i, a := range answers {
			m := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
			m.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, ""))
			m.AppendChild(a)
			if controls != nil && i == len(answers)-1 {
				m.AppendChild(controls)
			}
			if s.Write != nil && !s.Write(conn, s.searches-1, m.Bytes()) {
				return
			}
			if s.Write == nil {
				if _, err := conn.Write(m.Bytes()); err != nil {
					return
				}
			}
		}
	}
}

func (s *Server) bind(op *ber.Packet) *ber.Packet {
	if s.Bind == nil || len(op.Children) < 3 {
		return result(1, 0, "")
	}
	code, text := s.Bind(text(op.Children[1]), op.Children[2].Data.String())
	return result(1, code, text)
}

func result(tag ber.Tag, code int64, message string) *ber.Packet {
	p := ber.Encode(ber.ClassApplication, ber.TypeConstructed, tag, nil, "")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	p.AppendChild(octets(""))
	p.AppendChild(octets(message))
	return p
}

func octets(s string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, "")
}

func (s *Server) search(op *ber.Packet, controls []*ber.Packet) ([]*ber.Packet, *ber.Packet) {
	if len(op.Children) < 8 {
		return []*ber.Packet{result(5, 2, "")}, nil
	}
	asked := Search{Base: text(op.Children[0]), filter: op.Children[6]}
	asked.Scope, _ = op.Children[1].Value.(int64)
	for _, a := range op.Children[7].Children {
		asked.Attributes = append(asked.Attributes, text(a))
	}
	asked.paging(controls)
	entries, cookie := s.page(asked)
	if s.Page != nil {
		entries, cookie = s.Page(s.searches, asked, entries, cookie)
	}
	var answers []*ber.Packet
	for _, e := range entries {
		answers = append(answers, e.packet(asked.Attributes))
	}
	code := int64(0)
	if s.Refuse != nil {
		code = s.Refuse(s.searches, asked)
	}
	s.searches++
	answers = append(answers, result(5, code, ""))
	if asked.Size == 0 {
		return answers, nil
	}
	return answers, pagingControl(cookie)
}

// paging reads the control of RFC 2696.
func (s *Search) paging(controls []*ber.Packet) {
	for _, list := range controls {
		for _, c := range list.Children {
			if len(c.Children) < 2 || text(c.Children[0]) != pagingOID {
				continue
			}
			value, err := ber.DecodePacketErr(c.Children[len(c.Children)-1].Data.Bytes())
			if err == nil && len(value.Children) == 2 {
				size, _ := value.Children[0].Value.(int64)
				s.Size, s.Cookie = int(size), text(value.Children[1])
			}
		}
	}
}

const pagingOID = "1.2.840.113556.1.4.319"

func pagingControl(cookie string) *ber.Packet {
	value := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	value.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, int64(0), ""))
	value.AppendChild(octets(cookie))
	c := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	c.AppendChild(octets(pagingOID))
	c.AppendChild(octets(string(value.Bytes())))
	list := ber.Encode(ber.ClassContext, ber.TypeConstructed, 0, nil, "")
	list.AppendChild(c)
	return list
}

// page is what fits a search, behind the cookie, which is the last name given.
func (s *Server) page(asked Search) ([]Entry, string) {
	var list []Entry
	behind := asked.Cookie == ""
	for _, e := range s.Entries {
		if !inScope(e.DN, asked) || asked.Scope != 0 && !matches(asked.filter, e) {
			continue
		}
		if !behind {
			behind = e.DN == asked.Cookie
			continue
		}
		if asked.Size > 0 && len(list) == asked.Size {
			return list, list[len(list)-1].DN
		}
		list = append(list, e)
	}
	return list, ""
}

func inScope(dn string, asked Search) bool {
	if asked.Scope == 0 || dn == "" {
		return strings.EqualFold(dn, asked.Base) && asked.Scope == 0
	}
	dn, base := strings.ToLower(dn), strings.ToLower(asked.Base)
	return dn == base || strings.HasSuffix(dn, ","+base) || base == ""
}

func (e Entry) packet(wanted []string) *ber.Packet {
	p := ber.Encode(ber.ClassApplication, ber.TypeConstructed, 4, nil, "")
	p.AppendChild(octets(e.DN))
	attributes := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	for _, a := range e.Attributes {
		if !asksFor(wanted, a.Name) {
			continue
		}
		one := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
		one.AppendChild(octets(a.Name))
		values := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range a.Values {
			values.AppendChild(octets(v))
		}
		one.AppendChild(values)
		attributes.AppendChild(one)
	}
	p.AppendChild(attributes)
	return p
}

func asksFor(wanted []string, name string) bool {
	plain, _, _ := strings.Cut(name, ";")
	for _, w := range wanted {
		base, _, _ := strings.Cut(w, ";")
		if w == "*" || strings.EqualFold(base, plain) {
			return true
		}
	}
	return len(wanted) == 0
}
