package webconfig

import (
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/tenant"
)

// lineShown is how a phone system's calls are heard of and started.
type lineShown struct {
	Fields, Advanced []lineField
	Problems         []formProblem
	State            stateShown
	Tries            []tryShown // what came of a test
	Open             bool
}

// lineField is a setting with the protocols it is for, as "events=ami dial=ami"; "" is for all.
type lineField struct {
	Field field
	Uses  string
}

// stateShown is how the connection stands.
type stateShown struct {
	Dot, Text, Hint string
	Path            string // where it is asked for again; "" where nothing changes by itself
}

// tryShown is what came of trying one of the two.
type tryShown struct {
	OK               bool
	What, Text, Hint string
}

// lineUses are the protocols settings are for.
var lineUses = map[string]string{
	"pbx-address": "events=ami events=esl dial=ami dial=esl", "pbx-user": "events=ami events=esl dial=ami dial=esl",
	"pbx-secret": "events=ami events=esl dial=ami dial=esl", "pbx-tls": "events=ami dial=ami", "pbx-ca": "events=ami dial=ami dial=ari dial=http",
	"outside-contexts": "events=ami events=esl", "outside-lines": "events=ami events=esl",
	"dial-device": "dial=ami dial=ari dial=esl", "dial-context": "dial=ami dial=ari dial=esl",
	"dial-url": "dial=ari dial=http", "dial-user": "dial=ari dial=http", "dial-secret": "dial=ari dial=http",
	"dial-method": "dial=http", "dial-headers": "dial=http", "dial-body": "dial=http", "dial-encoding": "dial=http",
	"dial-premium": "dial=ami dial=ari dial=esl dial=http", "dial-rate": "dial=ami dial=ari dial=esl dial=http",
}

// lineShown makes the form from a form's values.
func (w *Web) lineShown(q *request, p tenant.System, in formInput) lineShown {
	_, options := systemOptions()
	in.Words, in.Secrets = q.systemWords, p.SecretsSet
	f := q.form(options, in)
	s := lineShown{Problems: f.Problems, State: w.lineState(q, p), Open: len(p.Lines) > 0 || in.Err != nil}
	s.Fields, s.Advanced = lineFields(f.Fields), lineFields(f.Advanced)
	return s
}

func lineFields(fields []field) (out []lineField) {
	areas(fields, "pbx-ca", "dial-headers", "dial-body")
	for _, d := range fields {
		out = append(out, lineField{d, lineUses[strings.TrimPrefix(d.Name, prefix)]})
	}
	return out
}

// lineState says how the connection to a phone system stands. One that was set up this moment is being begun.
func (w *Web) lineState(q *request, p tenant.System) stateShown {
	if p.Line("events") == "" {
		if p.Line("dial") != "" {
			return stateShown{Dot: "off", Text: q.T("systems.line_dials")}
		}
		return stateShown{Dot: "off", Text: q.T("systems.line_off")}
	}
	at := w.Lines.Status(q.tenantID(), p.ID)
	s := stateShown{Path: "/systems/" + string(p.ID) + "/line", Dot: "warn", Text: q.T("systems.line_connecting")}
	since := q.words.Time(at.Since, q.zone())
	switch {
	case at.State == exchange.StateConnected:
		s.Dot, s.Text = "good", q.T("systems.line_connected", "Time", since)
	case !at.Text.IsZero():
		s.Dot, s.Text, s.Hint = "bad", q.T("systems.line_broken", "Time", since, "Text", at.Text.In(q.words.Lang)), q.told(at.Hint.Text)
	}
	return s
}

// showLine is the state alone, for htmx, and the page for whoever opens it by hand.
func (w *Web) showLine(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	if q.Request().Header.Get("HX-Request") == "true" {
		return q.part("system", "line-state", w.lineState(q, system))
	}
	return q.Redirect(http.StatusSeeOther, "/systems/"+string(system.ID)+"#line")
}

// setLine saves the settings and, where that was asked for, tries them: what is tried is what is saved.
func (w *Web) setLine(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	_, options := systemOptions()
	values := q.values(options)
	for name, text := range values {
		values[name] = strings.ReplaceAll(text, "\r\n", "\n") // as an area sends it
	}
	if err = w.Lines.Lint(system.WithLines(values)); err == nil {
		_, err = w.Directory.SetSystem(q.ctx(), q.by, q.tenantID(), system.ID, values)
	}
	saved := formInput{Values: settingsOfSystem(system)}
	if refused(err) {
		return w.systemPage(q, http.StatusUnprocessableEntity, system, saved, func(s *systemShown) {
			s.Line = w.lineShown(q, system, formInput{Values: values, Err: err})
		})
	}
	if err != nil {
		return err
	}
	if q.FormValue("then") != "try" {
		return q.see("/systems/"+string(system.ID)+"#line", "form.saved")
	}
	return w.tryLine(q, system.ID)
}

// tryLine shows what comes of a phone system's settings.
func (w *Web) tryLine(q *request, id tenant.SystemID) error {
	found, err := w.Lines.Check(q.ctx(), q.tenantID(), id)
	if err != nil {
		return err
	}
	system, err := w.system(q)
	if err != nil {
		return err
	}
	return w.systemPage(q, http.StatusOK, system, formInput{Values: settingsOfSystem(system)}, func(s *systemShown) {
		s.Line.Open = true
		for _, t := range []struct {
			what string
			*exchange.Try
		}{{"events", found.Events}, {"dial", found.Dial}} {
			if t.Try == nil {
				continue
			}
			s.Line.Tries = append(s.Line.Tries, tryShown{
				OK: t.OK, What: q.T("systems.tried_" + t.what), Text: t.Text.In(q.words.Lang), Hint: q.told(t.Hint.Text),
			})
		}
		if len(s.Line.Tries) == 0 {
			s.Line.Tries = []tryShown{{What: q.T("systems.line"), Text: q.T("systems.line_off")}}
		}
	})
}
