package webconfig

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/tenant"
)

// runRow is a line of the history.
type runRow struct {
	ID, Trigger, Mode, State, Dot  string
	Started                        time.Time
	Took                           string
	Read, Added, Changed, Removed  int
	Known, Rejected                int
	Error, Hint, Reason, Traffic   string
	Requests, Resumed, Pages, Same int
}

// runningShown is how far a run is. Over says that none is under way any more.
type runningShown struct {
	ID      string // the integration's
	Over    bool
	Records int
	Pages   int
	Stream  string
	Took    string
	All     int // how many contacts there were, for a bar
	Waits   bool
}

// rejectedShown is a reason, with how often it occurs.
type rejectedShown struct {
	Reason, Text, Help string
	Count              int
	Here               bool
}

// sampleRow is a value that was not used, as it stands in the CRM.
type sampleRow struct {
	Text, Value, Name, URL string
	Count                  int
}

// running tells how far a run is, nil if there is none.
func (w *Web) running(q *request, i tenant.Integration) (*runningShown, error) {
	status, err := w.Cache.Status(q.ctx(), refOf(i))
	if err != nil {
		return nil, err
	}
	p, ok := w.Jobs.Progress(refOf(i))
	if !ok {
		return nil, nil //nolint:nilnil // there is none
	}
	r := &runningShown{ID: string(i.ID), Records: p.Records, Pages: p.Pages, Stream: p.Stream, Took: durationText(w.Now().Sub(p.Started))}
	if g := status.Published; g != nil && p.Mode == jobs.Full {
		r.All = max(g.Counts.Contacts, p.Records)
	}
	return r, nil
}

// showProgress is the block the page asks for each second. When the run is over, the whole page is asked for again.
func (w *Web) showProgress(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	r, err := w.running(q, i)
	if err != nil {
		return err
	}
	if r == nil {
		r = &runningShown{ID: string(i.ID), Over: true}
		q.Response().Header().Set("HX-Refresh", "true")
	}
	return q.part("overview", "progress", r)
}

// history adds the runs there were, a picture of them, and what the last one could not use.
func (w *Web) history(q *request, i tenant.Integration, s *overviewShown) error {
	runs, err := w.Jobs.Runs(q.ctx(), refOf(i), chartRuns)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(runs, func(r jobs.Run) bool { return r.State == jobs.Held }); s.Held != nil && at >= 0 {
		s.Held.Reason = runs[at].In(q.words.Lang).Reason
	}
	for n, r := range runs {
		if n == runsOnPage {
			break
		}
		s.Runs = append(s.Runs, w.runRow(q, r))
	}
	s.Chart = w.chartOf(q, runs)
	at := slices.IndexFunc(runs, func(r jobs.Run) bool { return r.State != jobs.Running && len(r.Counts.Rejected) > 0 })
	whole := slices.IndexFunc(runs, func(r jobs.Run) bool { return r.State == jobs.Succeeded && r.Mode == jobs.Full })
	if at < 0 || s.Rejected == 0 && whole >= 0 && at > whole {
		return nil // what older runs met is not there any more
	}
	run, err := w.Jobs.Run(q.ctx(), refOf(i), runs[at].ID)
	if errors.Is(err, jobs.ErrNoRun) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Problems = q.rejected(run.Counts.Rejected)
	s.Samples = q.samples(run.Samples, 6)
	return nil
}

func (w *Web) runRow(q *request, r jobs.Run) runRow {
	r = r.In(q.words.Lang)
	c := r.Counts
	row := runRow{
		ID: string(r.ID), Trigger: q.trigger(r.Trigger), Mode: q.T("overview.mode_" + cmp.Or(string(r.Mode), "full")), State: q.T("overview.run_" + string(r.State)),
		Dot: runDots[r.State], Started: r.Started, Took: durationText(r.Duration(w.Now())), Read: c.Read, Added: c.Added, Changed: c.Changed, Removed: c.Removed,
		Known: r.Known, Error: r.Error, Hint: r.Hint, Reason: r.Reason, Requests: r.Requests, Resumed: r.Resumed, Pages: c.Pages, Same: c.Unchanged,
		Traffic: bytesText(r.Bytes),
	}
	for _, n := range c.Rejected {
		row.Rejected += n
	}
	return row
}

var runDots = map[jobs.State]string{
	jobs.Running: "warn", jobs.Succeeded: "good", jobs.Failed: "bad", jobs.Held: "warn", jobs.Suspended: "warn", jobs.Discarded: "off",
}

