package calls

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// TestRingGroup: one call id, several devices. Who answers keeps the call, it closes for the others at once, and hanging up
// ends it.
func TestRingGroup(t *testing.T) {
	w := newWorld(t)
	taken := w.take(w.event(KindRinging, "201"), w.event(KindRinging, "202"), w.event(KindRinging, "203"))
	if !taken.Rings || taken.Known.Matches[0].Name != "Ada Muster" {
		t.Errorf("third device: %+v", taken)
	}
	for _, d := range []string{"201", "202", "203"} {
		if diff := cmp.Diff([]string{d + " ringing Ada Muster"}, w.sees(d)); diff != "" {
			t.Errorf("ringing at %s: %s", d, diff)
		}
	}
	w.take(w.event(KindAnswered, "202"))
	if len(w.sees("201"))+len(w.sees("203"))+len(w.sees("204")) != 0 {
		t.Errorf("still open for others: %v %v", w.sees("201"), w.sees("203"))
	}
	if diff := cmp.Diff([]string{"202 answered Ada Muster"}, w.sees("202")); diff != "" {
		t.Error(diff)
	}
	w.pass(time.Minute)
	w.take(w.event(KindEnded, "202"))
	if len(w.sees("202")) != 0 {
		t.Errorf("after hanging up: %v", w.sees("202"))
	}
	c := w.kept()
	if c.State != StateEnded || c.Agent != "Agent 202" || c.Duration(w.now()) != time.Minute || len(c.Legs) != 3 || c.Legs[0].State != StateElsewhere {
		t.Errorf("history: %+v", c)
	}
}

// TestButtonsOfTheDevice: each agent of a ring group gets the scripts with the own device.
func TestButtonsOfTheDevice(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindRinging, "202"))
	for _, d := range []string{"201", "202"} {
		got := w.desk.Live(View{Tenant: w.tenant, Person: w.agents[d]}).Calls[0].Known.Matches[0].Scripts[0].URL
		if want := "https://crm.example/" + d + "/Ada%20Muster/inbound"; got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}

// TestAnyOrder: whatever the order in which events of a call arrive, and however often, at the end nobody sees it any more and
// the history knows who took it.
func TestAnyOrder(t *testing.T) {
	start := time.Date(2026, 11, 20, 14, 2, 0, 0, time.UTC)
	timed := func(e *Event) {
		e.Start = start
		if e.Kind == KindAnswered {
			e.Answer = start.Add(10 * time.Second)
		}
		if e.Kind == KindEnded {
			e.End = start.Add(70 * time.Second)
		}
	}
	scenarios := map[string]struct {
		events []string
		talked bool
		unsure bool // in one order a late ring of the group looks like a call that is handed on: it stops by itself
	}{
		"one device":            {[]string{"ringing 201", "answered 201", "ended 201"}, true, false},
		"no ringing":            {[]string{"answered 201", "ended 201"}, true, false},
		"ended as a whole":      {[]string{"ringing 201", "ringing 202", "answered 201", "ended "}, true, false},
		"ring group":            {[]string{"ringing 201", "ringing 202", "answered 201", "ended 201"}, true, true},
		"ring group, all end":   {[]string{"ringing 201", "ringing 202", "answered 201", "ended 201", "ended 202"}, true, false},
		"handed on":             {[]string{"ringing 201", "answered 201", "ended 201", "answered 202", "ended 202"}, true, false},
		"nobody answers":        {[]string{"ringing 201", "ringing 202", "missed 201", "missed 202"}, false, false},
		"nobody answers, whole": {[]string{"ringing 201", "ringing 202", "missed "}, false, false},
	}
	for name, s := range scenarios {
		for _, with := range []string{"without times", "with times"} {
			t.Run(name+" "+with, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				n := 0
				permute(s.events, func(order []string) {
					n++
					for _, text := range append(order, order...) { // all of them twice
						kind, device, _ := strings.Cut(text, " ")
						e := w.event(Kind(kind), device, func(e *Event) { e.CallID = strings.Repeat("x", n) })
						if with == "with times" {
							timed(&e)
						}
						w.take(e)
						w.pass(time.Second)
					}
					if s.unsure {
						w.pass(5 * time.Minute)
						w.desk.Sweep(t.Context())
						w.must(w.desk.commits.flush(t.Context()))
					}
					if left := w.desk.Live(View{Tenant: w.tenant}).Calls; len(left) != 0 {
						t.Fatalf("%v: still live: %+v", order, left[0].Legs)
					}
					page, err := w.desk.History(t.Context(), w.tenant, Filter{Limit: 1})
					w.must(err)
					want := map[bool]State{true: StateEnded, false: StateMissed}[s.talked]
					if c := page.Calls[0]; c.State != want || s.talked && c.Answer.IsZero() {
						t.Fatalf("%v: %s, answered %v", order, c.State, c.Answer)
					}
				})
			})
		}
	}
}

