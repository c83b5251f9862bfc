package phonebook

import "errors"

// Tags of protocol operations (RFC 4511, 4.2 to 4.12). An answer's tag follows from its question's.
const (
	opBind       = 0x60
	opBound      = 0x61
	opUnbind     = 0x42
	opSearch     = 0x63
	opEntry      = 0x64
	opDone       = 0x65
	opModify     = 0x66
	opAdd        = 0x68
	opDelete     = 0x4a
	opRename     = 0x6c
	opCompare    = 0x6e
	opCompared   = 0x6f
	opAbandon    = 0x50
	opExtended   = 0x77
	opExtendedBy = 0x78
)

// result is an LDAP result code.
type result int

// The results this server gives (RFC 4511, appendix A).
const (
	success          result = 0
	operationsError  result = 1
	protocolError    result = 2
	timeExceeded     result = 3
	sizeExceeded     result = 4
	compareFalse     result = 5
	compareTrue      result = 6
	authMethod       result = 7
	adminLimit       result = 11
	criticalControl  result = 12
	noSuchAttribute  result = 16
	noSuchObject     result = 32
	inappropriate    result = 48 // authentication
	wrongCredentials result = 49
	noRights         result = 50
	busy             result = 51
	unavailable      result = 52
	unwilling        result = 53
	otherError       result = 80
)

// message is one of a client's.
type message struct {
	id       int
	op       element
	paged    *paging
	critical bool // it has a control that must be understood and is not
}

// paging is the paged results control (RFC 2696).
type paging struct {
	size   int
	cookie []byte
}

// Controls.
const (
	controlPaged  = "1.2.840.113556.1.4.319"
	controlManage = "2.16.840.1.113730.3.4.2" // manageDsaIT: there are no referrals, so nothing changes
)

var errMessage = errors.New("what was sent is no LDAP message")

// parseMessage reads the body of a message.
func parseMessage(b []byte) (m message, err error) {
	var ok bool
	if m.id, b, ok = takeInt(b, tagInteger); !ok || m.id < 0 {
		return m, errMessage
	}
	if m.op, b, ok = cut(b); !ok {
		return m, errMessage
	}
	if len(b) == 0 {
		return m, nil
	}
	controls, _, ok := take(b, 0xa0)
	if !ok {
		return m, errMessage
	}
	for len(controls) > 0 {
		var one []byte
		if one, controls, ok = take(controls, tagSequence); !ok || !m.control(one) {
			return m, errMessage
		}
	}
	return m, nil
}

func (m *message) control(b []byte) bool {
	oid, b, ok := take(b, tagOctets)
	if !ok {
		return false
	}
	critical := false
	if e, rest, ok := cut(b); ok && e.tag == tagBoolean {
		critical, b = len(e.body) == 1 && e.body[0] != 0, rest
	}
	value, _, _ := take(b, tagOctets)
	switch string(oid) {
	case controlPaged:
		inner, _, ok := take(value, tagSequence)
		if !ok {
			return false
		}
		size, inner, ok := takeInt(inner, tagInteger)
		cookie, _, also := take(inner, tagOctets)
		m.paged = &paging{size, cookie}
		return ok && also && size >= 0
	case controlManage:
	default:
		m.critical = m.critical || critical
	}
	return true
}

// searchRequest is a search as it was asked.
type searchRequest struct {
	base        string
	scope       int // 0 the object itself, 1 what is below it, 2 both
	size, time  int // limits; 0 leaves them to the server
	typesOnly   bool
	filter      filter
	names       []byte // elements, one behind the other
	filterBytes []byte // for the cookie
}

func parseSearch(b []byte) (r searchRequest, err error) {
	base, b, ok := take(b, tagOctets)
	var deref int
	var types []byte
	for _, part := range []struct {
		to  *int
		tag byte
	}{{&r.scope, tagEnumerated}, {&deref, tagEnumerated}, {&r.size, tagInteger}, {&r.time, tagInteger}} {
		if !ok {
			return r, errMessage
		}
		*part.to, b, ok = takeInt(b, part.tag)
	}
	if !ok {
		return r, errMessage
	}
	if types, b, ok = take(b, tagBoolean); !ok || len(types) != 1 || r.scope < 0 || r.scope > 2 || r.size < 0 || r.time < 0 {
		return r, errMessage
	}
	r.base, r.typesOnly = string(base), types[0] != 0
	whole := b
	if r.filter, b, err = parseFilter(b); err != nil {
		return r, err
	}
	r.filterBytes = whole[:len(whole)-len(b)]
	if r.names, _, ok = take(b, tagSequence); !ok {
		return r, errMessage
	}
	for i, names := 0, r.names; len(names) > 0; i++ {
		if _, names, ok = take(names, tagOctets); !ok || i == maxNodes {
			return r, errMessage
		}
	}
	return r, nil
}

// each lists the attributes that are asked for.
func (r *searchRequest) each(yield func(name []byte) bool) {
	for names := r.names; len(names) > 0; {
		var name []byte
		if name, names, _ = take(names, tagOctets); !yield(name) {
			return
		}
	}
}
