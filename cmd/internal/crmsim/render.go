package crmsim

import (
	"encoding/json"
	"fmt"
	"time"
)

// shape writes one contact in the manner of one CRM.
type shape func(*Contact) any

// A body of its own per contact and shape is kept once made, so that long lists cost a copy.
type rendered struct {
	make shape
	kept [][]byte
}

func (r *rendered) of(c *Contact) []byte {
	for len(r.kept) <= c.Index {
		r.kept = append(r.kept, nil)
	}
	if r.kept[c.Index] == nil {
		body, err := json.Marshal(r.make(c))
		if err != nil {
			panic(fmt.Sprintf("crmsim: render contact %d: %v", c.Index, err)) // structs of strings: cannot happen
		}
		r.kept[c.Index] = body
	}
	return r.kept[c.Index]
}

func (r *rendered) forget(i int) {
	if i < len(r.kept) {
		r.kept[i] = nil
	}
}

func ownShape(c *Contact) any {
	return struct {
		ID       string  `json:"id"`
		First    string  `json:"first_name"`
		Last     string  `json:"last_name"`
		Email    string  `json:"email"`
		Company  any     `json:"company"`
		Country  string  `json:"country"`
		Customer string  `json:"customer_number"`
		Phones   []phone `json:"phones"`
		Changed  string  `json:"changed"`
		Deleted  bool    `json:"deleted"`
	}{
		c.ID(), c.First, c.Last, c.Email,
		map[string]string{"name": c.Company},
		c.Country, fmt.Sprintf("K%05d", c.Index+1),
		[]phone{{"work", c.Phone}, {"mobile", c.Mobile}},
		stamp(c.Changed), c.Deleted,
	}
}

type phone struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// stamp is RFC 3339 with milliseconds, as most CRMs write it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
