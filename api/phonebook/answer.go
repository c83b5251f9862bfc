package phonebook

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// suffix is the name everybody in the directory is below.
const suffix = "dc=ringdex"

// plainName makes the spellings of one distinguished name the same.
func plainName(dn string) string {
	if dn == suffix {
		return dn // as nearly all say it
	}
	parts := strings.Split(strings.ToLower(dn), ",")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		parts[i] = strings.TrimSpace(name) + "=" + strings.TrimSpace(value)
	}
	return strings.Join(parts, ",")
}

// search answers a search request.
func (c *conn) search(m *message) bool {
	r, err := parseSearch(m.op.body)
	if err != nil {
		c.result(m.id, opDone, protocolError, err.Error())
		return true
	}
	base := plainName(r.base)
	switch {
	case r.base == "" && r.scope == 0:
		c.attributesOf(m.id, "", c.rootDSE(), &r)
		c.result(m.id, opDone, success, "")
		return true
	case base == subschemaName && r.scope == 0:
		c.attributesOf(m.id, subschemaName, subschema, &r)
		c.result(m.id, opDone, success, "")
		return true
	}
	a, code, text := c.enter()
	if code != success {
		c.result(m.id, opDone, code, text)
		return true
	}
	ctx := c.server.ctx
	uid, below := strings.CutSuffix(base, ","+suffix)
	uid, named := strings.CutPrefix(uid, "uid=")
	switch {
	case below && named:
		err = c.one(ctx, m, a, &r, uid)
	case r.base != "" && base != suffix:
		c.result(m.id, opDone, noSuchObject, "there is nothing but "+suffix)
	case r.scope == 0:
		c.attributesOf(m.id, suffix, top, &r)
		c.result(m.id, opDone, success, "")
	default:
		err = c.people(ctx, m, a, &r)
	}
	return c.failed(m.id, opDone, err)
}

// failed says why there is no answer; false ends the connection.
func (c *conn) failed(id int, tag byte, err error) bool {
	switch {
	case err == nil:
	case errors.Is(err, errGone):
		return false
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		c.result(id, tag, timeExceeded, "that took too long; try again")
	case errors.Is(err, errTooLarge), errors.Is(err, errTooManyNumbers):
		c.result(id, tag, adminLimit, err.Error())
	case errors.Is(err, errStale):
		c.result(id, tag, unwilling, err.Error())
	default:
		c.server.d.Log.Error("LDAP search failed", "error", err)
		c.result(id, tag, otherError, "something went wrong here; the server's log has the reason")
	}
	return true
}

// errGone means that the phone does not take what it asked for.
var errGone = errors.New("the connection is gone")

// searching is what a search of a key's tenant stands on.
func (c *conn) searching(ctx context.Context, a tenant.Access) (s searching, err error) {
	s = searching{books: c.server.d.Books, owner: a.Tenant, within: searchTime, ask: func(ctx context.Context, number string) (*recognition.Answer, error) {
		return c.server.d.Ask(ctx, a, number)
	}}
	s.shown, err = c.server.d.Recognizer.Shown(ctx, a.Tenant, a.System)
	return s, err
}

// people answers a search below the suffix.
func (c *conn) people(ctx context.Context, m *message, a tenant.Access, r *searchRequest) error {
	on, err := c.searching(ctx, a)
	if err != nil {
		return err
	}
	if wanted := time.Duration(r.time) * time.Second; wanted > 0 {
		on.within = min(wanted, searchTime)
	}
	s := &search{searching: on, filter: &r.filter}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	limit := mostEntries
	if r.size > 0 {
		limit = min(limit, r.size)
	}
	from, serial := 0, uint64(0)
	if m.paged != nil {
		if m.paged.size == 0 {
			c.done(m, success, nil)
			return nil
		}
		limit = min(limit, m.paged.size)
		var ok bool
		if from, serial, ok = r.resume(m.paged.cookie); !ok {
			return errStale
		}
	}
	more := false
	c.found = c.found[:0]
	next, of, err := s.people(ctx, from, serial, func(p *person) bool {
		if more = len(c.found) == limit; !more {
			c.found = append(c.found, p)
		}
		return !more
	})
	if err != nil {
		return err
	}
	if err := c.entries(m.id, s, r, c.found); err != nil {
		return err
	}
	switch {
	case m.paged != nil && next > 0:
		c.done(m, success, r.cookie(next, of))
	case more:
		c.done(m, sizeExceeded, nil)
	default:
		c.done(m, success, nil)
	}
	return nil
}

// entries sends people.
func (c *conn) entries(id int, s *search, r *searchRequest, people []*person) error {
	want := c.wanted(r)
	for i, p := range people {
		c.entry(id, entry{s, p}, want, r.typesOnly)
		people[i] = nil // the book may go while the connection waits
		if len(c.out) > 32<<10 && c.flush() != nil {
			return errGone
		}
	}
	return nil
}

// wanted are the attributes a search asks for, valid until the connection's next search.
func (c *conn) wanted(r *searchRequest) []wanted {
	if len(r.names) == 0 {
		return all
	}
	c.want = c.want[:0]
	for name := range r.each {
		if string(name) == "*" {
			return all
		}
		if a := attributeOf(name); a != attrUnknown {
			c.want = append(c.want, wanted{name, a})
		}
	}
	return c.want
}

