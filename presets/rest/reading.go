package rest

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// call is the request of the page the run stands at.
func (r *run) call(values scope) (call, error) {
	l := r.listing()
	values.page, values.size, values.keys = r.state.At, l.pager.Size, l.pager.Numeric
	values.now, values.numeric = l.clock.text(r.source.conn.Now()), l.since.Numeric
	c := call{request: l.requestAt(r.state.At), address: r.state.At.URL, params: map[string]string{}}
	if err := r.ask(&c, &values, l); err != nil {
		return call{}, err
	}
	maps.Copy(c.params, l.pager.params(r.state.At))
	c.values = values
	return c, nil
}

// ask makes a request one for changes: in an incremental run, and where a list that is capped in depth goes on behind
// what it has given.
func (r *run) ask(c *call, values *scope, l *listing) error {
	switch {
	case r.state.Window != "":
		values.since = r.state.Window
	case !r.state.Full:
		values.since = r.since(l).text(l)
	}
	if values.since == "" {
		return nil
	}
	if l.since.Format == "url" && r.state.Window == "" {
		if !l.pager.begun(r.state.At) {
			c.address = values.since
		}
		return nil
	}
	var err error
	if values.where, err = l.where(*values); err != nil {
		return err
	}
	if l.since.Param != "" {
		c.params[l.since.Param] = values.since
	}
	return nil
}

func (r *run) listing() *listing { return r.st.phases(r.state.Full)[r.state.Phase] }

// read takes a whole answer apart.
func (r *run) read(ctx context.Context, res result) (presets.Page, error) {
	l := r.listing()
	all, wanted, err := l.pick(r.state.At, &res.answer)
	if err != nil {
		return presets.Page{}, err
	}
	records, err := r.records(ctx, l, &res.answer, wanted)
	if err != nil {
		return presets.Page{}, err
	}
	if err := r.met.page(fmt.Sprint(r.state.Phase, r.state.Window), records); err != nil {
		return presets.Page{}, listError(err)
	}
	next, last, err := l.pager.advance(r.state.At, &res.answer, all)
	if back, shrunk := l.pager.stepBack(r.state.At, &res.answer); shrunk && (err == nil || errors.Is(err, errShort)) {
		next, last, err, r.met = back, false, nil, meetings{}
	} else if err == nil && !last {
		if last = r.old(l, all); !last {
			err = r.met.place(next)
		}
	}
	if err != nil {
		return presets.Page{}, listError(err)
	}
	if err := r.note(l, &res.answer, all, records); err != nil {
		return presets.Page{}, err
	}
	r.total, _ = l.pager.sum(&res.answer)
	next.URL = r.hide(next.URL)
	if r.state.At = next; !last {
		if err := r.deepen(l); err != nil {
			return presets.Page{}, err
		}
	}
	return r.page(records, res, last)
}

// records reads the records of a page, and the deleted ones named beside them.
func (r *run) records(ctx context.Context, l *listing, a *answer, wanted []presets.Value) ([]presets.Record, error) {
	if len(wanted) > 0 { // a read that finds nothing new has no use for the account's values
		if err := r.source.known(ctx); err != nil {
			return nil, err
		}
	}
	values := r.values
	values.check = r.source.kept
	values.page = r.state.At
	if l != r.st.gone {
		var err error
		if wanted, err = r.source.inFull(ctx, r.st.detail, wanted, r.values); err != nil {
			return nil, err
		}
		if err := r.source.fill(ctx, r.st.mapping.joins, a, wanted, r.values); err != nil {
			return nil, err
		}
	}
	values.auth = r.source.client.signer.values(r.source.client.last.token)
	records := make([]presets.Record, 0, len(wanted))
	for _, v := range wanted {
		one, err := l.read(v, values)
		if err != nil {
			return nil, &presets.Error{Op: wording.New("rest.read_crm_answer", "read the CRM's answer"), Text: wording.Of(err), Hint: wording.New("rest.crm_may_have_changed_interface", "the CRM may have changed its interface")}
		}
		records = append(records, one)
	}
	if l.deletedIDs.IsZero() {
		return records, nil
	}
	for _, v := range presets.Elements(l.deletedIDs, a.doc) {
		if id := clean(v.Text()); id != "" {
			records = append(records, presets.Record{ID: id, Deleted: true})
		}
	}
	return records, nil
}

// hide takes keys out of an address that is going to be stored.
func (r *run) hide(address string) string {
	c := r.source.client
	if address == "" {
		return ""
	}
	values := r.values
	values.auth, values.session = c.signer.values(c.last.token), c.last.session
	to, err := c.target(values)
	if err != nil {
		return address
	}
	return c.signer.hide(to, address)
}
