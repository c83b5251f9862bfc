package calls

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// everything is all that lies in the store.
func (w *world) everything() (all []byte, keys []string) {
	w.tb.Helper()
	w.must(w.desk.commits.flush(w.tb.Context()))
	w.must(w.store.View(w.tb.Context(), func(r store.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			keys = append(keys, string(pair.Key))
			all = append(append(all, pair.Key...), pair.Value...)
		}
		return nil
	}))
	return all, keys
}

func (w *world) history(f Filter) []Call {
	w.tb.Helper()
	page, err := w.desk.History(w.tb.Context(), w.tenant, f)
	w.must(err)
	return page.Calls
}

// withID makes an event one of another call.
func withID(id string) func(*Event) { return func(e *Event) { e.CallID = id } }

func from(number string) func(*Event) { return func(e *Event) { e.Caller.Number = number } }

// TestRestart: calls that went on go on after a restart, with their buttons, and an event sent again after it changes nothing.
func TestRestart(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindRinging, "202"), w.event(KindRinging, "203", withID("2")), w.event(KindEnded, "203", withID("2")))
	before := w.desk.Live(View{Tenant: w.tenant}).Calls
	w.restart()
	if diff := cmp.Diff([]string{"202 ringing Ada Muster"}, w.sees("202")); diff != "" {
		t.Error(diff)
	}
	after := w.desk.Live(View{Tenant: w.tenant}).Calls
	if len(after) != 1 || after[0].ID != before[0].ID || len(after[0].Known.Matches[0].Scripts) != 1 {
		t.Fatalf("after the restart: %+v", after)
	}
	for _, e := range []Event{w.event(KindRinging, "201"), w.event(KindEnded, "203", withID("2")), w.event(KindRinging, "203", withID("2"))} {
		if taken := w.take(e); !taken.Repeat {
			t.Errorf("%s of %s is taken for a new event", e.Kind, e.CallID)
		}
	}
	w.take(w.event(KindAnswered, "201"))
	if len(w.sees("202")) != 0 || len(w.history(Filter{})) != 2 {
		t.Errorf("%v, %d calls", w.sees("202"), len(w.history(Filter{})))
	}
}

// TestNothingInClear: what lies on the disk shows no number, no name and no device.
func TestNothingInClear(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201", func(e *Event) { e.Queue, e.Caller.Name, e.CallID = "Sales queue", "Ada calling", "visible-call-id" }), w.event(KindAnswered, "201"))
	all, keys := w.everything()
	for _, text := range []string{"201234567", "Muster", "Ada", "Agent 201", "Sales", "visible-call-id", "CRM"} {
		if bytes.Contains(all, []byte(text)) {
			t.Errorf("%q lies there in clear", text)
		}
	}
	for _, k := range keys {
		if !bytes.HasPrefix([]byte(k), append([]byte(w.tenant), '/')) {
			t.Errorf("key %q does not begin with the tenant", k)
		}
	}
}

// TestHistory: calls are found by what an agent looks for, page by page, and each sees the own ones.
func TestHistory(t *testing.T) {
	w := newWorld(t)
	for i, e := range []Event{
		w.event(KindRinging, "201"), w.event(KindRinging, "202", from("06 1234 5678")), w.event(KindRinging, "201", from("0800 0432")),
		w.event(KindRinging, "201", func(e *Event) { e.Direction, e.Caller.Number, e.DDI.Number = Outbound, "201", "0201234567" }),
	} {
		e.CallID = string(rune('a' + i))
		w.take(e)
		w.pass(time.Minute)
	}
	w.take(w.event(KindAnswered, "201", withID("a")))
	for name, tc := range map[string]struct {
		f    Filter
		want []string
	}{
		"all, newest first": {Filter{}, []string{"d", "c", "b", "a"}},
		"of an agent":       {Filter{Person: w.agents["202"]}, []string{"b"}},
		"outbound":          {Filter{Direction: Outbound}, []string{"d"}},
		"answered":          {Filter{State: StateAnswered}, []string{"a"}},
		"by name":           {Filter{Number: "muster"}, []string{"d", "a"}},
		"by digits":         {Filter{Number: "12 34 56 78"}, []string{"b"}},
		"since":             {Filter{From: w.now().Add(-150 * time.Second)}, []string{"d", "c"}},
		"until":             {Filter{To: w.now().Add(-150 * time.Second)}, []string{"b", "a"}},
	} {
		var got []string
		for _, c := range w.history(tc.f) {
			got = append(got, c.CallID)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	var got []string
	f := Filter{Limit: 3}
	for range 5 {
		page, err := w.desk.History(t.Context(), w.tenant, f)
		w.must(err)
		for _, c := range page.Calls {
			got = append(got, c.CallID)
		}
		if f.Before = page.Next; page.Next == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"d", "c", "b", "a"}, got); diff != "" {
		t.Errorf("page by page: %s", diff)
	}
}

// TestRetention: calls are erased when the tenant says, with everything that leads to them; 0 days keeps none at all.
func TestRetention(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindEnded, "201"))
	w.pass(89 * 24 * time.Hour)
	w.take(w.event(KindRinging, "202", withID("2")), w.event(KindEnded, "202", withID("2")))
	if n, err := w.desk.Purge(t.Context()); err != nil || n != 0 {
		t.Errorf("after 89 days %d were erased: %v", n, err)
	}
	w.pass(2 * 24 * time.Hour)
	n, err := w.desk.Purge(t.Context())
	if err != nil || n != 1 || len(w.history(Filter{})) != 1 {
		t.Errorf("after 91 days %d were erased: %v", n, err)
	}
	w.set("call_days", "0")
	if _, err := w.desk.Purge(t.Context()); err != nil {
		t.Error(err)
	}
	w.take(w.event(KindRinging, "203", withID("3")))
	if len(w.sees("203")) != 1 {
		t.Error("without a history nobody sees the call")
	}
	if _, keys := w.everything(); len(keys) != 0 {
		t.Errorf("without a history these are left: %v", keys)
	}
}

