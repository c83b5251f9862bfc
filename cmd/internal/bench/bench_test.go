package bench

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A median of an even number of rounds lies between the two in the middle, and a spread names the extremes.
func TestSpread(t *testing.T) {
	for _, tt := range []struct {
		name   string
		s      spread
		median float64
		text   string
	}{
		{"none", nil, 0, "-"},
		{"one", spread{3}, 3, "3.0 (3.0–3.0)"},
		{"odd, unsorted", spread{9, 1, 5}, 5, "5.0 (1.0–9.0)"},
		{"even", spread{4, 1, 2, 9}, 3, "3.0 (1.0–9.0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.s.median(); got != tt.median {
				t.Errorf("median %v, want %v", got, tt.median)
			}
			if got := tt.s.text("%.1f"); got != tt.text {
				t.Errorf("text %q, want %q", got, tt.text)
			}
		})
	}
}

// Ratios are of one round each: a slow round of both rivals must not show.
func TestRatioPerRound(t *testing.T) {
	got := spread{50, 500}.to(spread{100, 1000})
	if diff := cmp.Diff(spread{0.5, 0.5}, got); diff != "" {
		t.Error(diff)
	}
}

// A percentile is a measurement that was made, by the nearest rank.
func TestPercentiles(t *testing.T) {
	var l latencies
	for i := 1000; i > 0; i-- {
		l = append(l, time.Duration(i)*time.Microsecond)
	}
	l = l.sorted()
	for percent, want := range map[float64]float64{50: 500, 99: 990, 99.9: 999, 100: 1000, 0: 1} {
		if got := l.at(percent); got != want {
			t.Errorf("percentile %v is %v, want %v", percent, got, want)
		}
	}
	if got := latencies(nil).at(50); got != 0 {
		t.Errorf("percentile of nothing is %v", got)
	}
}

// What wrk prints is read whole, and refused requests are an error and never a rate.
func TestReadWrk(t *testing.T) {
	const out = `Running 4s test @ http://127.0.0.1:1/
  1 threads and 32 connections
  Latency Distribution
     50%    0.86ms
     75%    1.10ms
     90%    2.22ms
     99%    5.59ms
  111244 requests in 4.00s, 15.1MB read
Requests/sec:  27811.12
`
	got, err := readWrk(out)
	if diff := cmp.Diff(loaded{rate: 27811.12, p50: 860, p99: 5590}, got, cmp.AllowUnexported(loaded{})); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for name, bad := range map[string]string{
		"refused": out + "  Non-2xx or 3xx responses: 3\n", "broken off": out + "  Socket errors: connect 0, read 3\n", "empty": "",
	} {
		if got, err := readWrk(bad); err == nil {
			t.Errorf("%s: read as %v", name, got)
		}
	}
}

// Figures are written as people read them.
func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 10_000_000: "10,000,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