func (q *request) trigger(t jobs.Trigger) string {
	return q.T("overview.trigger_" + strings.ReplaceAll(string(t), "-", "_"))
}

// rejected lists reasons, the most frequent first.
func (q *request) rejected(counts map[jobs.Reason]int) []rejectedShown {
	var out []rejectedShown
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		if counts[reason] > 0 {
			out = append(out, rejectedShown{Reason: string(reason), Text: q.reason(reason), Help: q.reasonHelp(reason), Count: counts[reason]})
		}
	}
	slices.SortStableFunc(out, func(a, b rejectedShown) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// reason is a reason in words; one a newer catalogue knows and these pages do not stands as it is.
func (q *request) reason(r jobs.Reason) string {
	if key := "overview.reason_" + string(r); q.words.Has(key) {
		return q.T(key)
	}
	return string(r)
}

func (q *request) reasonHelp(r jobs.Reason) string {
	if key := "overview.help_" + string(r); q.words.Has(key) {
		return q.T(key)
	}
	return ""
}

// samples shows rows, at most so many.
func (q *request) samples(rows []jobs.Row, most int) []sampleRow {
	var out []sampleRow
	for _, r := range rows[:min(len(rows), most)] {
		out = append(out, sampleRow{
			Text: q.reason(r.Reason), Value: r.Value, Name: cmp.Or(r.Name, r.Company, strings.TrimSpace(r.Type+" "+r.ID)), URL: webURL(r.URL), Count: r.Count,
		})
	}
	return out
}

// webURL lets only addresses of pages through; a CRM may have anything in the field.
func webURL(u string) string {
	if strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") {
		return u
	}
	return ""
}

// runShown is the page of one run.
type runShown struct {
	ID, Name string // the integration's
	Run      runRow
	Problems []rejectedShown
	Samples  []sampleRow
}

func (w *Web) showRun(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	run, err := w.Jobs.Run(q.ctx(), refOf(i), jobs.RunID(q.pathParam("run")))
	if errors.Is(err, jobs.ErrNoRun) {
		return tenant.ErrNotFound
	}
	if err != nil {
		return err
	}
	return q.show("run", i.Name, runShown{
		ID: string(i.ID), Name: i.Name, Run: w.runRow(q, run), Problems: q.rejected(run.Counts.Rejected), Samples: q.samples(run.Samples, len(run.Samples)),
	})
}

// reportShown is the data-quality report, one reason at a time.
type reportShown struct {
	ID, Name, Only    string
	Contacts, Numbers int
	Synced            time.Time
	Reasons           []rejectedShown
	Rows              []sampleRow
	Turn              pager
}

const reportOnPage = 50

func (w *Web) showReport(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	s := reportShown{ID: string(i.ID), Name: i.Name, Only: q.QueryParam("only")}
	only := jobs.Reason(s.Only)
	report, err := w.Jobs.ReportPage(q.ctx(), refOf(i), only, 0, 0)
	if err != nil && !errors.Is(err, cache.ErrNothing) {
		return err
	}
	s.Contacts, s.Numbers, s.Synced, s.Reasons = report.Contacts, report.Numbers, report.SyncedAt, q.rejected(report.Totals)
	count := 0
	for n, r := range s.Reasons {
		if s.Reasons[n].Here = r.Reason == s.Only; s.Only == "" || r.Reason == s.Only {
			count += min(r.Count, jobs.ReportMost)
		}
	}
	if s.Turn = q.turn(count, reportOnPage); count > 0 {
		if report, err = w.Jobs.ReportPage(q.ctx(), refOf(i), only, (s.Turn.Page-1)*reportOnPage, reportOnPage); err != nil {
			return err
		}
	}
	s.Rows = q.samples(report.Rows, len(report.Rows))
	return q.show("report", i.Name, s)
}

func (w *Web) reportCSV(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	h := q.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="ringdex-report.csv"`)
	q.Response().WriteHeader(http.StatusOK)
	return jobs.WriteCSV(q.Response(), w.Jobs.ReportRows(q.ctx(), refOf(i)))
}

// durationText is a length of time in at most two units.
func durationText(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return unitsText(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	case d < 48*time.Hour:
		return unitsText(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	return fmt.Sprintf("%d d", int(d.Hours())/24)
}

func unitsText(a int, unitA string, b int, unitB string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}

func bytesText(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1<<20:
		return fmt.Sprintf("%d kB", (n+1023)/1024)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
