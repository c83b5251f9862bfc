package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// PageServer is a server as pages need it.
type PageServer struct {
	Handler   http.Handler
	URL       string
	Paths     []string // of pages, with parameters as in /systems/:system
	Directory *tenant.Directory
	Setup     *setup.Setup
	Jobs      *jobs.Scheduler
	Calls     *calls.Desk
	Notices   *notice.Desk
	Close     func() error
}

const (
	pageOf       = 200 // contacts of the other integrations
	pagePassword = "a password of the benchmark"
	pageTenant   = "Looked at"
)

// fillPages makes a tenant with much of everything, below a reseller who has many others.
func (r *Run) fillPages(ctx context.Context, s PageServer, size PageSizes) error {
	reseller, err := s.Directory.AddReseller(ctx, actor(), map[string]string{"name": "Reseller"})
	if err != nil {
		return err
	}
	looked, err := s.Directory.AddTenant(ctx, actor(), reseller.ID, map[string]string{"name": pageTenant, "region": "NL", "timezone": "Europe/Amsterdam"})
	if err != nil {
		return err
	}
	for role, account := range map[tenant.Role]tenant.ID{
		tenant.RoleOperator: s.Directory.Operator(), tenant.RoleReseller: reseller.ID, tenant.RoleAdmin: looked.ID, tenant.RoleAgent: looked.ID,
	} {
		p := tenant.Person{Account: account, Email: string(role) + "@bench.example", Role: role}
		if role == tenant.RoleAgent {
			p.Devices = []tenant.Device{{Number: "200"}}
		}
		if _, err := s.Directory.AddPerson(ctx, actor(), p, tenant.NewSecret(pagePassword)); err != nil {
			return err
		}
	}
	for _, fill := range []func(context.Context, PageServer, tenant.ID, PageSizes) error{fillPeople, fillSystems, fillScripts, fillLinks} {
		if err := fill(ctx, s, looked.ID, size); err != nil {
			return err
		}
	}
	show, end := r.progress("filling integrations")
	refs, err := fillIntegrations(ctx, s, looked.ID, size, show)
	end()
	if err != nil {
		return err
	}
	if err := fillPageCalls(ctx, s, looked.ID, size); err != nil {
		return err
	}
	fillNotices(ctx, s, refs)
	show, end = r.progress("filling tenants")
	defer end()
	for i := range size.Tenants {
		show(i, size.Tenants)
		a, err := s.Directory.AddTenant(ctx, actor(), reseller.ID, map[string]string{"name": fmt.Sprintf("Tenant %03d", i), "region": "NL"})
		if err != nil {
			return err
		}
		if _, err := synced(ctx, s, a.ID, "CRM", spreadsheet(50, i)); err != nil {
			return err
		}
	}
	return nil
}

