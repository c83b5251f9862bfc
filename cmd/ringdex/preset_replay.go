package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
)

func newPresetTest() *cobra.Command {
	return &cobra.Command{
		Use: "test [FOLDER ...]", Short: "Replay the recorded exchanges of presets, clean and with faults",
		RunE: func(cmd *cobra.Command, args []string) error {
			folders, err := presetFolders(args)
			if err != nil {
				return err
			}
			t := presetTester{cmd: cmd}
			for _, f := range folders {
				if err := t.folder(f); err != nil {
					return err
				}
			}
			say(cmd, "%d passed, %d failed in %s", t.passed, t.failed, time.Since(t.start()).Round(time.Millisecond))
			if t.failed > 0 {
				return &quietError{}
			}
			return nil
		},
	}
}

type presetTester struct {
	cmd            *cobra.Command
	began          time.Time
	passed, failed int
}

func (t *presetTester) start() time.Time {
	if t.began.IsZero() {
		t.began = time.Now()
	}
	return t.began
}

func (t *presetTester) folder(f presetFolder) error {
	t.start()
	all := kinds()
	p, lints := presets.LoadChecked(f.fs, f.dir, all)
	if len(lints) > 0 {
		return fmt.Errorf("%s; `ringdex preset lint` shows all mistakes", lints[0].Error())
	}
	for _, r := range presettest.All(t.cmd.Context(), all[p.Kind], p) {
		name := r.Preset + ": " + r.Test
		if r.Fault != "" {
			name += ", with " + r.Fault
		}
		if r.Passed() {
			t.passed++
			continue
		}
		t.failed++
		say(t.cmd, "FAIL %s", name)
		for _, problem := range r.Problems {
			say(t.cmd, "  %s", problem)
		}
	}
	return nil
}
