package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// resume is where a run stands, stored so that it can go on after an error or a restart.
type resume struct {
	Full   bool      `json:"full,omitempty"`
	Phase  int       `json:"phase,omitempty"` // of the stream's lists
	At     position  `json:"at"`
	Start  time.Time `json:"start,omitzero"`  // the CRM's clock at the run's first answer
	Began  time.Time `json:"began,omitzero"`  // ours then, for the length of the run only
	High   time.Time `json:"high,omitzero"`   // latest change seen
	Window time.Time `json:"window,omitzero"` // a list that is capped in depth goes on behind this
	Token  string    `json:"token,omitempty"` // latest opaque watermark
}

// run is one reading of a stream.
type run struct {
	source  *source
	st      *stream
	from    presets.Cursor
	since   time.Time // of a time watermark
	state   resume
	pages   map[[32]byte]bool // pages and positions met in this process
	again   bool              // the run has started over once
	skipped bool
	total   int // by the CRM's own count
	values  scope
	coming  chan fetched // the next page, asked for while this one is being used; nil: not yet
}

// begin opens a run at a cursor.
func (s *source) begin(stream string, from presets.Cursor) (*run, error) {
	st, ok := s.streams[stream]
	if !ok {
		return nil, fmt.Errorf("%s has no stream %q", s.preset.ID, stream)
	}
	r := &run{source: s, st: st, from: from, pages: map[[32]byte]bool{}}
	full := from.Since == "" || !st.incremental()
	if !full && !r.opaque() {
		t, err := time.Parse(time.RFC3339Nano, from.Since)
		if err != nil {
			return nil, fmt.Errorf("watermark of %s: %w", stream, err)
		}
		r.since = t
		full = st.MaxAge > 0 && s.conn.Now().Sub(t) > st.MaxAge
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
			return r.skip(), nil
		case doFull:
			if r.again {
				return presets.Page{}, &presets.Error{Op: "ask the CRM", Text: res.said(), Hint: "the CRM does not let the list be read from its beginning"}
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
	chosen, err := r.source.choose(ctx, r.st, r.values)
	r.values.selected = chosen.text
	return err
}

// startOver begins a resumed run anew, once, when what it went on with does not add up.
func (r *run) startOver(err error) bool {
	if r.again || r.from.Resume == "" || !errors.Is(err, errShort) && !errors.Is(err, errCircle) {
		return false
	}
	r.again, r.pages = true, map[[32]byte]bool{}
	r.restart(r.state.Full)
	return true
}

// call is the request of the page the run stands at.
func (r *run) call(values scope) (call, error) {
	l := r.listing()
	values.page, values.size = r.state.At, l.pager.Size
	params := map[string]string{}
	maps.Copy(params, l.pager.params(r.state.At))
	if !r.state.Full {
		var err error
		values.since = r.watermarkText(l)
		if values.where, err = l.where(values); err != nil {
			return call{}, err
		}
		if l.since.Param != "" && values.since != "" {
			params[l.since.Param] = values.since
		}
	}
	return call{request: l.request, values: values, address: r.state.At.URL, params: params}, nil
}

func (r *run) listing() *listing { return r.st.phases(r.state.Full)[r.state.Phase] }

// read takes a whole answer apart.
func (r *run) read(ctx context.Context, res result) (presets.Page, error) {
	l := r.listing()
	raw, err := pageRecords(l.records, res.doc)
	if err != nil {
		return presets.Page{}, err
	}
	if len(raw) > 0 { // a read that finds nothing new has no use for the account's values
		if err := r.source.known(ctx); err != nil {
			return presets.Page{}, err
		}
	}
	values := r.values
	values.check = r.source.kept
	values.page = r.state.At
	if r.state.Phase == 0 {
		if err := r.source.fill(ctx, r.st.mapping.joins, raw, r.values); err != nil {
			return presets.Page{}, err
		}
	}
	values.auth = r.source.client.lastKeep
	records := make([]presets.Record, 0, len(raw))
	for _, v := range raw {
		one, err := l.read(v, values)
		if err != nil {
			return presets.Page{}, &presets.Error{Op: "read the CRM's answer", Text: err.Error(), Hint: "the CRM may have changed its interface"}
		}
		records = append(records, one)
	}
	if err := r.unseen(records); err != nil {
		return presets.Page{}, err
	}
	next, last, err := l.pager.advance(r.state.At, &res.answer, raw)
	if err == nil && !last {
		err = r.newPlace(next)
	}
	if err != nil {
		return presets.Page{}, listError(err)
	}
	r.total, _ = l.pager.sum(&res.answer)
	r.state.High = watermark(records, r.state.High)
	if r.state.At = next; !last {
		if err := r.deepen(l); err != nil {
			return presets.Page{}, err
		}
	}
	return r.page(records, res, last)
}

// deepen starts a list that is capped in depth again behind what has been read. Its order is by time of change.
func (r *run) deepen(l *listing) error {
	if l.pager.Depth == 0 || r.state.At.Window+max(l.pager.Size, 1) <= l.pager.Depth {
		return nil
	}
	if !r.state.High.After(r.state.Window) {
		return &presets.Error{
			Op: "read the list", Text: fmt.Sprintf("more than %d records changed at the same moment", l.pager.Depth),
			Hint: "a full read gets past this",
		}
	}
	first := l.pager.first()
	first.Pages, first.Count = r.state.At.Pages, r.state.At.Count
	r.state.Window, r.state.At = r.state.High, first
	r.pages = map[[32]byte]bool{}
	return nil
}

// page is what a reader gets; the last page of the last list ends the stream.
func (r *run) page(records []presets.Record, res result, last bool) (presets.Page, error) {
	if r.state.Began.IsZero() {
		r.state.Began = r.source.conn.Now()
		if t, err := http.ParseTime(res.header.Get("Date")); err == nil {
			r.state.Start = t
		}
	}
	if r.opaque() {
		if text := clean(opaqueOf(r.listing(), res.doc)); text != "" {
			r.state.Token = text
		}
	}
	c := r.source.client
	p := presets.Page{Records: records, Full: r.state.Full, Replaced: res.replaced, Requests: c.requests, Bytes: c.bytes}
	c.requests, c.bytes = 0, 0
	if last && r.state.Phase+1 < len(r.st.phases(r.state.Full)) {
		r.state.Phase++
		r.state.At = r.listing().pager.first()
		r.state.Window, last = time.Time{}, false
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

// orSkip leaves a stream out whose object an account may lack; any other error stays one.
func (r *run) orSkip(err error) (presets.Page, error) {
	if r.st.Optional && absent(err) {
		return r.skip(), nil
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
	return &presets.Error{Op: "read the list", Text: err.Error(), Hint: "the CRM's answers do not fit each other; try again later", Err: err}
}
