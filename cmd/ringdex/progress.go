package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress shows long work: one line that renews itself on a terminal, a plain line now and then elsewhere.
type progress struct {
	w        io.Writer
	terminal bool
	label    string
	shown    time.Time
}

func newProgress(w io.Writer, label string) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd())), label: label, shown: time.Now()}
}

// plainEvery is how often a line appears where nothing can be renewed: a log should not drown.
const plainEvery = 5 * time.Second

// show reports done of total; total 0 means that nobody knows.
func (p *progress) show(done, total int, note string) {
	now := time.Now()
	if !p.terminal {
		if now.Sub(p.shown) >= plainEvery {
			p.shown = now
			fmt.Fprintf(p.w, "%s: %s %s\n", p.label, count(done, total), note)
		}
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s %s %s %s", p.label, bar(done, total), count(done, total), note)
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func count(done, total int) string {
	if total <= 0 {
		return fmt.Sprintf("%d", done)
	}
	return fmt.Sprintf("%d of %d", done, total)
}

const barWidth = 24

func bar(done, total int) string {
	full := 0
	if total > 0 {
		full = min(barWidth, done*barWidth/total)
	}
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", barWidth-full) + "]"
}
