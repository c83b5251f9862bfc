package webconfig

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) overviewRoutes() []route {
	const at = "/integrations/:integration"
	return []route{
		get(at, needAdmin, w.showOverview),
		get(at+"/progress", needAdmin, w.showProgress),
		get(at+"/runs/:run", needAdmin, w.showRun),
		get(at+"/report", needAdmin, w.showReport),
		{method: http.MethodGet, path: at + "/report.csv", need: needAdmin, handle: w.reportCSV, long: true},
		post(at+"/sync", needAdmin, w.syncNow),
		post(at+"/cancel", needAdmin, w.cancelRun),
		post(at+"/accept", needAdmin, w.acceptHeld),
		post(at+"/discard", needAdmin, w.discardHeld),
		post(at+"/roll-back", needAdmin, w.rollBack),
		post(at+"/enable", needAdmin, w.enable),
		post(at+"/disable", needAdmin, w.disable),
		post(at+"/schedule", needAdmin, w.setSchedule),
		post(at+"/file/drop", needAdmin, w.dropFile),
		{method: http.MethodPost, path: at + "/delete", need: needAdmin, handle: w.deleteIntegration, long: true},
	}
}

// overviewShown is one integration, all of it.
type overviewShown struct {
	ID, Name, Preset, Icon, Dot string

	State, Meaning, Text string // of the connection: in a word, in a sentence, and what the CRM said
	Since                time.Time
	Disabled, Draft      bool
	WaitsFor             string
	Source               string // read, pushed or none
	SignIn, Reauth       bool

	Contacts, Numbers, Rejected int
	Synced                      time.Time
	Plan                        planShown
	Running                     *runningShown
	Held                        *heldShown
	Notices                     []overviewNotice // open ones, without that of what is held
	Back                        time.Time        // of the generation that rolling back would bring, zero if there is none
	Runs                        []runRow
	Chart                       *chart
	Problems                    []rejectedShown // the last run's
	Samples                     []sampleRow
	Files                       *filesShown
	Problem                     string // what was wrong with a form
	Deleting                    bool
}

// planShown is when an integration runs by itself.
type planShown struct {
	Next               time.Time
	Why, From, To      string
	Zone, Every        string
	Failures           int
	WaitsForReauth, On bool
}

type heldShown struct {
	Reason                  string
	Since                   time.Time
	Before, After           int
	Added, Changed, Removed int
	Leaving                 []leavingRow // some of the contacts that would go
	Told                    *noticeShown // nil: nobody was told yet
}

// leavingRow is a contact that would go, with one of its numbers.
type leavingRow struct{ Name, Company, Number string }

// overviewNotice is one with what can be done about it right here.
type overviewNotice struct {
	noticeShown
	SignIn, Configure bool
}

type filesShown struct {
	Used, Waiting     string
	UsedAt, WaitingAt time.Time
}

// leavingShown is how many contacts a held run names that would go.
const leavingShown = 5

// runsOnPage is how many runs the overview lists; the history keeps more.
const runsOnPage = 15

func (w *Web) showOverview(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	if i.Wizard != nil {
		return q.Redirect(http.StatusSeeOther, "/integrations/"+string(i.ID)+"/setup")
	}
	return w.overviewPage(q, http.StatusOK, i, "", false)
}

func (w *Web) overviewPage(q *request, status int, i tenant.Integration, problem string, deleting bool) error {
	s, err := w.overviewOf(q, i)
	if err != nil {
		return err
	}
	s.Problem, s.Deleting = problem, deleting
	return q.showStatus(status, "overview", i.Name, s)
}

