package rest

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// detail is how a record is asked for by itself.
type detail struct {
	presets.Detail
	id                   expr
	record, when, unless presets.Selector
}

// newDetail is nil where the preset has no such request.
func newDetail(d presets.Detail, id string) (*detail, error) {
	if d.Get == "" && d.Post == "" {
		return nil, nil
	}
	out := &detail{Detail: d}
	var err error
	if out.id, err = newExpr(id); err != nil {
		return nil, fmt.Errorf("detail: %w", err)
	}
	for _, one := range []struct {
		text string
		to   *presets.Selector
	}{{d.Record, &out.record}, {d.When, &out.when}, {d.Unless, &out.unless}} {
		if *one.to, err = selector(one.text); err != nil {
			return nil, fmt.Errorf("detail: %w", err)
		}
	}
	return out, nil
}

// needs reports whether a record of a list has to be asked for.
func (d *detail) needs(v presets.Value) bool {
	return (d.when.IsZero() || d.when.Text(v) != "") && (d.unless.IsZero() || !d.unless.First(v).Exists())
}

// inFull puts what the CRM says about each record by itself in the place of what its list says. A record that has gone
// since stays as the list has it.
func (s *source) inFull(ctx context.Context, d *detail, list []presets.Value, values scope) ([]presets.Value, error) {
	if d == nil {
		return list, nil
	}
	out := make([]presets.Value, 0, len(list))
	for _, v := range list {
		if !d.needs(v) {
			out = append(out, v)
			continue
		}
		one, err := s.alone(ctx, d, v, values)
		if err != nil {
			return nil, fmt.Errorf("read a record by itself: %w", err)
		}
		out = append(out, one)
	}
	return out, nil
}

// alone asks for one record.
func (s *source) alone(ctx context.Context, d *detail, listed presets.Value, values scope) (presets.Value, error) {
	var o object
	o.open(listed)
	values.item = d.id.of(&o, nil)
	res, err := s.client.send(ctx, call{request: d.Request, values: values})
	if err != nil && !absent(err) {
		return listed, err
	}
	if err != nil || res.do != doPass {
		return listed, nil
	}
	one := res.doc
	if !d.record.IsZero() {
		one = d.record.First(res.doc)
	}
	if !one.IsObject() {
		return listed, &presets.Error{Op: wording.New("rest.read_crm_answer", "read the CRM's answer"), Text: wording.New("rest.no_record", "there is no record in it"), Hint: wording.New("rest.crm_may_have_changed_interface", "the CRM may have changed its interface")}
	}
	return one, nil
}