// permute calls f with each order of the texts.
func permute(texts []string, f func([]string)) {
	var walk func(done, rest []string)
	walk = func(done, rest []string) {
		if len(rest) == 0 {
			f(append([]string{}, done...))
			return
		}
		for i := range rest {
			left := append(append([]string{}, rest[:i]...), rest[i+1:]...)
			walk(append(done[:len(done):len(done)], rest[i]), left)
		}
	}
	walk(nil, texts)
}

// TestTransfer: a call that is handed on leaves the one and rings at the other; hunt groups ring one after the other.
func TestTransfer(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindAnswered, "201"))
	w.pass(time.Minute)
	w.take(w.event(KindRinging, "202"))
	if len(w.sees("201")) != 1 || len(w.sees("202")) != 1 {
		t.Errorf("asking back: %v %v", w.sees("201"), w.sees("202"))
	}
	w.take(w.event(KindAnswered, "202"))
	if len(w.sees("201")) != 0 || len(w.sees("202")) != 1 {
		t.Errorf("handed on: %v %v", w.sees("201"), w.sees("202"))
	}
	w.take(w.event(KindEnded, "201"))
	if len(w.sees("202")) != 1 {
		t.Error("the first one hanging up ended it for the second")
	}
	w.take(w.event(KindEnded, "202"))
	if len(w.sees("202")) != 0 || w.kept().State != StateEnded {
		t.Errorf("at the end: %v", w.sees("202"))
	}
	hunt := func(e *Event) { e.CallID = "hunt" }
	w.take(w.event(KindRinging, "201", hunt), w.event(KindMissed, "201", hunt), w.event(KindRinging, "202", hunt))
	if len(w.sees("201")) != 0 || len(w.sees("202")) != 1 {
		t.Errorf("hunt group: %v %v", w.sees("201"), w.sees("202"))
	}
}

// TestAnew: a queue lets the same phone ring again in one call, and a call can be handed back; the phone system says so by later
// times. The same events once more change nothing.
func TestAnew(t *testing.T) {
	w := newWorld(t)
	at := func(kind Kind, device string, second int) Event {
		moment := w.now().Truncate(time.Second).Add(time.Duration(second) * time.Second)
		return w.event(kind, device, func(e *Event) {
			e.Start = moment
			switch kind {
			case KindAnswered:
				e.Start, e.Answer = w.now(), moment
			case KindEnded:
				e.Start, e.End = w.now(), moment
			}
		})
	}
	again := at(KindRinging, "201", 30)
	w.take(at(KindRinging, "201", 1), at(KindEnded, "201", 15), at(KindRinging, "202", 16), at(KindEnded, "202", 29), again)
	if diff := cmp.Diff([]string{"201 ringing Ada Muster"}, w.sees("201")); diff != "" {
		t.Errorf("second round: %s", diff)
	}
	w.take(at(KindAnswered, "201", 35), at(KindAnswered, "202", 60), at(KindEnded, "201", 61), at(KindAnswered, "201", 90))
	if diff := cmp.Diff([]string{"201 answered Ada Muster"}, w.sees("201")); diff != "" || len(w.sees("202")) != 0 {
		t.Errorf("handed back: %s %v", diff, w.sees("202"))
	}
	end := at(KindEnded, "201", 120)
	w.take(end)
	if taken := w.take(end, again); !taken.Repeat || len(w.sees("201")) != 0 {
		t.Errorf("old events once more: %+v %v", taken, w.sees("201"))
	}
}

