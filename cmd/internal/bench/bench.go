package bench

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// Run prints figures as they are measured.
type Run struct {
	Out    io.Writer
	Rounds int    // of each comparison; 5 where it is 0
	Dir    string // for data; removed by the caller
	Self   string // this binary, which is started again where a process of its own is measured
	// ScreenPop has answers show three fields and offer a screen pop, as most presets do. The targets are for one field and
	// no script.
	ScreenPop bool
	Log       func(format string, args ...any)
	// Progress shows how far a long step is; end is called when it is done.
	Progress func(label string) (show func(done, total int), end func())
}

func (r *Run) rounds() int {
	if r.Rounds <= 0 {
		return 5
	}
	return r.Rounds
}

func (r *Run) log(format string, args ...any) {
	if r.Log != nil {
		r.Log(format, args...)
	}
}

func (r *Run) progress(label string) (show func(done, total int), end func()) {
	if r.Progress == nil {
		return func(int, int) {}, func() {}
	}
	return r.Progress(label)
}

func (r *Run) printf(format string, args ...any) { fmt.Fprintf(r.Out, format, args...) }

// Header says where and when the figures were taken, and how busy the machine was before.
func (r *Run) Header(command string) {
	r.printf("`%s`, %s, %s, %d cores, %s, load average %s\n",
		command, time.Now().Format("2006-01-02 15:04 MST"), cpu(), runtime.NumCPU(), runtime.Version(), load())
}

// answers says what the answers of the look-ups hold.
func (r *Run) answers() string {
	if r.ScreenPop {
		return "answers with three notification fields and a screen pop"
	}
	return "answers with one notification field and no script"
}

func (r *Run) line(cells ...string) { r.printf("| %s |\n", strings.Join(cells, " | ")) }

// table begins a table below a sentence that says what was measured.
func (r *Run) table(caption string, head ...string) {
	r.printf("\n%s\n\n", caption)
	r.line(head...)
	r.printf("|%s\n", strings.Repeat("---|", len(head)))
}

func cpu() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(raw)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// load is how many processes wanted a core in the last 1, 5 and 15 minutes: figures of a busy machine are worth less.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if f := strings.Fields(string(raw)); err == nil && len(f) > 3 {
		return strings.Join(f[:3], " ")
	}
	return "unknown"
}

// thousands writes a number as people read it.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
