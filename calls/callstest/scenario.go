package callstest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/calls"
)

// Scenario is a call, or a few, and what has to be told of them: one line for each event, "call N KIND DEVICE DIRECTION
// CALLER>DDI [QUEUE]", with the calls counted in the order in which they are told of and - for what is empty. Lines between
// which the order does not matter stand in one group.
type Scenario struct {
	Name   string
	Groups [][]string
}

// Scenarios are the calls every source must understand. 31612345678 is outside, 201 to 203 are phones, 31205550001 to
// …4 are the tenant's numbers: one phone, a ring group, a queue, a queue that nobody serves.
func Scenarios() []Scenario {
	in := func(ddi string) string { return " inbound 31612345678>" + ddi }
	one, group, queue := in("31205550001"), in("31205550002"), in("31205550003")+" support"
	return []Scenario{
		{"answered", [][]string{{"1 ringing 201" + one}, {"1 answered 201" + one}, {"1 ended 201" + one}, {"1 ended -" + one}}},
		{"missed", [][]string{{"1 ringing 201" + one}, {"1 ended 201" + one}, {"1 ended -" + one}}},
		{"ring-group", [][]string{
			{"1 ringing 201" + group, "1 ringing 202" + group, "1 ringing 203" + group},
			{"1 answered 202" + group, "1 ended 201" + group, "1 ended 203" + group},
			{"1 ended 202" + group},
			{"1 ended -" + group},
		}},
		{"queue", [][]string{
			{"1 ringing 201" + queue, "1 ringing 202" + queue},
			{"1 answered 201" + queue, "1 ended 202" + queue},
			{"1 ended 201" + queue},
			{"1 ended -" + queue},
		}},
		{"queue-left", [][]string{{"1 missed -" + in("31205550004") + " empty"}}},
		{"blind-transfer", [][]string{
			{"1 ringing 201" + one},
			{"1 answered 201" + one},
			{"1 ended 201" + one, "1 ringing 203" + one},
			{"1 answered 203" + one},
			{"1 ended 203" + one},
			{"1 ended -" + one},
		}},
		{"attended-transfer", [][]string{
			{"1 ringing 201" + one},
			{"1 answered 201" + one},
			{"2 ringing 202 internal 201>202"},
			{"2 answered 202 internal 201>202"},
			{"1 answered 202" + one, "1 ended 201" + one, "2 ended 202 internal 201>202", "2 ended - internal 201>202"},
			{"1 ended 202" + one},
			{"1 ended -" + one},
		}},
		{"outbound", [][]string{
			{"1 ringing 201 outbound 201>00201234567"},
			{"1 answered 201 outbound 201>00201234567"},
			{"1 ended 201 outbound 201>00201234567"},
			{"1 ended - outbound 201>00201234567"},
		}},
		{"internal", [][]string{
			{"1 ringing 202 internal 201>202"},
			{"1 answered 202 internal 201>202"},
			{"1 ended 202 internal 201>202"},
			{"1 ended - internal 201>202"},
		}},
		{"restart", [][]string{{"1 ringing 201" + one}, {"1 answered 201" + one}, {"1 ended 201" + one}, {"1 ended -" + one}}},
	}
}

// Run replays the recording of each scenario, testdata/NAME.txt, by the source's own reading of it.
func Run(t *testing.T, replay func(t *testing.T, stream string) []calls.Event) {
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", s.Name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			events := replay(t, string(raw))
			s.Compare(t, events)
			sound(t, events)
		})
	}
}

// sound checks what holds for every stream: no event is there twice, times do not run backwards, and nothing is told of a
// call after its end.
func sound(t *testing.T, events []calls.Event) {
	t.Helper()
	over, last := map[string]bool{}, time.Time{}
	for i, e := range events {
		if over[e.CallID] {
			t.Errorf("event %d is of a call that is over: %+v", i, e)
		}
		over[e.CallID] = e.Device.Number == "" && (e.Kind == calls.KindEnded || e.Kind == calls.KindMissed)
		at := e.Start
		switch e.Kind {
		case calls.KindAnswered:
			at = e.Answer
		case calls.KindEnded, calls.KindMissed:
			at = e.End
		}
		if at.IsZero() || e.Start.IsZero() || at.Before(last) && e.Kind != calls.KindRinging {
			t.Errorf("event %d has no time, or one before the last: %+v", i, e)
		}
		last = at
	}
}

// Compare holds the events of a scenario against what has to be told.
func (s Scenario) Compare(t *testing.T, events []calls.Event) {
	t.Helper()
	numbers := map[string]int{}
	var got []string
	for _, e := range events {
		if numbers[e.CallID] == 0 {
			numbers[e.CallID] = len(numbers) + 1
		}
		line := fmt.Sprintf("%d %s %s %s %s>%s", numbers[e.CallID], e.Kind, cmp.Or(e.Device.Number, "-"), e.Direction, e.Caller.Number, e.DDI.Number)
		if e.Queue != "" {
			line += " " + e.Queue
		}
		got = append(got, line)
	}
	var want []string
	ordered, at := slices.Clone(got), 0
	for _, group := range s.Groups {
		want = append(want, slices.Sorted(slices.Values(group))...)
		end := min(at+len(group), len(ordered))
		slices.Sort(ordered[at:end])
		at = end
	}
	if diff := gocmp.Diff(want, ordered); diff != "" {
		t.Errorf("%s: %s\nas it came:\n%s", s.Name, diff, strings.Join(got, "\n"))
	}
}
