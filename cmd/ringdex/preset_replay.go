package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
)

func newPresetTest() *cobra.Command {
	t := presetTester{clean: map[string]bool{}}
	cmd := &cobra.Command{
		Use: "test [FOLDER ...]", Short: "Replay the recorded exchanges of presets, clean and with faults",
		RunE: func(cmd *cobra.Command, args []string) error {
			folders, err := presetFolders(args)
			if err != nil {
				return err
			}
			t.cmd = cmd
			return t.run(folders)
		},
	}
	f := cmd.Flags()
	f.StringVar(&t.only, "only", "", "only tests with this text in their names")
	f.StringVar(&t.fault, "fault", "", "only with this fault: none, "+strings.Join(presettest.Faults(), ", "))
	f.BoolVar(&t.got, "got", false, "print what came out, in the form of golden files")
	return cmd
}

type presetTester struct {
	cmd            *cobra.Command
	only, fault    string
	got            bool
	passed, failed int
	again          []string        // commands that show a failure by itself
	clean          map[string]bool // tests that fail without a fault too
}

// presetOutcome is what testing one folder gave.
type presetOutcome struct {
	results []presettest.Result
	err     error
}

// run tests folders side by side and tells about them in their order.
func (t *presetTester) run(folders []presetFolder) error {
	began := time.Now()
	p := newProgress(t.cmd.ErrOrStderr(), "testing")
	outcomes := make([]chan presetOutcome, len(folders))
	work := make(chan int)
	var workers sync.WaitGroup
	for i := range outcomes {
		outcomes[i] = make(chan presetOutcome, 1)
	}
	for range min(len(folders), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range work {
				outcomes[i] <- t.folder(folders[i])
			}
		})
	}
	go func() {
		defer close(work)
		for i := range folders {
			work <- i
		}
	}()
	defer workers.Wait()
	for i, f := range folders {
		p.show(i, len(folders), f.dir)
		o := <-outcomes[i]
		if o.err != nil {
			o.results = append(o.results, presettest.Result{Preset: f.dir, Problems: []string{o.err.Error()}})
		}
		for _, r := range o.results {
			p.end()
			t.tell(f, r)
		}
	}
	p.end()
	say(t.cmd, "%d presets, %d replays passed, %d failed in %s", len(folders), t.passed, t.failed, time.Since(began).Round(time.Millisecond))
	if t.failed == 0 {
		return nil
	}
	for _, command := range t.again {
		say(t.cmd, "  %s", command)
	}
	return &quietError{}
}

// folder replays the tests of one preset.
func (t *presetTester) folder(f presetFolder) presetOutcome {
	all := kinds()
	p, lints := presets.LoadChecked(f.fs, f.dir, all)
	if len(lints) > 0 {
		return presetOutcome{err: fmt.Errorf("%s; `ringdex preset lint` shows all mistakes", lints[0].Error())}
	}
	return presetOutcome{results: presettest.Some(t.cmd.Context(), all[p.Kind], p, t.wanted)}
}

// wanted says whether a test is to be replayed with a fault, "" for none.
func (t *presetTester) wanted(test presets.Test, fault string) bool {
	if t.fault != "" && t.fault != fault && (t.fault != "none" || fault != "") {
		return false
	}
	return strings.Contains(strings.ToLower(test.Name), strings.ToLower(t.only))
}

func (t *presetTester) tell(f presetFolder, r presettest.Result) {
	name := r.Preset + ": " + r.Test
	if r.Fault != "" {
		name += ", with " + r.Fault
	}
	switch {
	case r.Passed():
		t.passed++
	default:
		t.failed++
		if r.Fault != "" && t.clean[r.Preset+r.Test] {
			say(t.cmd, "FAIL %s: as without", name)
			break
		}
		say(t.cmd, "FAIL %s", name)
		for _, problem := range r.Problems {
			say(t.cmd, "  %s", problem)
		}
		t.remember(f, r)
	}
	if t.got {
		say(t.cmd, "%s\n%s", name, r.Got)
	}
}

// remember keeps the command that shows a failure by itself.
func (t *presetTester) remember(f presetFolder, r presettest.Result) {
	if r.Test == "" || t.got || len(t.again) >= 10 {
		return
	}
	fault := r.Fault
	if fault == "" {
		fault = "none"
		t.clean[r.Preset+r.Test] = true
	}
	t.again = append(t.again, fmt.Sprintf("ringdex preset test %s --only %q --fault %s --got", f.shown(), r.Test, fault))
}
