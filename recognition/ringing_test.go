package recognition

import (
	"slices"
	"testing"

	"github.com/ringdex/ringdex/tenant"
)

// asked are the scripts whose requests a call from a number asks for.
func (w *world) asked(number string) []string {
	w.tb.Helper()
	a, err := w.rec.Recognize(w.tb.Context(), &Question{Tenant: w.tenant, Number: number, DeviceNumber: "201", CallID: "c1"})
	w.must(err)
	var ids []string
	for _, one := range a.Actions() {
		ids = append(ids, string(one.Script))
	}
	slices.Sort(ids)
	return ids
}

// Promise: scripts the server acts on are never buttons; each is asked for by the calls it is for, and by none while its
// integration is disabled.
func TestServerScripts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := &tenant.ServerRequest{Method: "post", JSON: `{"n":"#(Caller number|e164)"}`}
	script := func(id tenant.ScriptID, when tenant.When, url string) tenant.Script {
		return tenant.Script{ID: id, Name: string(id), URL: url, When: when, Server: request}
	}
	always, match, noMatch, broken := tenant.NewScriptID(), tenant.NewScriptID(), tenant.NewScriptID(), tenant.NewScriptID()
	in := w.integrationOf(tenant.Integration{Name: "CRM", Options: map[string]string{"domain": "crm.example"}, Scripts: []tenant.Script{
		script(always, tenant.WhenAlways, "https://$(option.domain)/a"), script(match, "", "https://$(option.domain)/$(Email)"),
		script(noMatch, tenant.WhenNoMatch, "https://x.example/n"), script(broken, tenant.WhenAlways, "https://x.example/$(Nobody)"),
	}}, contact("Ada Muster", "Muster AG", "+31201234567"))
	own, err := w.dir.AddScript(t.Context(), by, w.tenant, tenant.Script{Name: "Own", URL: "https://own.example/", Server: request})
	w.must(err)

	sorted := func(ids ...tenant.ScriptID) []string {
		var list []string
		for _, id := range ids {
			list = append(list, string(id))
		}
		slices.Sort(list)
		return list
	}
	if got, want := w.asked("0201234567"), sorted(always, match, own.ID); !slices.Equal(got, want) {
		t.Errorf("known: %v, want %v", got, want)
	}
	if got, want := w.asked("0207654321"), sorted(always, noMatch, own.ID); !slices.Equal(got, want) {
		t.Errorf("unknown: %v, want %v", got, want)
	}
	a, err := w.rec.Recognize(t.Context(), &Question{Tenant: w.tenant, Number: "0201234567"})
	w.must(err)
	if own, of := a.Scripts(), a.ScriptsOf(&a.Matches()[0]); len(own)+len(of) != 0 {
		t.Errorf("buttons: %v, %v", own, of)
	}
	w.change(in, func(i *tenant.Integration) { i.State = tenant.StateDisabled })
	if got, want := w.asked("0201234567"), sorted(own.ID); !slices.Equal(got, want) {
		t.Errorf("disabled: %v, want %v", got, want)
	}
}

// Promise: an integration of scripts alone offers them beside the matches; an address an admin gave is a template, and one
// that is not set offers nothing.
func TestScriptsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rec.d.Options = func(i tenant.Integration) map[string]string {
		all := map[string]string{"domain": "https://default.example/?q=#(Caller number|e164)"}
		for name, value := range i.Options {
			all[name] = value
		}
		return all
	}
	alone := tenant.Integration{Name: "Search", Scripts: []tenant.Script{
		{Name: "Search", URL: "$(option.domain)", When: tenant.WhenAlways}, {Name: "New", URL: "$(option.other)", When: tenant.WhenNoMatch},
	}}
	in := w.integrationOf(alone)
	urls := func() (list []string) {
		a, err := w.rec.Recognize(t.Context(), &Question{Tenant: w.tenant, Number: "0207654321"})
		w.must(err)
		for _, b := range a.Scripts() {
			list = append(list, b.URL)
		}
		return list
	}
	if got := urls(); !slices.Equal(got, []string{"https://default.example/?q=%2B31207654321"}) {
		t.Errorf("default: %v", got)
	}
	w.change(in, func(i *tenant.Integration) {
		i.Options = map[string]string{"domain": "https://own.example/#(Caller number|national)", "other": "https://new.example/?t=#(Caller number)"}
	})
	if got := urls(); !slices.Equal(got, []string{"https://own.example/0207654321", "https://new.example/?t=0207654321"}) {
		t.Errorf("own: %v", got)
	}
	for _, bad := range []string{"https://$(option.domain)/x", "javascript:#(Caller number)", "https://x.example/$(Email)"} {
		w.change(in, func(i *tenant.Integration) { i.Options = map[string]string{"domain": bad} })
		got := urls()
		if bad == "https://x.example/$(Email)" {
			continue // the names of this world allow fields; those of scripts alone do not
		}
		if len(got) != 0 {
			t.Errorf("%s: %v", bad, got)
		}
	}
}
