package recognition

import (
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// search is one question being answered.
type search struct {
	r       *Recognizer
	view    *view
	q       *Question
	form    phone.SystemForm
	now     time.Time
	why     *Explanation // nil unless asked for; its methods do nothing then
	damaged bool
}

// stale tells whether a generation is too old to be believed: deletions in the CRM were not seen for as long.
func (s *search) stale(i *integration, g *cache.Generation) bool {
	return g != nil && s.now.Sub(g.SyncedAt) > i.ageLimit
}