// TestWorksCouncil: where a tenant wants it, a call that is over does not say who took it.
func TestWorksCouncil(t *testing.T) {
	w := newWorld(t)
	w.set("calls_without_agents", "true")
	w.take(w.event(KindRinging, "201"), w.event(KindAnswered, "201"))
	if len(w.sees("201")) != 1 {
		t.Error("the agent does not see the call")
	}
	w.pass(time.Minute)
	w.take(w.event(KindEnded, "201"))
	c := w.kept()
	if c.Agent != "" || c.Legs[0].Agents != nil || c.Legs[0].Device != (Party{}) || c.State != StateEnded || c.Known.Matches[0].Name != "Ada Muster" {
		t.Errorf("%+v", c)
	}
	if got := w.history(Filter{Person: w.agents["201"]}); len(got) != 0 {
		t.Errorf("listed with the agent: %+v", got)
	}
	w.restart()
	if taken := w.take(w.event(KindEnded, "")); taken.Repeat != true {
		t.Log("an end without a device is applied once more") // it says nothing of a device
	}
}

// TestRelabel: an unknown call of the last days is known after the sync that brought its contact; one that was known stays as
// it was; older ones are left alone.
func TestRelabel(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201", withID("old"), from("0201112233")), w.event(KindEnded, "201", withID("old")))
	w.pass(15 * 24 * time.Hour)
	w.take(w.event(KindRinging, "201", withID("new"), from("0201112233")), w.event(KindEnded, "201", withID("new")))
	w.take(w.event(KindRinging, "201", withID("live"), from("0201112233")))
	w.take(w.event(KindRinging, "201", withID("known")), w.event(KindEnded, "201", withID("known")))
	w.publish(w.in, contact{"Ada Changed", "", "020 123 4567"}, contact{"Cleo New", "", "020 111 2233"})
	n, err := w.desk.relabel(t.Context(), w.tenant)
	if err != nil || n != 2 {
		t.Errorf("%d relabelled: %v", n, err)
	}
	names := map[string]string{}
	for _, c := range w.history(Filter{}) {
		for _, m := range c.Known.Matches {
			names[c.CallID] = m.Name
		}
	}
	if diff := cmp.Diff(map[string]string{"new": "Cleo New", "live": "Cleo New", "known": "Ada Muster"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"201 ringing Cleo New"}, w.sees("201")); diff != "" {
		t.Errorf("on the live call: %s", diff)
	}
	if n, err := w.desk.relabel(t.Context(), w.tenant); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}

