package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

// ErrNoRun means that there is no run of that id, any more or at all.
var ErrNoRun = errors.New("no such run")

// Trigger is why a run began.
type Trigger string

// The triggers. A run that is resumed keeps the trigger it began with.
const (
	Manual      Trigger = "manual"      // a person or a program asked
	Nightly     Trigger = "nightly"     // once per local date
	Incremental Trigger = "incremental" // in between, changes only
	First       Trigger = "first"       // enabled, and older than a day
	Retry       Trigger = "retry"       // after a temporary failure
	CatchUp     Trigger = "catch-up"    // the night was missed
	Settings    Trigger = "settings"    // what decides how numbers are read was changed
	Watched     Trigger = "file"        // its file on this machine has changed
	Pushed      Trigger = "pushed"      // its contacts were sent to the server
	Columns     Trigger = "columns"     // the last full run showed other column decisions than it used
)

// Mode is how much a run reads.
type Mode string

// The modes.
const (
	Auto    Mode = ""            // changes where the source can and no full run is due
	Full    Mode = "full"        // everything; what is not seen is gone
	Changes Mode = "incremental" // what changed since the last published run
	Rebuild Mode = "rebuild"     // only asked for: everything, compared with nothing, because stored entries are damaged
)

// State is where a run is.
type State string

// The states.
const (
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Held      State = "held"      // the shrink guard waits for a person
	Suspended State = "suspended" // goes on at its saved page
	Discarded State = "discarded" // held or suspended, and given up
)

// Counts is what a run did.
type Counts struct {
	Read      int            `json:"read"` // records
	Unchanged int            `json:"unchanged"`
	Added     int            `json:"added"`
	Changed   int            `json:"changed"`
	Removed   int            `json:"removed"`
	Numbers   int            `json:"numbers"`            // indexed of the contacts that were read anew
	Rejected  map[Reason]int `json:"rejected,omitempty"` // phone fields of those
	Pages     int            `json:"pages"`
	Replaced  int            `json:"replaced,omitempty"` // characters that were not text
}

// Run is one entry of the history.
type Run struct {
	ID       RunID     `json:"id"`
	Trigger  Trigger   `json:"trigger"`
	Mode     Mode      `json:"mode"`
	Rebuild  bool      `json:"rebuild,omitempty"` // everything was written anew
	State    State     `json:"state"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Resumed  int       `json:"resumed,omitempty"` // how often it went on after an interruption
	Counts   Counts    `json:"counts"`
	Known    int       `json:"known,omitempty"` // different numbers recognised since it was published
	Requests int       `json:"requests"`
	Bytes    int64     `json:"bytes"`
	Error    string    `json:"error,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Reason   string    `json:"reason,omitempty"`  // why it is held
	Words    Words     `json:"words,omitzero"`    // the last three in every language
	Samples  []Row     `json:"samples,omitempty"` // of what was rejected, at most 10 each; sealed at rest
	Sealed   []byte    `json:"sealed,omitempty"`  // the samples at rest
}

// Words are what is told of a run.
type Words struct {
	Error  wording.Text `json:"error,omitzero"`
	Hint   wording.Text `json:"hint,omitzero"`
	Reason wording.Text `json:"reason,omitzero"`
}

// fails notes why a run ended, and what helps.
func (r *Run) fails(why, hint wording.Text) {
	r.Error, r.Hint, r.Words.Error, r.Words.Hint = why.String(), hint.String(), why, hint
}

// In is the run with its texts as sentences of a language, and without the others. What was written before there were any is as it was.
func (r Run) In(lang string) Run {
	r.Error = r.Words.Error.Or(wording.Plain(r.Error)).Upper(lang)
	r.Hint = r.Words.Hint.Or(wording.Plain(r.Hint)).Upper(lang)
	r.Reason = r.Words.Reason.Or(wording.Plain(r.Reason)).Upper(lang)
	r.Words = Words{}
	return r
}

// Duration is how long the run took, or has been under way at now.
func (r Run) Duration(now time.Time) time.Duration {
	if !r.Ended.IsZero() {
		now = r.Ended
	}
	return now.Sub(r.Started)
}

// quiet tells a run that found nothing to do.
func (r Run) quiet() bool {
	c := r.Counts
	return r.Mode == Changes && r.State == Succeeded && c.Added+c.Changed+c.Removed == 0
}

const (
	keepRuns  = 200 // of an integration
	keepQuiet = 50  // of them, that found nothing to do
)

// writeRun puts a run into the history, its samples sealed.
func writeRun(w store.Writer, in cache.Ref, s sealer, run Run) error {
	key := runKey(in, run.ID)
	if len(run.Samples) > 0 {
		raw, err := json.Marshal(run.Samples)
		if err != nil {
			return fmt.Errorf("write run %s: %w", run.ID, err)
		}
		if run.Sealed, err = s.seal(in, key, raw); err != nil {
			return fmt.Errorf("write run %s: %w", run.ID, err)
		}
		run.Samples = nil
	}
	return put(w, key, run)
}

// readRun returns a run with its samples opened.
func readRun(r store.Reader, in cache.Ref, s sealer, id RunID) (Run, error) {
	key := runKey(in, id)
	run, ok, err := get[Run](r, key)
	if err != nil {
		return Run{}, err
	}
	if !ok {
		return Run{}, fmt.Errorf("run %s: %w", id, ErrNoRun)
	}
	if len(run.Sealed) == 0 {
		return run, nil
	}
	raw, err := s.open(in, key, run.Sealed)
	if err == nil {
		err = json.Unmarshal(raw, &run.Samples)
	}
	if err != nil {
		return Run{}, fmt.Errorf("samples of run %s: %w", id, err)
	}
	run.Sealed = nil
	return run, nil
}

// listRuns returns the newest runs, newest first, without samples.
func listRuns(ctx context.Context, st store.Store, in cache.Ref, limit int) ([]Run, error) {
	var runs []Run
	err := st.View(ctx, func(r store.Reader) error {
		runs = nil
		for pair, err := range r.Scan(runPrefix(in), nil) {
			if err != nil || len(runs) == limit {
				return err
			}
			var run Run
			if err := json.Unmarshal(pair.Value, &run); err != nil {
				return fmt.Errorf("read %s: %w", pair.Key, err)
			}
			run.Sealed = nil
			runs = append(runs, run)
		}
		return nil
	})
	return runs, err
}

// pruneRuns deletes what the history no longer keeps, now that a run has ended. Runs that are under way, held or
// suspended stay; one that was held is given up when the new one took its place.
func pruneRuns(w store.Writer, in cache.Ref, ended Run) error {
	kept, quiet := 0, 0
	for pair, err := range w.Scan(runPrefix(in), nil) {
		if err != nil {
			return err
		}
		var run Run
		if err := json.Unmarshal(pair.Value, &run); err != nil {
			return fmt.Errorf("read %s: %w", pair.Key, err)
		}
		if run.State == Held && run.ID != ended.ID && (ended.State == Succeeded || ended.State == Held) {
			run.State = Discarded
			run.fails(wording.New("jobs.newer", "a newer run took its place"), wording.Text{})
			if err := put(w, pair.Key, run); err != nil {
				return err
			}
		}
		if run.Ended.IsZero() || run.State == Held {
			continue
		}
		kept++
		if run.quiet() {
			quiet++
		}
		if kept > keepRuns || run.quiet() && quiet > keepQuiet {
			if err := w.Delete(pair.Key); err != nil {
				return err
			}
			kept--
		}
	}
	return nil
}
