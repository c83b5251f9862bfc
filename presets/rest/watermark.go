package rest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// mark is up to where something has been read: a time, a version, or a text of the CRM's own (see since.format).
type mark struct {
	at      time.Time
	version int64
	token   string
}

func (m mark) isZero() bool { return m == mark{} }

// readMark reads what [mark.String] wrote.
func readMark(format, text string) (mark, error) {
	switch {
	case text == "":
		return mark{}, nil
	case format == "version":
		n, err := strconv.ParseInt(text, 10, 64)
		return mark{version: n}, err
	case !isTime(format):
		return mark{token: text}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return mark{at: t}, err
}

// String is a mark as it is stored.
func (m mark) String() string {
	switch {
	case m.token != "":
		return m.token
	case m.version != 0:
		return strconv.FormatInt(m.version, 10)
	case !m.at.IsZero():
		return m.at.UTC().Format(time.RFC3339Nano)
	}
	return ""
}

// text is a mark the way a list's requests want it.
func (m mark) text(l *listing) string {
	if m.at.IsZero() {
		return m.String()
	}
	return l.clock.text(m.at.Add(-l.since.Lookback))
}

// marks are the watermarks of a stream: of its records, and of a list of deletions that counts in another way.
type marks struct {
	main, gone mark
	taken      time.Time // by the CRM's clock, where a mark does not say how old it is and grows too old
}

// storedMarks are marks of more than one part as they are stored.
type storedMarks struct {
	Main  string
	Gone  string    `json:",omitempty"`
	Taken time.Time `json:",omitzero"`
}

// readMarks reads a stored watermark.
func (st *stream) readMarks(text string) (m marks, err error) {
	stored := storedMarks{Main: text}
	if strings.HasPrefix(text, `{"Main":`) {
		if err := json.Unmarshal([]byte(text), &stored); err != nil {
			return m, fmt.Errorf("watermark of %s cannot be read", st.ID)
		}
	}
	m.taken = stored.Taken
	if m.main, err = readMark(st.format(), stored.Main); err != nil {
		return m, fmt.Errorf("watermark of %s: %w", st.ID, err)
	}
	if st.ownGone() {
		if m.gone, err = readMark(st.gone.since.Format, stored.Gone); err != nil {
			return m, fmt.Errorf("watermark of %s: %w", st.ID, err)
		}
	}
	return m, nil
}

// text is a stored watermark; one alone stands as it is.
func (m marks) text() string {
	if m.gone.isZero() && m.taken.IsZero() && !strings.HasPrefix(m.main.String(), `{"Main":`) {
		return m.main.String()
	}
	raw, _ := json.Marshal(storedMarks{m.main.String(), m.gone.String(), m.taken.UTC()})
	return string(raw)
}

// tooOld reports marks from before what the vendor keeps.
func (st *stream) tooOld(m marks, now time.Time) bool {
	taken := m.main.at
	if taken.IsZero() {
		taken = m.taken
	}
	return st.MaxAge > 0 && !taken.IsZero() && now.Sub(taken) > st.MaxAge
}

// format is how the stream's changes are asked for.
func (st *stream) format() string {
	if st.changes != nil {
		return st.changes.since.Format
	}
	return st.Since.Format
}

// ownGone reports a list of deletions with a watermark of its own: only times and versions are one for both lists.
func (st *stream) ownGone() bool {
	if st.gone == nil {
		return false
	}
	own := st.gone.since.Format
	return isTime(own) != isTime(st.format()) || !isTime(own) && (own != "version" || st.format() != "version")
}

// since is the watermark a list is asked with.
func (r *run) since(l *listing) mark {
	if l == r.st.gone && r.st.ownGone() {
		return r.marks.gone
	}
	return r.marks.main
}

// watermark is where the next incremental read starts.
func (r *run) watermark() string {
	if !r.st.incremental() {
		return ""
	}
	next := marks{main: r.nextMain()}
	if r.st.ownGone() {
		next.gone = r.nextGone()
	}
	if r.st.MaxAge > 0 && !isTime(r.st.format()) {
		next.taken = r.state.Start
	}
	return next.text()
}

// nextMain is the latest change seen, but not later than the CRM's clock was when this run began, as a record may have
// changed after its page was read. Versions count changes themselves; what a list of deletions has seen does not count
// for the records.
func (r *run) nextMain() mark {
	switch format := r.st.format(); {
	case format == "version":
		return mark{version: max(r.state.Version, r.marks.main.version)}
	case !isTime(format):
		return mark{token: cmp.Or(r.state.Token, r.marks.main.token)}
	}
	since, high := r.marks.main.at, r.state.High
	switch {
	case high.IsZero() && since.IsZero(), high.IsZero() && r.st.mapping.changed.isZero():
		high = r.state.Start
	case high.IsZero():
		high = since
	case r.state.Start.IsZero():
		high = high.Add(-r.source.conn.Now().Sub(r.state.Began))
	case high.After(r.state.Start):
		high = r.state.Start
	}
	if high.Before(since) {
		high = since
	}
	return mark{at: high}
}

// nextGone is the same for a list of deletions with a watermark of its own. A full read does not ask for it; what is
// older than the CRM's clock then needs no deleting.
func (r *run) nextGone() mark {
	switch format := r.st.gone.since.Format; {
	case format == "version":
		return mark{version: max(r.state.GoneVersion, r.marks.gone.version)}
	case !isTime(format):
		return mark{token: cmp.Or(r.state.GoneToken, r.marks.gone.token)}
	case r.state.Start.IsZero():
		return r.marks.gone
	}
	return mark{at: r.state.Start}
}

// note remembers what a page says of changes.
func (r *run) note(l *listing, a *answer, all []presets.Value, records []presets.Record) error {
	gone := l == r.st.gone
	switch {
	case l.since.Format == "version":
		high, to := int64(0), &r.state.Version
		if gone {
			to = &r.state.GoneVersion
		}
		for _, v := range all {
			if n, ok := l.field.First(v).Int(); ok {
				high = max(high, n)
			}
		}
		*to = max(*to, high)
	case !isTime(l.since.Format):
		token, err := r.tokenOf(l, a)
		switch {
		case err != nil || token == "":
			return err
		case gone:
			r.state.GoneToken = token
		default:
			r.state.Token = token
		}
	case !gone:
		for _, one := range records {
			if one.Changed.After(r.state.High) {
				r.state.High = one.Changed
			}
		}
		r.reached(l, all)
	}
	return nil
}

// tokenOf is the watermark an answer brings by itself. An address has to be on the same server.
func (r *run) tokenOf(l *listing, a *answer) (string, error) {
	text := clean(l.field.Text(a.doc))
	if text == "" || l.since.Format != "url" {
		return text, nil
	}
	there, err := onServer(a.url, text)
	if err != nil {
		return "", listError(err)
	}
	return r.hide(there), nil
}

// old reports a page that shows nothing new any more, of a list that is read from its newest entry.
func (r *run) old(l *listing, all []presets.Value) bool {
	since := r.since(l)
	if !l.newestFirst || since.at.IsZero() || len(all) == 0 {
		return false
	}
	for _, v := range all {
		if t, ok := l.clock.read(l.field.Text(v)); !ok || !t.Before(since.at.Add(-l.since.Lookback)) {
			return false
		}
	}
	return true
}