func fillIntegrations(ctx context.Context, s PageServer, t tenant.ID, size PageSizes, show func(done, total int)) (refs []cache.Ref, err error) {
	for i := range size.Integrations {
		show(i, size.Integrations)
		contacts := pageOf
		if i == 0 {
			contacts = size.Contacts
		}
		in, err := synced(ctx, s, t, fmt.Sprintf("CRM %02d", i), spreadsheet(contacts, i*1000))
		if err != nil {
			return nil, err
		}
		refs = append(refs, in)
	}
	for range size.runs() - 1 {
		if err := again(ctx, s, refs[0]); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// synced is an integration that has read a spreadsheet.
func synced(ctx context.Context, s PageServer, t tenant.ID, name, sheet string) (cache.Ref, error) {
	i, err := s.Setup.Add(ctx, actor(), t, setup.Draft{Name: name, Preset: "csv"})
	if err != nil {
		return cache.Ref{}, err
	}
	if _, err := s.Setup.Upload(ctx, t, i.ID, "contacts.csv", strings.NewReader(sheet)); err != nil {
		return cache.Ref{}, err
	}
	if err := s.Setup.UseUpload(ctx, actor(), t, i.ID); err != nil {
		return cache.Ref{}, err
	}
	in := cache.Ref{Tenant: t, Integration: i.ID}
	return in, again(ctx, s, in)
}

func again(ctx context.Context, s PageServer, in cache.Ref) error {
	id, err := s.Jobs.Sync(ctx, in, jobs.Full, jobs.Manual)
	if err != nil {
		return err
	}
	run, err := s.Jobs.Wait(ctx, in, id)
	if err == nil && run.State != jobs.Succeeded {
		err = fmt.Errorf("run of %s: %s %s", in.Integration, run.State, run.Error)
	}
	return err
}

// spreadsheet has contacts as people type them: one in ten of their numbers is none, one in five is a neighbour's, one in a
// hundred the switchboard's.
func spreadsheet(contacts, from int) string {
	var b strings.Builder
	b.WriteString("Name,Company,Phone,E-mail\n")
	for n := range contacts {
		e := entry{(from + n) * len(plans)} // Dutch ones
		_, number := e.national()
		switch {
		case n%10 == 3:
			number = "06-12"
		case n%100 == 7:
			_, number = entry{from * len(plans)}.national()
		case n%5 == 1:
			_, number = entry{(from + n - 1) * len(plans)}.national()
		}
		fmt.Fprintf(&b, "%s,Company %d BV,%s,contact.%d@company.example\n", e.name(), n/7, number, n)
	}
	return b.String()
}

func fillPeople(ctx context.Context, s PageServer, t tenant.ID, size PageSizes) error {
	for i := range size.people() {
		p, err := s.Directory.AddPerson(ctx, actor(), tenant.Person{
			Account: t, Email: fmt.Sprintf("agent%d@bench.example", i), Name: fmt.Sprintf("Agent %d", i), Role: tenant.RoleAgent,
			Devices: []tenant.Device{{Number: fmt.Sprint(1000 + i)}},
		}, tenant.Secret{})
		if err != nil {
			return err
		}
		for range 5 { // for the audit log
			if _, err := s.Directory.SetPerson(ctx, actor(), t, p.ID, func(p *tenant.Person) error { p.Name += " x"; return nil }); err != nil {
				return err
			}
		}
	}
	return nil
}

func fillSystems(ctx context.Context, s PageServer, t tenant.ID, _ PageSizes) error {
	for i := range 10 {
		system, err := s.Directory.AddSystem(ctx, actor(), t, map[string]string{"name": fmt.Sprintf("System %d", i)})
		if err != nil {
			return err
		}
		for n := range 5 {
			_, _, err := s.Directory.AddKey(ctx, actor(), tenant.Key{Name: fmt.Sprintf("Key %d", n), Tenant: t, System: system.ID, Scopes: tenant.ScopeMatch})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func fillScripts(ctx context.Context, s PageServer, t tenant.ID, _ PageSizes) error {
	for i := range 50 {
		if _, err := s.Directory.AddScript(ctx, actor(), t, tenant.Script{Name: fmt.Sprintf("Script %d", i), URL: "https://bench.example/?q=#(Caller number)"}); err != nil {
			return err
		}
	}
	return nil
}

func fillLinks(ctx context.Context, s PageServer, t tenant.ID, size PageSizes) error {
	for i := range size.links() {
		if _, err := s.Directory.AddLink(ctx, actor(), t, tenant.Link{Number: entry{(900_000 + i) * len(plans)}.e164(), Name: fmt.Sprintf("Person %d", i)}); err != nil {
			return err
		}
	}
	return nil
}

func fillPageCalls(ctx context.Context, s PageServer, t tenant.ID, size PageSizes) error {
	var g errgroup.Group
	g.SetLimit(callSenders)
	for i := range size.calls() {
		g.Go(func() error {
			for _, kind := range []calls.Kind{calls.KindRinging, calls.KindAnswered, calls.KindEnded} {
				_, err := s.Calls.Take(ctx, calls.Event{
					Tenant: t, CallID: fmt.Sprint(i), Kind: kind, Caller: calls.Party{Number: entry{i * len(plans)}.e164()},
					Device: calls.Party{Number: fmt.Sprint(1000 + i%size.people())},
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// fillNotices says of every integration that its secret ends soon, after three other occasions that are over.
func fillNotices(ctx context.Context, s PageServer, refs []cache.Ref) {
	there := func(cache.Ref) bool { return true }
	for _, kind := range []notice.Kind{notice.Held, notice.Stale, notice.Failing, notice.Expiring} {
		var all []notice.Condition
		for _, in := range refs {
			all = append(all, notice.Condition{In: in, Kind: kind, Since: time.Now()})
		}
		s.Notices.Compare(ctx, all, there)
	}
}

// visitors are signed in, each with the ids of what there is.
func (r *Run) visitors(ctx context.Context, s PageServer) ([]*visitor, error) {
	looked, err := s.Directory.Find(ctx, actor(), pageTenant)
	if err != nil {
		return nil, err
	}
	ids, err := pageIDs(ctx, s, looked.ID)
	if err != nil {
		return nil, err
	}
	var all []*visitor
	for _, of := range []struct {
		role    string
		further []string
	}{
		{"admin", []string{
			"/people?page=3", "/people?search=agent+29", "/audit?search=nowhere", "/calls?unknown=true", "/calls?number=9999999", "/calls/links?page=5",
			"/look-up?number=" + url.QueryEscape(entry{0}.e164()), "/integrations/new?search=sales", "/integrations/:integration/report?page=20",
			"/integrations/:integration/report?only=unparsable", "/notices?page=2",
		}},
		{"agent", nil},
		{"reseller", []string{"/tenants?only=trouble"}},
		{"operator", []string{"/tenants?page=3", "/tenants?search=19", "/tenants?only=trouble"}},
	} {
		v, err := newVisitor(s, of.role, ids, of.further...)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	for _, v := range all {
		if err := v.signIn(v.role + "@bench.example"); err != nil {
			return nil, err
		}
	}
	got := all[0].post("/integrations/"+ids["integration"]+"/setup", url.Values{"step": {"crm"}})
	if !strings.HasSuffix(got.location, "/setup/crm") {
		return nil, fmt.Errorf("begin a change of the integration: %d %s", got.status, got.location)
	}
	ids["draft"] = path.Base(strings.TrimSuffix(got.location, "/setup/crm"))
	return all, nil
}

func pageIDs(ctx context.Context, s PageServer, t tenant.ID) (map[string]string, error) {
	snapshot, err := s.Directory.Snapshot(ctx, t)
	if err != nil {
		return nil, err
	}
	ids := map[string]string{
		"tenant": string(t), "system": string(snapshot.Systems[0].ID), "script": string(snapshot.Scripts[0].ID),
		"person": string(snapshot.People[0].ID), "preset": "csv",
	}
	for _, i := range snapshot.Integrations {
		if i.Name == "CRM 00" {
			ids["integration"] = string(i.ID)
		}
	}
	runs, err := s.Jobs.Runs(ctx, cache.Ref{Tenant: t, Integration: tenant.IntegrationID(ids["integration"])}, 1)
	if err == nil && len(runs) > 0 {
		ids["run"] = string(runs[0].ID)
	}
	return ids, err
}