func (w *Web) overviewOf(q *request, i tenant.Integration) (overviewShown, error) {
	dot, key, err := w.condition(i)
	if err != nil {
		return overviewShown{}, err
	}
	s := overviewShown{
		ID: string(i.ID), Name: i.Name, Preset: i.Preset, Icon: w.presetIcon(i.Preset), Dot: dot, State: q.T(key),
		Text: q.told(i.Connection.Said()), Since: i.Connection.Since, Disabled: i.State == tenant.StateDisabled, Draft: i.State == tenant.StateDraft,
		WaitsFor: w.Setup.WaitsFor(i), Source: w.Setup.SourceOf(i), Reauth: i.Connection.Health == tenant.HealthReauth,
	}
	if p, ok := w.Catalog.Get(i.Preset); ok {
		s.Preset = nameIn(p, q.words.Lang)
	}
	s.Meaning = q.T("overview.means_" + strings.TrimPrefix(key, "nav.state_"))
	if s.Source == setup.SourceNone {
		s.Text, s.Since = "", time.Time{}
		if !s.Disabled {
			s.Meaning = q.T("overview.means_link")
		}
		return s, nil
	}
	needed, _, err := w.Setup.SignIn(q.ctx(), i)
	s.SignIn = err == nil && needed
	if err := w.cached(q, i, &s); err != nil {
		return s, err
	}
	if err := w.planned(q, i, &s); err != nil {
		return s, err
	}
	if s.Running, err = w.running(q, i); err != nil {
		return s, err
	}
	if err := w.told(q, i, &s); err != nil {
		return s, err
	}
	return s, w.history(q, i, &s)
}

// told adds the open notices.
func (w *Web) told(q *request, i tenant.Integration, s *overviewShown) error {
	open, err := w.Notices.Current(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(n notice.Notice) bool { return n.Integration != i.ID })
	for _, n := range q.notices(open) {
		if n.kind == notice.Held && s.Held != nil {
			s.Held.Told = &n
			continue
		}
		s.Notices = append(s.Notices, overviewNotice{n, n.kind == notice.Reauth && s.Reauth, n.kind == notice.Expiring})
	}
	return nil
}

// cached adds what the cache holds.
func (w *Web) cached(q *request, i tenant.Integration, s *overviewShown) error {
	status, err := w.Cache.Status(q.ctx(), refOf(i))
	if err != nil {
		return err
	}
	if g := status.Published; g != nil {
		s.Contacts, s.Numbers, s.Rejected, s.Synced = g.Counts.Contacts, g.Counts.Numbers, g.Counts.Rejected, g.SyncedAt
	}
	if p := status.Previous; p != nil {
		s.Back = p.SyncedAt
	}
	if h := status.Held; h != nil {
		s.Held = &heldShown{
			Reason: h.Reason, Since: h.Since, Before: h.Stats.Before.Contacts, After: h.Stats.After.Contacts,
			Added: h.Stats.Added, Changed: h.Stats.Changed, Removed: h.Stats.Removed,
		}
		leaving, err := w.Cache.Leaving(q.ctx(), refOf(i), leavingShown)
		if err != nil {
			w.Log.Warn("what a held run leaves out cannot be shown", "tenant", i.Tenant, "integration", i.ID, "error", err)
		}
		for _, m := range leaving {
			s.Held.Leaving = append(s.Held.Leaving, leavingRow{m.Name().String(), m.Company().String(), m.Facts().National})
		}
	}
	u, err := w.Setup.Uploads(q.ctx(), i.Tenant, i.ID)
	if errors.Is(err, setup.ErrNoUpload) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Files = &filesShown{}
	if u.Used != nil {
		s.Files.Used, s.Files.UsedAt = u.Used.Name, u.Used.Uploaded
	}
	if u.Waiting != nil {
		s.Files.Waiting, s.Files.WaitingAt = u.Waiting.Name, u.Waiting.Uploaded
	}
	return nil
}

// planned adds when it runs by itself.
func (w *Web) planned(q *request, i tenant.Integration, s *overviewShown) error {
	s.Plan = planShown{From: i.Window.From, To: i.Window.To, Zone: q.zone().String(), WaitsForReauth: s.Reauth}
	if s.Plan.From == "" {
		from, _ := setup.Common().Find("night_from")
		to, _ := setup.Common().Find("night_to")
		s.Plan.From, s.Plan.To = from.Default, to.Default
	}
	if i.State != tenant.StateEnabled || s.Source != setup.SourceRead {
		return nil
	}
	plan, err := w.Jobs.Preview(q.ctx(), refOf(i), 1)
	if errors.Is(err, jobs.ErrNotEnabled) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Plan.On, s.Plan.Next, s.Plan.Failures = true, plan.Next, plan.Failures
	if plan.Why != "" {
		s.Plan.Why = q.trigger(plan.Why)
	}
	if plan.Interval > 0 {
		s.Plan.Every = durationText(plan.Interval)
	}
	return nil
}

