package rest

import (
	"fmt"

	"github.com/ringdex/ringdex/presets"
)

// deepen starts a list that is capped in depth again behind what has been read. Its order is by time of change, and its
// condition takes in the moment itself.
func (r *run) deepen(l *listing) error {
	if l.pager.Depth == 0 || r.state.At.Window+max(l.pager.Size, 1) <= l.pager.Depth {
		return nil
	}
	behind := r.behind(l)
	if behind == "" || behind == r.state.Window {
		return &presets.Error{
			Op: "read the list", Text: fmt.Sprintf("more than %d records changed at the same moment", l.pager.Depth),
			Hint: "the CRM gives no more of them at once",
		}
	}
	first := l.pager.first()
	first.Pages, first.Count = r.state.At.Pages, r.state.At.Count
	r.state.Window, r.state.At = behind, first
	r.met = meetings{}
	return nil
}

// behind is where a list capped in depth goes on: at the earliest change of its last few records, since a search may show
// one that has changed meanwhile at its old place; or at the latest one, where that gets no further.
func (r *run) behind(l *listing) string {
	if l.since.Format == "version" {
		return mark{version: r.state.Version}.String()
	}
	if r.state.High.IsZero() {
		return ""
	}
	if text := l.clock.text(r.state.Low); text != r.state.Window && r.state.Low.Before(r.state.High) && !r.state.Low.IsZero() {
		return text
	}
	return l.clock.text(r.state.High)
}