// TestSidesOfACall: of an outbound call the called number is looked up, of an internal one nothing, and the tenant's own
// number is never the caller.
func TestSidesOfACall(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct {
		direction   Direction
		caller, ddi string
		want        Direction
		known       string // name of the match
		kind        string
	}{
		"inbound":                      {Inbound, "0201234567", "0205550000", Inbound, "Ada Muster", "fixed"},
		"inbound by default":           {"", "+31 20 123 4567", "", Inbound, "Ada Muster", "fixed"},
		"own number calls":             {Inbound, "0205550000", "", Inbound, "", "own"},
		"withheld":                     {Inbound, "anonymous", "", Inbound, "", "withheld"},
		"outbound":                     {Outbound, "201", "0201234567", Outbound, "Ada Muster", "fixed"},
		"outbound with own number":     {Outbound, "0205550000", "0612345678", Outbound, "Bo Tester", "mobile"},
		"outbound, caller is the peer": {Outbound, "0612345678", "0205550000", Outbound, "Bo Tester", "mobile"},
		"outbound that does not say":   {"", "201", "0201234567", Outbound, "Ada Muster", "fixed"},
		"internal":                     {Internal, "0201234567", "201", Internal, "", "internal"},
		"internal that does not say":   {"", "202", "201", Internal, "", "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			e := w.event(KindRinging, "201", func(e *Event) {
				e.CallID, e.Direction, e.Caller.Number, e.DDI.Number = name, tc.direction, tc.caller, tc.ddi
			})
			k := w.take(e).Known
			got := ""
			if len(k.Matches) > 0 {
				got = k.Matches[0].Name
			}
			if got != tc.known || k.Number.Kind != tc.kind {
				t.Errorf("%q, %s", got, k.Number.Kind)
			}
			e.Kind = KindEnded
			w.take(e)
			page, err := w.desk.History(t.Context(), w.tenant, Filter{Limit: 1})
			w.must(err)
			if page.Calls[0].Direction != tc.want {
				t.Errorf("direction %s", page.Calls[0].Direction)
			}
		})
	}
	colleague := w.take(w.event(KindRinging, "201", func(e *Event) { e.CallID, e.Direction, e.Caller.Number = "c", Internal, "202" }))
	if colleague.Known.Number.Name != "Agent 202" {
		t.Errorf("colleague: %+v", colleague.Known.Number)
	}
}

// TestWhoSees: an agent sees the calls of own devices; of called numbers and queues where the device is nobody's.
func TestWhoSees(t *testing.T) {
	w := newWorld(t)
	w.setPerson(w.agents["203"], func(p *tenant.Person) { p.DDIs = []string{"020 555 00 01"} })
	w.setPerson(w.agents["204"], func(p *tenant.Person) { p.Queues = []string{"Sales"} })
	for name, tc := range map[string]struct {
		change func(*Event)
		device string
		want   string
	}{
		"own device":          {func(*Event) {}, "201", "201"},
		"device as address":   {func(*Event) {}, "sip:201@pbx.example;transport=udp", "201"},
		"foreign device":      {func(*Event) {}, "999", ""},
		"called number":       {func(e *Event) { e.DDI.Number = "+31205550001" }, "999", "203"},
		"queue":               {func(e *Event) { e.Queue = "sales" }, "", "204"},
		"device beats queue":  {func(e *Event) { e.Queue = "sales" }, "202", "202"},
		"named by mail":       {func(e *Event) { e.Agent = "202@Example.com" }, "", "202"},
		"named by their name": {func(e *Event) { e.Agent = "agent  202" }, "999", "202"},
	} {
		t.Run(name, func(t *testing.T) {
			e := w.event(KindRinging, tc.device, tc.change, func(e *Event) { e.CallID = name })
			w.take(e)
			got := ""
			for _, d := range []string{"201", "202", "203", "204"} {
				if len(w.sees(d)) > 0 {
					got += d
				}
			}
			if got != tc.want {
				t.Errorf("seen by %q", got)
			}
			team := w.desk.Live(View{Tenant: w.tenant, Queue: "Sales"}).Calls
			if (len(team) == 1) != (e.Queue != "") {
				t.Errorf("the team sees %d", len(team))
			}
			w.take(w.event(KindEnded, "", func(e *Event) { e.CallID = name }))
		})
	}
}