// act does something to an integration and says what came of it on its page.
func (w *Web) act(q *request, done string, do func(i tenant.Integration, in cache.Ref) error) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	to := "/integrations/" + string(i.ID)
	err = do(i, refOf(i))
	for _, known := range actErrors {
		if errors.Is(err, known.err) {
			q.say("bad", q.T("overview."+known.key))
			return q.Redirect(http.StatusSeeOther, to)
		}
	}
	if err != nil {
		return err
	}
	return q.see(to, "overview."+done)
}

var actErrors = []struct {
	err error
	key string
}{
	{jobs.ErrRunning, "no_running"},
	{jobs.ErrBusy, "no_busy"},
	{jobs.ErrNotEnabled, "no_disabled"},
	{jobs.ErrPushed, "no_pushed"},
	{cache.ErrNothing, "no_nothing"},
	{cache.ErrSuperseded, "no_nothing"},
	{errDraft, "no_draft"},
	{tenant.ErrInvalid, "no_window"},
}

var errDraft = errors.New("not set up yet")

func (w *Web) syncNow(q *request) error {
	return w.act(q, "sync_begun", func(i tenant.Integration, in cache.Ref) error {
		if err := w.Setup.UseUpload(q.ctx(), q.by, i.Tenant, i.ID); err != nil {
			return err
		}
		mode := jobs.Auto
		if q.FormValue("full") == "true" {
			mode = jobs.Full
		}
		_, err := w.Jobs.Sync(q.ctx(), in, mode, jobs.Manual)
		return err
	})
}

func (w *Web) cancelRun(q *request) error {
	return w.act(q, "cancelled", func(_ tenant.Integration, in cache.Ref) error { return w.Jobs.Cancel(q.ctx(), in) })
}

func (w *Web) acceptHeld(q *request) error {
	return w.act(q, "accepted", func(_ tenant.Integration, in cache.Ref) error { return w.Jobs.Accept(q.ctx(), in) })
}

func (w *Web) discardHeld(q *request) error {
	return w.act(q, "discarded", func(_ tenant.Integration, in cache.Ref) error { return w.Jobs.Discard(q.ctx(), in) })
}

func (w *Web) rollBack(q *request) error {
	return w.act(q, "rolled_back", func(_ tenant.Integration, in cache.Ref) error { return w.Jobs.Rollback(q.ctx(), in) })
}

func (w *Web) enable(q *request) error { return w.setState(q, tenant.StateEnabled, "enabled") }

func (w *Web) disable(q *request) error { return w.setState(q, tenant.StateDisabled, "disabled") }

func (w *Web) setState(q *request, state tenant.State, done string) error {
	return w.act(q, done, func(i tenant.Integration, _ cache.Ref) error {
		if i.State == tenant.StateDraft {
			return errDraft
		}
		_, err := w.Directory.SetIntegration(q.ctx(), q.by, i.Tenant, i.ID, func(i *tenant.Integration) error {
			i.State = state
			return nil
		})
		return err
	})
}

func (w *Web) setSchedule(q *request) error {
	return w.act(q, "scheduled", func(i tenant.Integration, _ cache.Ref) error {
		_, err := w.Directory.SetIntegration(q.ctx(), q.by, i.Tenant, i.ID, func(i *tenant.Integration) error {
			i.Window = tenant.Window{From: q.FormValue("from"), To: q.FormValue("to")}
			return nil
		})
		return err
	})
}

func (w *Web) dropFile(q *request) error {
	return w.act(q, "file_dropped", func(i tenant.Integration, _ cache.Ref) error {
		return w.Setup.DropUpload(q.ctx(), i.Tenant, i.ID)
	})
}

// deleteIntegration erases an integration whose name was typed, and says what was erased.
func (w *Web) deleteIntegration(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	if strings.TrimSpace(q.FormValue("name")) != strings.TrimSpace(i.Name) {
		return w.overviewPage(q, http.StatusUnprocessableEntity, i, q.T("overview.name_differs", "Name", i.Name), true)
	}
	erased, err := w.Erase(q.ctx(), q.by, i)
	if err != nil {
		return err
	}
	return q.see("/", "overview.deleted", "Name", i.Name, "List", q.erasedText("overview", erased))
}
