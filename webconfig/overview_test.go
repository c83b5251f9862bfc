package webconfig

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// sheet is a spreadsheet with so many contacts.
func sheet(contacts int) string {
	var b strings.Builder
	b.WriteString("Name,Phone\n")
	for n := range contacts {
		fmt.Fprintf(&b, "Person %d,0612345%03d\n", n, n)
	}
	return b.String()
}

// synced is an integration that reads an uploaded spreadsheet, after its first synchronisation.
func (w *world) synced(t tenant.ID, contacts int) tenant.Integration {
	w.t.Helper()
	ctx := w.t.Context()
	i, err := w.Setup.Add(ctx, command, t, setup.Draft{Name: "Sheet", Preset: "csv"})
	w.must(err)
	w.read(i, contacts)
	return i
}

// read synchronises an integration with a new spreadsheet.
func (w *world) read(i tenant.Integration, contacts int) jobs.Run {
	w.t.Helper()
	return w.readText(i, sheet(contacts))
}

// readText synchronises an integration with a file that says this.
func (w *world) readText(i tenant.Integration, text string) jobs.Run {
	w.t.Helper()
	ctx := w.t.Context()
	_, err := w.Setup.Upload(ctx, i.Tenant, i.ID, "sheet.csv", strings.NewReader(text))
	w.must(err)
	w.must(w.Setup.UseUpload(ctx, command, i.Tenant, i.ID))
	id, err := w.Jobs.Sync(ctx, refOf(i), jobs.Full, jobs.Manual)
	w.must(err)
	run, err := w.Jobs.Wait(ctx, refOf(i), id)
	w.must(err)
	return run
}

func (w *world) numbers(i tenant.Integration) int {
	w.t.Helper()
	s, err := w.Cache.Status(w.t.Context(), refOf(i))
	w.must(err)
	if s.Published == nil {
		return 0
	}
	return s.Published.Counts.Numbers
}

// TestHeld guards that a synchronisation that would lose most contacts waits for a person, who sees why and accepts or discards
// it, and that the one before can be brought back. Whoever looks after many tenants finds it in the list of those that need somebody.
func TestHeld(t *testing.T) {
	w := newWorld(t)
	c := w.customer("mine", "")
	i := w.synced(c.id, 200)
	b, at := w.signedInAs("admin@mine.example"), "/integrations/"+string(i.ID)
	if run := w.read(i, 20); run.State != jobs.Held {
		t.Fatalf("the run is %s", run.State)
	}
	if page := b.get(at).body; !strings.Contains(page, "A synchronisation waits for you") || !strings.Contains(page, "200 now, 20 afterwards") {
		t.Error("the overview does not say what waits")
	}
	w.person(w.Directory.Operator(), "op@house.example", tenant.RoleOperator)
	operator := w.signedInAs("op@house.example")
	if page := operator.get("/tenants?only=trouble").body; !strings.Contains(page, string(c.id)) {
		t.Error("the operator does not find the tenant among those that need somebody")
	}
	b.post(at + "/discard")
	if page := operator.get("/tenants?only=trouble").body; strings.Contains(page, string(c.id)) {
		t.Error("the operator finds the tenant among those that need somebody after all was decided")
	}
	if n := w.numbers(i); n != 200 {
		t.Errorf("%d numbers after it was discarded", n)
	}
	w.read(i, 20)
	if got := b.post(at + "/accept"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("accept: %d", got.StatusCode)
	}
	if n := w.numbers(i); n != 20 {
		t.Errorf("%d numbers after it was accepted", n)
	}
	if page := b.get(at).body; strings.Contains(page, "waits for you") || !strings.Contains(page, "these contacts are recognised now") {
		t.Error("the overview does not say that it was accepted")
	}
	b.post(at + "/roll-back")
	if n := w.numbers(i); n != 200 {
		t.Errorf("%d numbers after rolling back", n)
	}
	if got := b.post(at + "/accept"); got.StatusCode != http.StatusSeeOther || !strings.Contains(b.get(at).body, "That is gone") {
		t.Error("accepting nothing does not say so")
	}
}

// TestDisabled guards that matches stop before the answer to Disable and return with Enable, and that an integration of another
// tenant stays as it is whoever asks.
func TestDisabled(t *testing.T) {
	w := newWorld(t)
	mine, other := w.customer("mine", ""), w.customer("other", "")
	i, theirs := w.synced(mine.id, 3), w.synced(other.id, 3)
	matches := func(c tenant.ID) int {
		a, err := w.Recognizer.Recognize(t.Context(), &recognition.Question{Tenant: c, Number: "0612345001"})
		w.must(err)
		return len(a.Matches())
	}
	b := w.signedInAs("admin@mine.example")
	b.post("/integrations/" + string(theirs.ID) + "/disable")
	b.post("/integrations/"+string(theirs.ID)+"/delete", "name", "Sheet")
	if matches(mine.id) != 1 || matches(other.id) != 1 {
		t.Fatal("the contacts are not recognised")
	}
	b.post("/integrations/" + string(i.ID) + "/disable")
	if matches(mine.id) != 0 {
		t.Error("it is recognised while it is disabled")
	}
	b.post("/integrations/" + string(i.ID) + "/enable")
	if matches(mine.id) != 1 {
		t.Error("it is not recognised after it was enabled")
	}
	if page := b.get("/look-up?number=0612345001").body; !strings.Contains(page, "Person 1") || strings.Contains(page, string(theirs.ID)) {
		t.Error("the look-up page does not show the contact, or another tenant's integration")
	}
	if page := b.get("/integrations/" + string(i.ID) + "/report.csv"); page.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("the report is %q", page.Header.Get("Content-Type"))
	}
}

// TestCallsAreOnesOwn guards that an agent's history has the own calls only, and that a page named by a call that does not exist
// is not found.
func TestCallsAreOnesOwn(t *testing.T) {
	w := newWorld(t)
	c := w.customer("mine", "")
	_, err := w.Directory.SetPerson(t.Context(), command, c.id, c.agent.ID, func(p *tenant.Person) error {
		p.Devices = []tenant.Device{{Number: "201"}}
		return nil
	})
	w.must(err)
	for device, number := range map[string]string{"201": "0612345001", "202": "0612345002"} {
		_, err := w.Calls.Take(t.Context(), calls.Event{
			Tenant: c.id, CallID: device, Kind: calls.KindRinging, Caller: calls.Party{Number: number}, Device: calls.Party{Number: device},
		})
		w.must(err)
	}
	agent, admin := w.signedInAs("agent@mine.example"), w.signedInAs("admin@mine.example")
	if page := agent.get("/calls").body; !strings.Contains(page, "0612345001") || strings.Contains(page, "0612345002") {
		t.Error("the agent's history is not the agent's")
	}
	if page := admin.get("/calls").body; !strings.Contains(page, "0612345001") || !strings.Contains(page, "0612345002") {
		t.Error("the admin's history lacks a call")
	}
	if page := agent.get("/calls?agent=" + string(c.admin.ID)).body; strings.Contains(page, "0612345002") {
		t.Error("an agent sees another's calls by asking for them")
	}
	if got := admin.get("/calls?before=nothing"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", got.StatusCode)
	}
}
