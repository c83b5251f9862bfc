package bench

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Run prints figures as they are measured.
type Run struct {
	Out    io.Writer
	Rounds int    // of each comparison; 5 where it is 0
	Dir    string // for data; removed by the caller
	Log    func(format string, args ...any)
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

// Header says where and when the figures were taken.
func (r *Run) Header(command string) {
	fmt.Fprintf(r.Out, "`%s`, %s, %s, %d cores, %s\n\n", command, time.Now().Format("2006-01-02"), cpu(), runtime.NumCPU(), runtime.Version())
}

func (r *Run) line(cells ...string) { fmt.Fprintf(r.Out, "| %s |\n", strings.Join(cells, " | ")) }

// table begins a table.
func (r *Run) table(head ...string) {
	fmt.Fprintln(r.Out)
	r.line(head...)
	fmt.Fprintf(r.Out, "|%s\n", strings.Repeat("---|", len(head)))
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

// spread is the median of several figures with the smallest and the largest.
type spread []float64

func (s spread) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Clone(s)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

func (s spread) text(format string) string {
	if len(s) == 0 {
		return "-"
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.median(), slices.Min(s), slices.Max(s))
}

// latencies are single measurements, for percentiles.
type latencies []time.Duration

func (l latencies) at(percent float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	slices.Sort(l)
	return l[min(len(l)-1, int(float64(len(l))*percent/100))]
}

func (l latencies) worst() time.Duration { return l.at(100) }

func micros(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d.Nanoseconds())/1e3) }
