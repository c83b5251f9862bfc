package webconfig

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/tenant"
)

// testShown is the box of Test connection.
type testShown struct {
	Address     string // of the step, for the box's own buttons
	Running     bool
	Seconds     int
	Tried       bool // there is a result
	Good        bool
	Passed      bool // with the settings as they are now
	Old         bool // it was with other settings
	Problem     string
	Problems    []formProblem // what is missing before anything can be tested
	Conflict    bool
	Account     string // whose contacts these are, as a sentence
	Notes       []string
	Missing     []string
	Total       int
	Values      int
	Numbers     int
	Unusable    int
	TwoReadings int
	Sample      []sampleShown
	Revision    uint64 // of the form beside the box, where this answer saved it; else 0, and the form keeps its own
}

type sampleShown struct {
	Name, Company string
	Numbers       []sampleNumber
}

type sampleNumber struct {
	Raw, Number, Label, Problem string
}

func (w *Web) testShown(q *request, d *draft) (testShown, error) {
	known := w.setups.get(d.ID)
	s := testShown{Address: d.at(stepCRM)}
	now, err := w.Setup.Settings(q.ctx(), d.Integration)
	if err != nil {
		return s, err
	}
	s.Passed = d.Wizard.Tested == now
	if known.cancel != nil {
		s.Running, s.Seconds = true, int(time.Since(known.since).Seconds())
		return s, nil
	}
	if !known.over {
		return s, nil
	}
	s.Tried, s.Old = true, known.tested != now
	var listed option.Problems
	if errors.As(known.err, &listed) {
		s.Problems = q.testProblems(d, listed)
		return s, nil
	}
	if known.err != nil {
		s.Problem = w.testProblem(q, d, known.err)
		return s, nil
	}
	r := known.report
	if from := map[bool]string{true: "wizard.test_file", false: "wizard.test_account"}[d.preset.Kind == "file"]; r.Account != "" {
		s.Account = q.T(from, "Account", r.Account)
	}
	s.Good, s.Notes, s.Missing, s.Total = true, r.Notes.In(q.words.Lang), r.Missing.In(q.words.Lang), r.Total
	s.Values, s.Numbers, s.Unusable, s.TwoReadings = r.Values, r.Numbers, r.Unusable, r.TwoReadings
	for _, c := range r.Sample {
		one := sampleShown{Name: c.Name, Company: c.Company}
		for _, n := range c.Numbers {
			one.Numbers = append(one.Numbers, sampleNumber{
				Raw: n.Raw, Number: withExtension(n), Label: q.wordFor("wizard.label_", n.Label), Problem: q.wordFor("wizard.reason_", string(n.Reason)),
			})
		}
		s.Sample = append(s.Sample, one)
	}
	return s, nil
}

// testProblems are what is wrong with options, each with a link to its field.
func (q *request) testProblems(d *draft, listed option.Problems) (out []formProblem) {
	for _, p := range listed {
		o, ok := d.preset.Options.Find(p.Option)
		if !ok {
			o = option.Option{Name: p.Option}
		}
		f := q.field(o, formInput{})
		out = append(out, formProblem{f.ID, f.Label, q.problemText(p)})
	}
	return out
}

func withExtension(n jobs.CheckedNumber) string {
	if n.Extension != "" {
		return n.E164 + " – " + n.Extension
	}
	return n.E164
}

// wordFor is the text of one of a list of words, the word itself where there is none.
func (q *request) wordFor(keys, word string) string {
	if word != "" && q.words.Has(keys+word) {
		return q.T(keys + word)
	}
	return word
}

