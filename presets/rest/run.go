package rest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// resume is where a run stands, stored so that it can go on after an error or a restart.
type resume struct {
	Full   bool      `json:"full,omitempty"`
	Phase  int       `json:"phase,omitempty"` // of the stream's lists
	At     position  `json:"at"`
	Start  time.Time `json:"start,omitzero"`   // the CRM's clock at the run's first answer
	Began  time.Time `json:"began,omitzero"`   // ours then, for the length of the run only
	High   time.Time `json:"high,omitzero"`    // latest change seen
	Last   time.Time `json:"last,omitzero"`    // latest time in the order of a list that is capped in depth
	Low    time.Time `json:"low,omitzero"`     // earliest one of the last few records
	Window string    `json:"behind,omitempty"` // a list that is capped in depth goes on behind this

	Version     int64  `json:"version,omitempty"` // highest one seen
	Token       string `json:"token,omitempty"`   // latest watermark of the CRM's own
	GoneVersion int64  `json:"gone_version,omitempty"`
	GoneToken   string `json:"gone_token,omitempty"`
}

// run is one reading of a stream.
type run struct {
	source  *source
	st      *stream
	from    presets.Cursor
	marks   marks // of the run before
	state   resume
	met     meetings
	again   bool // the run has started over once
	skipped bool
	total   int // by the CRM's own count
	values  scope
	asked   kept         // of the request before the list; nil: not asked yet
	coming  chan fetched // the next page, asked for while this one is being used; nil: not yet
}

// begin opens a run at a cursor.
func (s *source) begin(stream string, from presets.Cursor) (*run, error) {
	st, ok := s.streams[stream]
	if !ok {
		return nil, fmt.Errorf("%s has no stream %q", s.preset.ID, stream)
	}
	r := &run{source: s, st: st, from: from, met: meetings{}}
	full := from.Since == "" || !st.incremental()
	if !full {
		var err error
		if r.marks, err = st.readMarks(from.Since); err != nil {
			return nil, err
		}
		full = st.tooOld(r.marks, s.conn.Now())
	}
	r.restart(full)
	if from.Resume != "" {
		if err := json.Unmarshal([]byte(from.Resume), &r.state); err != nil || r.state.Phase >= len(st.phases(r.state.Full)) {
			return nil, fmt.Errorf("saved page of %s cannot be read", stream)
		}
	}
	return r, nil
}

func (r *run) restart(full bool) {
	r.state = resume{Full: full, At: r.st.phases(full)[0].pager.first()}
}

// next reads one page. Errors are final: whoever wants to go on resumes at the last page.
func (r *run) next(ctx context.Context) (presets.Page, error) {
	if err := r.prepare(ctx); err != nil {
		return r.orSkip(err)
	}
	for {
		res, err := r.fetch(ctx)
		if err != nil {
			return r.orSkip(err)
		}
		switch res.do {
		case doSkip:
			return r.orSkip(errLeftOut)
		case doFull:
			if r.again {
				return presets.Page{}, &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: res.said(), Hint: wording.New("rest.crm_does_not_let_list", "the CRM does not let the list be read from its beginning")}
			}
			r.again = true
			r.restart(true)
			continue
		case doEmpty:
			return r.page(nil, res, true)
		}
		page, err := r.read(ctx, res)
		if err != nil && r.startOver(err) {
			continue
		}
		return page, err
	}
}

// prepare asks the account for what the stream's texts need.
func (r *run) prepare(ctx context.Context) error {
	if r.st.asksFirst {
		if err := r.source.known(ctx); err != nil {
			return err
		}
	}
	r.values = r.source.values()
	var err error
	if r.values.filter, err = r.st.filter(r.values); err != nil {
		return err
	}
	if r.asked == nil {
		if r.asked, err = r.source.askFirst(ctx, r.st, r.values); err != nil {
			return err
		}
	}
	r.values.ask = r.asked
	chosen, err := r.source.choose(ctx, r.st, r.values)
	r.values.selected, r.values.join = chosen.fields, r.st.Select.Join
	return err
}

// startOver begins a resumed run anew, once, when what it went on with does not add up.
func (r *run) startOver(err error) bool {
	if r.again || r.from.Resume == "" || !errors.Is(err, errShort) && !errors.Is(err, errCircle) {
		return false
	}
	r.again, r.met = true, meetings{}
	r.restart(r.state.Full)
	return true
}

// page is what a reader gets; the last page of the last list ends the stream.
func (r *run) page(records []presets.Record, res result, last bool) (presets.Page, error) {
	if r.state.Began.IsZero() {
		r.state.Began = r.source.conn.Now()
		if t, err := http.ParseTime(res.header.Get("Date")); err == nil {
			r.state.Start = t
		}
	}
	c := r.source.client
	p := presets.Page{Records: records, Full: r.state.Full, Replaced: res.replaced, Requests: c.requests, Bytes: c.bytes}
	c.requests, c.bytes = 0, 0
	if last && r.state.Phase+1 < len(r.st.phases(r.state.Full)) {
		r.state.Phase++
		r.state.At = r.listing().pager.first()
		r.state.Window, r.met, last = "", meetings{}, false
	}
	if last {
		p.Last, p.Since = true, r.watermark()
		return p, nil
	}
	raw, err := json.Marshal(r.state)
	if err != nil {
		return p, fmt.Errorf("save the page: %w", err)
	}
	p.Resume = string(raw)
	return p, nil
}

// orSkip leaves a stream out whose object an account may lack; any other error stays one. What has given a page is there.
func (r *run) orSkip(err error) (presets.Page, error) {
	leftOut := errors.Is(err, errLeftOut)
	switch {
	case r.st.Optional && r.state.At.Pages == 0 && (leftOut || absent(err)):
		return r.skip(), nil
	case leftOut:
		return presets.Page{}, &presets.Error{
			Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.New("rest.may_not_read", "this sign-in may not read {Stream}, or the account does not have them", "Stream", cmp.Or(r.st.Title, r.st.ID)),
			Hint: wording.New("rest.rights", "check the rights of the user who signed in"), Err: err,
		}
	}
	return presets.Page{}, err
}

// skip ends a stream without saying anything about its records.
func (r *run) skip() presets.Page {
	r.skipped = true
	return presets.Page{Last: true, Skipped: true, Since: r.from.Since}
}

func listError(err error) error {
	var ours *presets.Error
	if errors.As(err, &ours) {
		return err
	}
	return &presets.Error{Op: wording.New("rest.read_list", "read the list"), Text: wording.Of(err), Hint: wording.New("rest.crm_answers_do_not_fit", "the CRM's answers do not fit each other; try again later"), Err: err}
}