// entry appends somebody.
func (c *conn) entry(id int, e entry, want []wanted, typesOnly bool) {
	out, message := open(c.out, tagSequence)
	out = appendInt(out, tagInteger, id)
	out, op := open(out, opEntry)
	out, dn := open(out, tagOctets)
	out = shut(append(append(append(out, "uid="...), e.p.uid...), ","+suffix...), dn)
	out, list := open(out, tagSequence)
	for i := range want {
		c.values = e.append(c.values[:0], want[i].attr)
		out = appendAttribute(out, want[i].name, c.values, typesOnly)
	}
	c.out = shut(shut(shut(out, list), op), message)
}

// appendAttribute appends one with its values; without any it is left out.
func appendAttribute[T ~string | ~[]byte](dst []byte, name T, values []string, typesOnly bool) []byte {
	if len(values) == 0 {
		return dst
	}
	dst, one := open(dst, tagSequence)
	dst = appendString(dst, tagOctets, name)
	dst, set := open(dst, tagSet)
	for _, v := range values {
		if !typesOnly {
			dst = appendString(dst, tagOctets, v)
		}
	}
	return shut(shut(dst, set), one)
}

// done ends a search, with the cookie of the next page if it was asked for in pages.
func (c *conn) done(m *message, r result, cookie []byte) {
	if m.paged == nil {
		c.result(m.id, opDone, r, "")
		return
	}
	value, page := open(nil, tagSequence)
	value = appendInt(value, tagInteger, 0) // how many there are is not known
	value = shut(appendString(value, tagOctets, cookie), page)

	out, message := open(c.out, tagSequence)
	out = appendInt(out, tagInteger, m.id)
	out, op := open(out, opDone)
	out = shut(appendResult(out, r, ""), op)
	out, controls := open(out, 0xa0)
	out, one := open(out, tagSequence)
	out = appendString(out, tagOctets, controlPaged)
	out = appendString(out, tagOctets, value)
	c.out = shut(shut(shut(out, one), controls), message)
}

// A cookie says where the next page begins, in which book, and of which search: 4, 8 and 8 bytes.
const cookieSize = 20

func (r *searchRequest) sum() uint64 {
	h := fnv.New64a()
	_, _ = h.Write(r.filterBytes)
	return h.Sum64()
}

func (r *searchRequest) cookie(next int, serial uint64) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, cookieSize), uint32(next))
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, serial), r.sum())
}

func (r *searchRequest) resume(cookie []byte) (from int, serial uint64, ok bool) {
	if len(cookie) == 0 {
		return 0, 0, true
	}
	if len(cookie) != cookieSize || binary.BigEndian.Uint64(cookie[12:]) != r.sum() {
		return 0, 0, false
	}
	from = int(binary.BigEndian.Uint32(cookie))
	return from, binary.BigEndian.Uint64(cookie[4:]), from > 0
}

// one answers a search for one entry by its name.
func (c *conn) one(ctx context.Context, m *message, a tenant.Access, r *searchRequest, uid string) error {
	s, p, err := c.find(ctx, a, &r.filter, uid)
	if err != nil {
		return err
	}
	if p == nil {
		c.result(m.id, opDone, noSuchObject, "")
		return nil
	}
	if r.scope != 1 && s.filter.holds(entry{s, p}) == isTrue {
		c.entry(m.id, entry{s, p}, c.wanted(r), r.typesOnly)
	}
	c.done(m, success, nil)
	return nil
}

// find returns somebody by uid, nil if there is nobody, ready for a filter.
func (c *conn) find(ctx context.Context, a tenant.Access, f *filter, uid string) (*search, *person, error) {
	on, err := c.searching(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	s := &search{searching: on, filter: f}
	if err := s.prepare(ctx); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	b, err := s.books.of(ctx, s.owner)
	if err != nil {
		return nil, nil, err
	}
	return s, b.byUID(uid), nil
}

// compare tells whether an entry has a value.
func (c *conn) compare(m *message) bool {
	name, b, ok := take(m.op.body, tagOctets)
	assertion, _, also := take(b, tagSequence)
	f := filter{op: filterEqual}
	if !ok || !also || f.assertion(element{filterEqual, assertion}) != nil {
		c.result(m.id, opCompared, protocolError, errMessage.Error())
		return true
	}
	a, code, text := c.enter()
	if code != success {
		c.result(m.id, opCompared, code, text)
		return true
	}
	uid, below := strings.CutSuffix(plainName(string(name)), ","+suffix)
	uid, named := strings.CutPrefix(uid, "uid=")
	if !below || !named {
		c.result(m.id, opCompared, noSuchObject, "")
		return true
	}
	s, p, err := c.find(c.server.ctx, a, &f, uid)
	switch {
	case err != nil:
		return c.failed(m.id, opCompared, err)
	case p == nil:
		c.result(m.id, opCompared, noSuchObject, "")
	case f.attr == attrUnknown || !(entry{s, p}).has(f.attr):
		c.result(m.id, opCompared, noSuchAttribute, "")
	case f.holds(entry{s, p}) == isTrue:
		c.result(m.id, opCompared, compareTrue, "")
	default:
		c.result(m.id, opCompared, compareFalse, "")
	}
	return true
}