// TestLink: "This is …" is known at once, on the live call, in the history and to whoever asks, and lives until the CRM
// carries the number.
func TestLink(t *testing.T) {
	w := newWorld(t)
	agent := tenant.Actor{Kind: tenant.ActorPerson, ID: string(w.agents["201"]), Account: w.tenant, Role: tenant.RoleAgent}
	w.take(w.event(KindRinging, "202", withID("past"), from("0201112233")), w.event(KindEnded, "202", withID("past")))
	w.take(w.event(KindRinging, "201", from("0201112233")))
	link, err := w.desk.Link(t.Context(), agent, w.tenant, Said{Number: "020 111 2233", Name: "Dee Link", Company: "Deeds"})
	w.must(err)
	if diff := cmp.Diff([]string{"201 ringing Dee Link"}, w.sees("201")); diff != "" {
		t.Error(diff)
	}
	known := w.take(w.event(KindRinging, "203", withID("next"), from("+31 20 111 22 33"))).Known
	if m := known.Matches; len(m) != 1 || m[0].Company != "Deeds" || m[0].Quality != "exact" || m[0].Integration.ID != "" {
		t.Errorf("next call: %+v", known)
	}
	if _, err := w.desk.relabel(t.Context(), w.tenant); err != nil { // the desk does it by itself, a moment later
		t.Error(err)
	}
	for _, c := range w.history(Filter{}) {
		if len(c.Known.Matches) != 1 || c.Known.Matches[0].Name != "Dee Link" {
			t.Errorf("history: %s: %+v", c.CallID, c.Known)
		}
	}

	// A contact that has another number in the CRM is found as it is there now.
	record := Record{Integration: w.in.Integration, Type: "contact", ID: "Bo Tester"}
	_, err = w.desk.Link(t.Context(), agent, w.tenant, Said{Number: "020 111 2233", Via: "06 1234 5678", Record: record})
	w.must(err)
	known = w.take(w.event(KindRinging, "203", withID("bo"), from("0201112233"))).Known
	if m := known.Matches; len(m) != 1 || m[0].Name != "Bo Tester" || len(m[0].Scripts) != 1 {
		t.Errorf("of a contact: %+v", known.Matches)
	}
	if all, err := w.dir.Links(t.Context(), w.tenant); err != nil || len(all) != 1 || all[0].ID == link.ID || all[0].By != w.agents["201"] {
		t.Errorf("one link each number: %+v %v", all, err)
	}

	w.publish(w.in, contact{"Eve Owner", "", "020 111 2233"}, contact{"Bo Tester", "", "06 1234 5678"})
	known = w.take(w.event(KindRinging, "203", withID("eve"), from("0201112233"))).Known
	if m := known.Matches; len(m) != 1 || m[0].Name != "Eve Owner" {
		t.Errorf("the CRM comes first: %+v", m)
	}
	if _, err := w.desk.relabel(t.Context(), w.tenant); err != nil {
		t.Error(err)
	}
	if all, err := w.dir.Links(t.Context(), w.tenant); err != nil || len(all) != 0 {
		t.Errorf("after the sync: %+v %v", all, err)
	}
	for name, s := range map[string]Said{
		"no number": {Number: "Ada", Name: "x"}, "nobody": {Number: "0201112244"},
		"no such contact": {Number: "0201112244", Via: "06 1234 5678", Record: Record{Integration: w.in.Integration, Type: "contact", ID: "other"}},
	} {
		if _, err := w.desk.Link(t.Context(), agent, w.tenant, s); !errors.Is(err, tenant.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.dir.RemoveLink(t.Context(), agent, w.tenant, link.ID); !errors.Is(err, tenant.ErrForbidden) {
		t.Errorf("an agent removed a link: %v", err)
	}
}

// TestChoice: which of several contacts was meant is remembered for the number, for the agent first.
func TestChoice(t *testing.T) {
	w := newWorld(t)
	w.publish(w.in, contact{"Ada Muster", "", "020 123 4567"}, contact{"Bert Muster", "", "020 123 4567"})
	w.take(w.event(KindRinging, "201"))
	view := func(device string) *Record {
		t.Helper()
		calls := w.desk.Live(View{Tenant: w.tenant, Person: w.agents[device]}).Calls
		if len(calls) != 1 {
			t.Fatalf("%d calls", len(calls))
		}
		return calls[0].Chosen
	}
	if view("201") != nil {
		t.Error("chosen before anybody did")
	}
	ada := Record{Integration: w.in.Integration, Type: "contact", ID: "Ada Muster"}
	bert := Record{Integration: w.in.Integration, Type: "contact", ID: "Bert Muster"}
	id := w.desk.Live(View{Tenant: w.tenant}).Calls[0].ID
	w.must(w.desk.Choose(t.Context(), w.tenant, w.agents["201"], id, bert))
	if got := view("201"); got == nil || *got != bert {
		t.Errorf("on the same call: %v", got)
	}
	w.must(w.desk.Choose(t.Context(), w.tenant, w.agents["202"], id, ada))
	w.take(w.event(KindEnded, ""))
	w.restart()
	for device, want := range map[string]Record{"201": bert, "202": ada, "203": ada} {
		w.take(w.event(KindRinging, device, withID(device)))
		if got := view(device); got == nil || *got != want {
			t.Errorf("%s: %v, want %v", device, got, want)
		}
	}
	if err := w.desk.Choose(t.Context(), w.tenant, "", id, Record{ID: "nobody"}); !errors.Is(err, ErrNoCall) {
		t.Errorf("a contact that is not there: %v", err)
	}
}

// TestErase: an integration, a person and a tenant leave no trace in calls, neither in memory nor in the store.
func TestErase(t *testing.T) {
	w := newWorld(t)
	second := w.integration("Second", contact{"Ada in Second", "", "020 123 4567"})
	w.take(w.event(KindRinging, "201"), w.event(KindAnswered, "201"))
	w.take(w.event(KindRinging, "202", withID("2")), w.event(KindEnded, "202", withID("2")))
	names := func() (all []string) {
		for _, c := range append(w.history(Filter{}), w.desk.Live(View{Tenant: w.tenant}).Calls...) {
			for _, m := range c.Known.Matches {
				all = append(all, m.Name)
			}
		}
		slices.Sort(all)
		return all
	}
	if got := names(); len(got) != 6 {
		t.Fatalf("before: %v", got)
	}
	erasure, err := w.dir.RemoveIntegration(t.Context(), by, w.tenant, second.Integration)
	w.must(err)
	for _, m := range w.kept2(2).Known.Matches {
		if m.Name == "Ada in Second" {
			t.Error("readable without the integration's key")
		}
	}
	n, err := w.desk.EraseIntegration(t.Context(), w.tenant, erasure.Integration)
	if err != nil || n != 2 {
		t.Errorf("%d calls, %v", n, err)
	}
	if diff := cmp.Diff([]string{"Ada Muster", "Ada Muster", "Ada Muster"}, names()); diff != "" {
		t.Errorf("after the integration: %s", diff)
	}

	w.must(w.dir.RemovePerson(t.Context(), by, w.tenant, w.agents["201"]))
	if n, err := w.desk.ErasePerson(t.Context(), w.tenant, w.agents["201"]); err != nil || n != 1 {
		t.Errorf("%d calls, %v", n, err)
	}
	for _, c := range append(w.history(Filter{}), w.desk.Live(View{Tenant: w.tenant}).Calls...) {
		if c.Agent == "Agent 201" || c.Of(w.agents["201"]) {
			t.Errorf("still names the person: %+v", c)
		}
	}
	if _, keys := w.everything(); slices.ContainsFunc(keys, func(k string) bool { return bytes.Contains([]byte(k), []byte(w.agents["201"])) }) {
		t.Errorf("a key names the person: %v", keys)
	}

	if n, err := w.desk.EraseTenant(t.Context(), w.tenant); err != nil || n == 0 {
		t.Errorf("%d records, %v", n, err)
	}
	if _, keys := w.everything(); len(keys) != 0 || len(w.desk.Live(View{Tenant: w.tenant}).Calls) != 0 {
		t.Errorf("after the tenant: %v", keys)
	}
}

// kept2 is the call of that id.
func (w *world) kept2(at int) Call { return w.history(Filter{})[at-1] }

// TestIDsAreUsedAgain: a phone system that counts anew after a restart begins new calls with old ids.
func TestIDsAreUsedAgain(t *testing.T) {
	w := newWorld(t)
	w.take(w.event(KindRinging, "201"), w.event(KindEnded, "201"))
	w.pass(25 * time.Hour)
	if taken := w.take(w.event(KindRinging, "201")); taken.Repeat || len(w.sees("201")) != 1 || len(w.history(Filter{})) != 2 {
		t.Errorf("%+v, %v, %d calls", taken, w.sees("201"), len(w.history(Filter{})))
	}
}

// TestDiskFull: what could not be kept is not acknowledged, and sending it again keeps it once there is room.
func TestDiskFull(t *testing.T) {
	w := newWorld(t)
	full := &fullDisk{Store: w.store}
	full.full.Store(true)
	w.desk.commits.store = full
	if _, err := w.desk.Take(t.Context(), w.event(KindRinging, "201")); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("acknowledged: %v", err)
	}
	if len(w.sees("201")) != 1 {
		t.Error("the agent does not see the call")
	}
	full.full.Store(false)
	if taken := w.take(w.event(KindRinging, "201")); !taken.Repeat || len(w.history(Filter{Person: w.agents["201"]})) != 1 {
		t.Errorf("%+v, %d calls", taken, len(w.history(Filter{})))
	}
	w.restart()
	if len(w.sees("201")) != 1 {
		t.Error("lost by a restart")
	}
}