// testProblem says why a test did not pass, and what to do.
func (w *Web) testProblem(q *request, d *draft, err error) string {
	var failure *presets.Error
	needed, _, _ := w.Setup.SignIn(q.ctx(), d.Integration) // where that cannot be told, the failure speaks for itself
	switch {
	case errors.Is(err, upload.ErrNone):
		return q.T("wizard.test_no_file")
	case errors.Is(err, context.Canceled):
		return q.T("wizard.test_cancelled")
	case errors.As(err, &failure) && failure.ReauthNeeded && needed:
		return q.told(failure.Text) + ". " + q.T("wizard.press_connect")
	case errors.As(err, &failure):
		return q.failureText(failure)
	case errors.Is(err, context.DeadlineExceeded):
		return q.T("wizard.test_slow")
	}
	return q.T("wizard.test_broken")
}

// test reads a few contacts and waits for the result.
func (w *Web) test(ctx context.Context, d *draft) {
	if done := w.beginTest(ctx, d); done != nil {
		<-done
	}
}

// beginTest begins a test that ends with ctx, unless one runs.
func (w *Web) beginTest(ctx context.Context, d *draft) (done chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	begun, since := false, time.Now()
	w.setups.change(d.ID, func(s *setupState) {
		if begun = s.cancel == nil; begun {
			s.cancel, s.since, s.over = cancel, since, false
		}
	})
	if !begun {
		cancel()
		return nil
	}
	done = make(chan struct{})
	w.working.Go(func() {
		defer close(done)
		defer cancel()
		w.runTest(ctx, d, since)
	})
	return done
}

func (w *Web) runTest(ctx context.Context, d *draft, since time.Time) {
	settings, err := w.Setup.Settings(ctx, d.Integration)
	var report jobs.CheckReport
	if err == nil {
		report, err = w.Jobs.Check(ctx, refOf(d.Integration))
	}
	if err == nil {
		err = w.Directory.NoteDraft(ctx, d.Tenant, d.ID, func(w *tenant.Wizard) { w.Tested = settings })
	} else if ctx.Err() == nil {
		w.Log.Info("test of a connection", "tenant", d.Tenant, "integration", d.ID, "error", err)
	}
	w.setups.change(d.ID, func(s *setupState) {
		if s.cancel != nil && s.since.Equal(since) { // not cancelled meanwhile
			s.cancel, s.over, s.report, s.err, s.tested = nil, true, report, err, settings
		}
	})
}

// startTest is the button with JavaScript: it saves the form, begins, and shows how it goes.
func (w *Web) startTest(q *request, d *draft) error {
	_, conflict, err := w.keepCRM(q, d)
	if err == nil && !conflict {
		err = w.Setup.Lacks(q.ctx(), d.Integration)
	}
	var listed option.Problems
	if conflict || errors.As(err, &listed) {
		s := testShown{Address: d.at(stepCRM), Conflict: conflict, Revision: d.Wizard.Revision, Problems: q.testProblems(d, listed)}
		return q.part("wizard_crm", "test_answer", s)
	}
	if err != nil {
		return err
	}
	w.beginTest(context.WithoutCancel(q.ctx()), d)
	s, err := w.testShown(q, d)
	if err != nil {
		return err
	}
	s.Revision = d.Wizard.Revision
	return q.part("wizard_crm", "test_answer", s)
}

func (w *Web) watchTest(q *request, d *draft) error {
	s, err := w.testShown(q, d)
	if err != nil {
		return err
	}
	if q.Request().Method == http.MethodGet && q.Request().Header.Get("HX-Request") == "" {
		return q.Redirect(http.StatusSeeOther, d.at(stepCRM)+"#test")
	}
	return q.part("wizard_crm", "test_answer", s)
}

func (w *Web) cancelTest(q *request, d *draft) error {
	w.setups.change(d.ID, func(s *setupState) {
		if s.cancel != nil {
			s.cancel()
			s.cancel, s.over, s.err, s.tested = nil, true, context.Canceled, ""
		}
	})
	if q.Request().Header.Get("HX-Request") == "" {
		return q.Redirect(http.StatusSeeOther, d.at(stepCRM)+"#test")
	}
	s, err := w.testShown(q, d)
	if err != nil {
		return err
	}
	return q.part("wizard_crm", "test_answer", s)
}
