package rest

import (
	"cmp"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// watermarkText is the watermark of a request. A list that goes on behind its own cap needs no overlap.
func (r *run) watermarkText(l *listing) string {
	switch {
	case r.opaque():
		return r.from.Since
	case !r.state.Window.IsZero():
		return l.clock.text(r.state.Window)
	}
	return l.valueOf(r.since)
}

// watermark is where the next incremental read starts: the latest change seen, but not later than the CRM's clock was
// when this run began, as a record may have changed after its page was read.
func (r *run) watermark() string {
	switch {
	case !r.st.incremental():
		return ""
	case r.opaque():
		return cmp.Or(r.state.Token, r.from.Since)
	}
	mark := r.state.High
	switch {
	case mark.IsZero() && r.since.IsZero(), mark.IsZero() && r.st.mapping.changed.isZero():
		mark = r.state.Start
	case mark.IsZero():
		mark = r.since
	case r.state.Start.IsZero():
		mark = mark.Add(-r.source.conn.Now().Sub(r.state.Began))
	case mark.After(r.state.Start):
		mark = r.state.Start
	}
	if mark.Before(r.since) {
		mark = r.since
	}
	if mark.IsZero() {
		return ""
	}
	return mark.UTC().Format(time.RFC3339Nano)
}

func (r *run) opaque() bool { return r.st.Since.Format == "opaque" }

// watermark is the latest change among records.
func watermark(records []presets.Record, so time.Time) time.Time {
	for _, r := range records {
		if r.Changed.After(so) {
			so = r.Changed
		}
	}
	return so
}
