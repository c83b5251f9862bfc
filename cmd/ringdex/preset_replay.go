package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
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
			if t.update && len(args) == 0 {
				return usagef(cmd, "--update needs FOLDER: the built-in presets are part of the program")
			}
			t.cmd = cmd
			return t.run(folders)
		},
	}
	f := cmd.Flags()
	f.StringVar(&t.only, "only", "", "only tests with this text in their names")
	f.StringVar(&t.fault, "fault", "", "only with this fault: none, "+strings.Join(presettest.Faults(), ", "))
	f.BoolVar(&t.got, "got", false, "print what came out, in the form of golden files")
	f.BoolVar(&t.update, "update", false, "first write the golden files from what comes out without faults; read them before you keep them")
	return cmd
}

type presetTester struct {
	cmd            *cobra.Command
	only, fault    string
	got, update    bool
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
	if t.update {
		if err := t.write(f, all); err != nil {
			return presetOutcome{err: err}
		}
	}
	p, lints := presets.LoadChecked(f.fs, f.dir, all)
	if len(lints) > 0 {
		return presetOutcome{err: fmt.Errorf("%s; `ringdex preset lint` shows all mistakes", lints[0].Error())}
	}
	return presetOutcome{results: presettest.Some(t.cmd.Context(), all[p.Kind], p, t.wanted)}
}

// write makes the golden files of a folder. One that does not exist begins empty, so that the linter finds nothing but
// mistakes; where there are any, nothing is left of it, and whoever tests the folder tells them.
func (t *presetTester) write(f presetFolder, all map[string]presets.Kind) error {
	p, _ := presets.LoadChecked(f.fs, f.dir, all)
	if p == nil {
		return nil
	}
	folder, err := os.OpenRoot(f.path)
	if err != nil {
		return err
	}
	defer folder.Close()
	tests := slices.DeleteFunc(slices.Clone(p.Tests), func(test presets.Test) bool { return test.Want == "" || !t.wanted(test, "") })
	var begun []string
	for _, test := range tests {
		if _, err := folder.Stat(test.Want); err == nil {
			continue
		}
		if err := folder.WriteFile(test.Want, nil, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", test.Want, err)
		}
		begun = append(begun, test.Want)
	}
	p, lints := presets.LoadChecked(f.fs, f.dir, all)
	if len(lints) > 0 {
		for _, name := range begun {
			err = errors.Join(err, folder.Remove(name))
		}
		return err
	}
	for _, test := range tests {
		r := presettest.Replay(t.cmd.Context(), all[p.Kind], p, test, "")
		if r.Got == nil {
			continue // the replay that follows says why
		}
		if err := folder.WriteFile(test.Want, r.Got, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", test.Want, err)
		}
	}
	return nil
}

// wanted says whether a test is to be replayed with a fault, "" for none.
func (t *presetTester) wanted(test presets.Test, fault string) bool {
	if t.fault != "" && t.fault != fault && (t.fault != "none" || fault != "") {
		return false
	}
	return strings.Contains(strings.ToLower(test.Name), strings.ToLower(t.only))
}

func (t *presetTester) tell(f presetFolder, r presettest.Result) {
	name := r.Preset
	if r.Test != "" {
		name += ": " + r.Test
	}
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
