package recognition

import (
	"time"

	"github.com/ringdex/ringdex/phone"
)

// search is one question being answered.
type search struct {
	r      *Recognizer
	view   *view
	q      *Question
	form   phone.SystemForm
	now    time.Time
	why    *Explanation // nil unless asked for; its methods do nothing then
	answer *Answer

	tried [8]phone.Number // lines that were looked up, folded
	count int
	hit   bool // one of them has hits
}

// found is what one reading of the number has.
type found struct {
	matches []Match
	own     bool // the tenant's own number
	owner   string
	damaged bool // an entry exists that cannot be read
}

// nothing tells whether the reading speaks for nobody. A damaged entry speaks for somebody, only not for whom.
func (f *found) nothing() bool { return len(f.matches) == 0 && !f.own && !f.damaged }
