package webconfig

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/jobs"
)

// chart is a small picture of the last runs: numbers recognised as a line, how long the runs took as bars below it. It is made of
// coordinates alone, so that the page needs no script for it.
type chart struct {
	Line, Area        string // points of the line, and of the surface below it
	Dots              []chartDot
	Bars              []chartBar
	Most, Least       int
	Longest, Sentence string
	First, Last       time.Time
}

type chartDot struct{ X, Y string }

type chartBar struct{ X, Y, Width, Height string }

// The picture's measures, in its own units.
const (
	chartRuns   = 40
	chartWidth  = 600.0
	chartHeight = 120.0 // of the line's part
	chartBars   = 40.0  // of the bars' part, below it
	chartGap    = 12.0
)

// chartOf draws runs that are over, given newest first; nil if there are fewer than two with numbers.
func (w *Web) chartOf(q *request, runs []jobs.Run) *chart {
	var over []jobs.Run
	for _, r := range slices.Backward(runs) {
		if r.State == jobs.Succeeded && r.Known > 0 {
			over = append(over, r)
		}
	}
	if len(over) < 2 {
		return nil
	}
	c := &chart{First: over[0].Started, Last: over[len(over)-1].Started}
	var longest time.Duration
	c.Most, c.Least = over[0].Known, over[0].Known
	for _, r := range over {
		c.Most, c.Least = max(c.Most, r.Known), min(c.Least, r.Known)
		longest = max(longest, r.Duration(r.Ended))
	}
	step := chartWidth / float64(len(over))
	var line []string
	for n, r := range over {
		x := (float64(n) + .5) * step
		y := chartHeight / 2
		if c.Most > c.Least {
			y = 10 + (chartHeight-20)*float64(c.Most-r.Known)/float64(c.Most-c.Least)
		}
		line = append(line, coordinate(x)+","+coordinate(y))
		c.Dots = append(c.Dots, chartDot{coordinate(x), coordinate(y)})
		height := max(2, chartBars*float64(r.Duration(r.Ended))/float64(max(longest, 1)))
		wide := min(step*.6, 24)
		c.Bars = append(c.Bars, chartBar{coordinate(x - wide/2), coordinate(chartHeight + chartGap + chartBars - height), coordinate(wide), coordinate(height)})
	}
	c.Line = strings.Join(line, " ")
	c.Area = coordinate(step/2) + "," + coordinate(chartHeight) + " " + c.Line + " " + coordinate(chartWidth-step/2) + "," + coordinate(chartHeight)
	c.Longest = durationText(longest)
	c.Sentence = q.T("overview.chart_sentence", "Count", len(over), "Least", q.words.Number(c.Least), "Most", q.words.Number(c.Most), "Longest", c.Longest)
	return c
}

func coordinate(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }
