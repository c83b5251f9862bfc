package bench

import (
	"fmt"
	"slices"
	"time"
)

// spread is one figure of several rounds.
type spread []float64

func (s spread) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	half := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[half-1] + sorted[half]) / 2
	}
	return sorted[half]
}

// text is the median with the smallest and the largest round.
func (s spread) text(format string) string {
	if len(s) == 0 {
		return "-"
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.median(), slices.Min(s), slices.Max(s))
}

// to returns the ratio to another figure of the same round, round by round.
func (s spread) to(other spread) spread {
	out := make(spread, 0, len(s))
	for i := range min(len(s), len(other)) {
		out = append(out, s[i]/other[i])
	}
	return out
}

// latencies are single measurements.
type latencies []time.Duration

// sorted makes percentiles possible.
func (l latencies) sorted() latencies {
	slices.Sort(l)
	return l
}

// at is a percentile by the nearest rank, in microseconds; l is sorted.
func (l latencies) at(percent float64) float64 {
	if len(l) == 0 {
		return 0
	}
	rank := int(percent/100*float64(len(l))+0.9999999) - 1
	return micros(l[min(max(rank, 0), len(l)-1)])
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// percentiles are those of several rounds.
type percentiles struct{ p50, p99, p999, worst spread }

func (p *percentiles) add(l latencies) {
	l = l.sorted()
	p.p50, p.p99 = append(p.p50, l.at(50)), append(p.p99, l.at(99))
	p.p999, p.worst = append(p.p999, l.at(99.9)), append(p.worst, l.at(100))
}