// TestDeskPhone: a desk phone sends no call ids; its events belong to the call it has.
func TestDeskPhone(t *testing.T) {
	w := newWorld(t)
	none := func(e *Event) { e.CallID = "" }
	w.take(w.event(KindRinging, "201", none))
	w.take(w.event(KindAnswered, "201", none))
	if diff := cmp.Diff([]string{"201 answered Ada Muster"}, w.sees("201")); diff != "" {
		t.Error(diff)
	}
	w.take(w.event(KindEnded, "201", none, func(e *Event) { e.Caller.Number = "" }))
	w.pass(time.Minute)
	w.take(w.event(KindRinging, "201", none))
	page, err := w.desk.History(t.Context(), w.tenant, Filter{})
	w.must(err)
	if len(page.Calls) != 2 || page.Calls[1].State != StateEnded {
		t.Errorf("%+v", page.Calls)
	}
}

// TestForgotten: a call the phone system never ends does not ring for ever.
func TestForgotten(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindRinging, "202", func(e *Event) { e.CallID = "2" }), w.event(KindAnswered, "202", func(e *Event) { e.CallID = "2" }))
	w.pass(5 * time.Minute)
	w.desk.Sweep(t.Context())
	if len(w.sees("201")) != 0 || len(w.sees("202")) != 1 {
		t.Errorf("after minutes: %v %v", w.sees("201"), w.sees("202"))
	}
	w.pass(13 * time.Hour)
	w.desk.Sweep(t.Context())
	if len(w.sees("202")) != 0 {
		t.Errorf("after half a day: %v", w.sees("202"))
	}
}

// TestRefused: what cannot be an event is refused with a reason, and changes nothing.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("9", 600)
	for name, change := range map[string]func(*Event){
		"no kind":        func(e *Event) { e.Kind = "" },
		"direction":      func(e *Event) { e.Direction = "sideways" },
		"no call id":     func(e *Event) { e.CallID, e.Device = "", Party{} },
		"long call id":   func(e *Event) { e.CallID = long },
		"long number":    func(e *Event) { e.Caller.Number = long },
		"number in text": func(e *Event) { e.Caller.Number = strings.Repeat("1", 100) },
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := w.desk.Take(t.Context(), w.event(KindRinging, "201", change)); !errors.Is(err, ErrEvent) {
				t.Errorf("%v", err)
			}
		})
	}
	if got := w.desk.Live(View{Tenant: w.tenant}).Calls; len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestTooManyLive: a phone system that never ends a call cannot fill the memory; the oldest ends when there are too many.
func TestTooManyLive(t *testing.T) {
	w := newWorld(t)
	w.set("call_days", "0")
	for i := range keptAtMost + 50 {
		w.take(w.event(KindRinging, "999", func(e *Event) { e.CallID = strconv.Itoa(i) }))
	}
	if n := w.desk.Stats().Live; n != keptAtMost {
		t.Errorf("%d live calls", n)
	}
}

// TestRestingTenants: a tenant without calls costs the sweep nothing.
func TestRestingTenants(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindEnded, "201"))
	w.pass(10 * time.Minute)
	w.desk.Sweep(t.Context())
	w.desk.Sweep(t.Context())
	if r := w.desk.room(w.tenant); r.routes != nil || len(r.calls) != 0 {
		t.Errorf("%d calls and routes %v are kept", len(r.calls), r.routes != nil)
	}
	if w.take(w.event(KindRinging, "201", withID("2"))); len(w.sees("201")) != 1 {
		t.Error("the next call is not seen")
	}
}

// blind recognises nobody, because nothing can be read.
type blind struct{}

func (blind) Recognize(context.Context, *recognition.Question) (*recognition.Answer, error) {
	return nil, errors.New("disk on fire")
}

// TestCacheUnreadable: an agent whose phone rings sees it even while nobody can be looked up.
func TestCacheUnreadable(t *testing.T) {
	w := newWorld(t)
	w.desk.d.Recognizer = blind{}
	if k := w.take(w.event(KindRinging, "201")).Known; k.Number.Raw != "0201234567" || k.Matches == nil {
		t.Errorf("%+v", k)
	}
	if diff := cmp.Diff([]string{"201 ringing ?"}, w.sees("201")); diff != "" {
		t.Error(diff)
	}
}
