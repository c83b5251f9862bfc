package rest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// source is an opened connection.
type source struct {
	preset  *presets.Preset
	conn    presets.Connection
	client  *client
	streams map[string]*stream
	kept    kept // of the check's answer; nil: not asked yet

	sampling bool // only a few records are wanted
}

// Close implements [presets.Source].
func (s *source) Close() error {
	s.conn.HTTP.CloseIdleConnections()
	return nil
}

// Read implements [presets.Source].
func (s *source) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		r, err := s.begin(stream, from)
		if err != nil {
			yield(presets.Page{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer r.waitAhead()
		defer cancel()
		for {
			page, err := r.next(ctx)
			if err != nil {
				yield(presets.Page{}, fmt.Errorf("read %s, page %d: %w", stream, r.state.At.Pages+1, err))
				return
			}
			if !page.Last {
				r.goAhead(ctx)
			}
			if !yield(page, nil) || page.Last {
				return
			}
		}
	}
}

// values are what texts may use outside a list.
func (s *source) values() scope {
	values := s.client.values()
	values.check = s.kept
	return values
}

// known makes sure that the check's values are there, where the preset has any.
func (s *source) known(ctx context.Context) error {
	if s.kept != nil || len(s.preset.Check.Keep) == 0 {
		return nil
	}
	_, err := s.ask(ctx)
	return err
}

// ask sends the check's request and keeps what the preset wants of its answer.
func (s *source) ask(ctx context.Context) (presets.Value, error) {
	s.kept = kept{}
	if s.preset.Check.Get == "" && s.preset.Check.Post == "" {
		return presets.Value{}, nil
	}
	res, err := s.client.send(ctx, call{request: s.preset.Check.Request, values: s.values()})
	if err == nil && res.do != doPass {
		err = &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: res.said()}
	}
	if err != nil {
		s.kept = nil
		return presets.Value{}, fmt.Errorf("check the account: %w", err)
	}
	for name, text := range s.preset.Check.Keep {
		sel, err := selector(text)
		if err != nil {
			return presets.Value{}, err
		}
		s.kept.take(name, sel, res.doc)
	}
	return res.doc, nil
}

// askFirst sends the request before a stream's list and keeps what the preset wants of its answer.
func (s *source) askFirst(ctx context.Context, st *stream, values scope) (kept, error) {
	found := kept{}
	if st.Ask.Get == "" && st.Ask.Post == "" {
		return found, nil
	}
	res, err := s.client.send(ctx, call{request: st.Ask.Request, values: values})
	if err != nil {
		return nil, fmt.Errorf("ask before the list: %w", err)
	}
	if res.do == doSkip {
		return nil, errLeftOut
	}
	for name, sel := range st.keep {
		if res.do != doPass || !found.take(name, sel, res.doc) {
			return nil, &presets.Error{
				Op: wording.New("rest.ask_before_list", "ask before the list"), Text: wording.New("rest.answer_does_not_say_name", "the answer does not say {Name}", "Name", name),
				Hint: wording.New("rest.check_what_options_name_crm", "check that what the options name is there in the CRM, and that the user who signed in may see it"),
			}
		}
	}
	return found, nil
}

// maxSample is how many records a check shows.
const maxSample = 10

// Check implements [presets.Source].
func (s *source) Check(ctx context.Context) (presets.Report, error) {
	var report presets.Report
	doc, err := s.ask(ctx)
	if err != nil {
		return report, err
	}
	account, err := selector(s.preset.Check.Account)
	if err != nil {
		return report, err
	}
	if !account.IsZero() {
		report.Account = account.Text(doc)
	}
	s.sampling = true
	defer func() { s.sampling = false }()
	for _, one := range s.preset.Streams {
		if err := s.sample(ctx, s.streams[one.ID], &report); err != nil {
			return report, fmt.Errorf("read %s: %w", one.ID, err)
		}
	}
	return report, nil
}

// sample reads the first page of a stream for a report. A stream that may be missing is only noted.
func (s *source) sample(ctx context.Context, st *stream, report *presets.Report) error {
	r := &run{source: s, st: st, met: meetings{}, state: resume{Full: true, At: st.main.pager.first()}}
	page, err := r.next(ctx)
	if err != nil {
		return err
	}
	if st.chosen != nil {
		for _, field := range st.chosen.missing {
			report.Missing = append(report.Missing, wording.Plain(st.ID+"."+field))
		}
	}
	if r.skipped {
		report.Notes = append(report.Notes, wording.New("rest.left_out", "{Stream} cannot be read with this sign-in and is left out", "Stream", st.Title))
	}
	report.Total += r.total
	for _, one := range page.Records {
		if len(report.Sample) < maxSample && !one.Deleted {
			report.Sample = append(report.Sample, one)
		}
	}
	return nil
}

// statusError carries an answer's status to those who decide by it.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

// refused reports whether the CRM refused this request for good, and would not take another sign-in for it either.
func refused(err error) bool {
	var status statusError
	return errors.As(err, &status) && status >= 400 && status < 500 && status != 401 && status != 429
}

// absent reports whether an error says that an object is missing or forbidden.
func absent(err error) bool {
	var status statusError
	return errors.As(err, &status) && (status == 403 || status == 404)
}
