package directory

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// changedAttributes tell when an entry changed, createdAttributes when it was made: of Active Directory by the number of
// the change as well, which only the domain controller that counts it understands.
var (
	changedAttributes = []string{"modifyTimestamp", "whenChanged", "uSNChanged"}
	createdAttributes = []string{"createTimestamp", "whenCreated", "uSNCreated"}
)

// lookback is how far behind the latest change seen a run asks again: servers copy changes to each other with the time of
// the first one.
const lookback = 10 * time.Minute

// mark is what a run knows of the directory, as its watermark. Times are the server's own, taken from its entries.
type mark struct {
	Service string `json:"service,omitempty"` // of Active Directory
	USN     uint64 `json:"usn,omitempty"`
	At      string `json:"at,omitempty"` // latest change seen, GeneralizedTime
	Attr    string `json:"attr,omitempty"`
	People  crowd  `json:"people"`
}

// crowd is a set of ids, without the ids: their count and the sum of their digests. Taking one away gives the crowd
// without it.
type crowd struct {
	Count int    `json:"n"`
	A     uint64 `json:"a,string"`
	B     uint64 `json:"b,string"`
}

func (c *crowd) add(id string) { c.put(id, 1) }

func (c *crowd) put(id string, times int) {
	sum := sha256.Sum256([]byte(id))
	c.Count += times
	c.A += binary.BigEndian.Uint64(sum[:8]) * uint64(times)
	c.B += binary.BigEndian.Uint64(sum[8:16]) * uint64(times)
}

func (m mark) String() string {
	if m.USN == 0 && m.At == "" {
		return "" // nothing to ask for changes by
	}
	text, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(text)
}

// readMark reads a watermark; ok is false where this server cannot go on from there.
func readMark(text string, root rootDSE) (m mark, ok bool) {
	if text == "" || json.Unmarshal([]byte(text), &m) != nil {
		return mark{}, false
	}
	if root.activeDirectory() || m.Service != "" {
		return m, m.Service == root.service && m.USN <= root.usn
	}
	return m, m.At != "" && !timeOf(m.At).IsZero() && slices.Contains(changedAttributes[:2], m.Attr)
}

// begin is the mark of a run before it has read anything.
func begin(root rootDSE) mark {
	if root.activeDirectory() {
		return mark{Service: root.service, USN: root.usn}
	}
	return mark{}
}

// note takes an entry into the mark.
func (m *mark) note(e *entry) {
	m.People.add(e.id)
	m.late(e)
}

// late keeps the latest change seen.
func (m *mark) late(e *entry) {
	for _, name := range changedAttributes[:2] {
		at := e.first(strings.ToLower(name))
		if t := timeOf(at); !t.IsZero() && t.After(timeOf(m.At)) {
			m.At, m.Attr = at, name
		}
	}
}

// changed is the filter for what is new since the mark.
func (m mark) changed() string {
	if m.Service != "" {
		return fmt.Sprintf("(uSNChanged>=%d)", m.USN+1)
	}
	return fmt.Sprintf("(%s>=%s)", m.Attr, stamp(timeOf(m.At).Add(-lookback), m.Attr))
}

// stamp writes a time as the attribute's servers do.
func stamp(t time.Time, attribute string) string {
	if attribute == "whenChanged" {
		return t.Format("20060102150405.0Z")
	}
	return t.Format("20060102150405Z")
}

// newcomer is an entry that may have been made since the mark, and when.
type newcomer struct {
	id string
	at uint64
}

func (m mark) newcomer(e *entry) (newcomer, bool) {
	if m.Service != "" {
		n, err := strconv.ParseUint(e.first("usncreated"), 10, 64)
		return newcomer{e.id, n}, err == nil && n > m.USN
	}
	for _, name := range createdAttributes[:2] {
		if t := timeOf(e.first(strings.ToLower(name))); !t.IsZero() {
			return newcomer{e.id, uint64(t.Unix())}, !t.Before(timeOf(m.At).Add(-lookback))
		}
	}
	return newcomer{}, false
}

// nobodyLeft lists the ids of everybody and compares them with the mark: the crowd is the one of the mark plus those
// made since. Where that does not come out, somebody was deleted, moved away, lost the last number, or came in by other
// ways than being made, and only a full read tells who.
func (r *ldapRun) nobodyLeft(ctx context.Context) (crowd, bool, error) {
	var now crowd
	var fresh []newcomer
	list := r.conn.list(r.base, r.filter, append(slices.Clone(idAttributes), createdAttributes...))
	for entries, err := range list.pages(ctx) {
		if err != nil {
			return now, false, err
		}
		for i := range entries {
			now.add(entries[i].id)
			if n, ok := r.from.newcomer(&entries[i]); ok {
				fresh = append(fresh, n)
			}
		}
	}
	slices.SortFunc(fresh, func(a, b newcomer) int { return cmp.Or(cmp.Compare(b.at, a.at), strings.Compare(a.id, b.id)) })
	before := now
	for _, n := range fresh { // how many of the latest are new is not known: the mark's last moment is asked again
		if before == r.from.People {
			break
		}
		before.put(n.id, -1)
	}
	return now, before == r.from.People, nil
}
