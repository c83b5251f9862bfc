package rest

import (
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// deepen starts a list that is capped in depth again behind what has been read. Its order is by the time since.field names,
// and its condition takes in the moment itself.
func (r *run) deepen(l *listing) error {
	if l.pager.Depth == 0 || r.state.At.Window+max(l.pager.Size, 1) <= l.pager.Depth {
		return nil
	}
	behind := r.behind(l)
	if behind == "" || behind == r.state.Window {
		return &presets.Error{
			Op: wording.New("rest.read_list", "read the list"), Text: wording.New("rest.more_than_value_records_changed", "more than {Value} records changed at the same moment", "Value", l.pager.Depth),
			Hint: wording.New("rest.crm_gives_no_more_them", "the CRM gives no more of them at once"),
		}
	}
	first := l.pager.first()
	first.Pages, first.Count = r.state.At.Pages, r.state.At.Count
	r.state.Window, r.state.At = behind, first
	r.met = meetings{}
	return nil
}

// reached remembers where a list stands in its own order: at its latest time, and at the earliest of its last few records.
func (r *run) reached(l *listing, all []presets.Value) {
	r.state.Low = time.Time{}
	for i, v := range all {
		at, ok := l.clock.read(l.field.Text(v))
		if !ok {
			continue
		}
		if at.After(r.state.Last) {
			r.state.Last = at
		}
		if few := i >= len(all)-5; few && (r.state.Low.IsZero() || at.Before(r.state.Low)) {
			r.state.Low = at
		}
	}
}

// behind is where a list capped in depth goes on: at the earliest time of its last few records, since a search may show
// one that has changed meanwhile at its old place; or at the latest one, where that gets no further.
func (r *run) behind(l *listing) string {
	if l.since.Format == "version" {
		return mark{version: r.state.Version}.String()
	}
	if r.state.Last.IsZero() {
		return ""
	}
	if text := l.clock.text(r.state.Low); text != r.state.Window && r.state.Low.Before(r.state.Last) && !r.state.Low.IsZero() {
		return text
	}
	return l.clock.text(r.state.Last)
}
