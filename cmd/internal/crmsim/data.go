package crmsim

import (
	"slices"
	"sync"
	"time"
)

// data is the CRM's records. The lock also covers the rendered bodies.
type data struct {
	mu       sync.Mutex
	now      func() time.Time
	contacts []Contact
	shown    int // contacts lists show; fewer than there are after Shrink
	shapes   map[string]*rendered
}

func newData(o Options) *data {
	d := &data{now: o.Now, contacts: make([]Contact, o.Contacts), shown: o.Contacts, shapes: map[string]*rendered{
		"own": {make: ownShape}, "salesforce": {make: salesforceContact}, "hubspot": {make: hubspotContact},
	}}
	for i := range d.contacts {
		d.contacts[i] = newContact(o.Seed, i, o.Epoch)
	}
	return d
}

// filter says which contacts a list wants.
type filter struct {
	since   time.Time // changed then or later; zero: all
	deleted bool      // deleted ones too
	only    bool      // only deleted ones
	byTime  bool      // in order of change, else of creation
}

// list gives the indexes of the wanted contacts.
func (d *data) list(f filter) []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]int, 0, len(d.contacts))
	for i := range d.contacts {
		c := &d.contacts[i]
		if c.Index >= d.shown || c.Deleted && !f.deleted || !c.Deleted && f.only || c.Changed.Before(f.since) {
			continue
		}
		out = append(out, i)
	}
	older := func(a, b int) int { return d.contacts[a].Changed.Compare(d.contacts[b].Changed) }
	if f.byTime && !slices.IsSortedFunc(out, older) {
		slices.SortStableFunc(out, older)
	}
	return out
}

// bodies writes the records of a page, with commas between.
func (d *data) bodies(shape string, page []int) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.shapes[shape]
	size := 0
	for _, i := range page {
		size += len(r.of(&d.contacts[i])) + 1
	}
	out := make([]byte, 0, size)
	for n, i := range page {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(out, r.of(&d.contacts[i])...)
	}
	return out
}

func (d *data) change(i int, do func(*Contact)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &d.contacts[i]
	do(c)
	c.Changed = d.now()
	for _, r := range d.shapes {
		r.forget(i)
	}
}

func (d *data) copyOf(i int) (Contact, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i < 0 || i >= len(d.contacts) {
		return Contact{}, false
	}
	return d.contacts[i], true
}

// Contacts gives a copy of all contacts, deleted ones included.
func (s *Server) Contacts() []Contact {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	return append([]Contact(nil), s.data.contacts...)
}

// Change gives contact i a new mobile number and returns its E.164 form. Other fields stay.
func (s *Server) Change(i int) string {
	var e164 string
	s.data.change(i, func(c *Contact) {
		n := numbering["NL"].mobile(c.Index + len(s.data.contacts) + 1)
		e164 = n.e164()
		c.Mobile, c.truth = spaced(n), []string{e164}
		c.Phone = ""
	})
	return e164
}

// Delete marks contact i as deleted; lists leave it out, deletion lists name it.
func (s *Server) Delete(i int) { s.data.change(i, func(c *Contact) { c.Deleted = true }) }

// Shrink lets lists show only the first percent of the contacts, as a CRM does after somebody's mistake.
func (s *Server) Shrink(percent int) {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	s.data.shown = len(s.data.contacts) * percent / 100
}
