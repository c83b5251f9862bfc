package recognition

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

// The body of GET /v1/match is exactly the contract's.
func TestBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.integrationOf(tenant.Integration{
		Name: `North "Wind"`, Options: map[string]string{"domain": "acme.example"},
		Scripts: []tenant.Script{
			{ID: "s_aaaaaaaaaaaaa", Name: "Open", URL: "$(PopUpUri)", Pop: true},
			{ID: "s_bbbbbbbbbbbbb", Name: "Tier", URL: "https://$(option.domain)/t?tier=$(Tier)&n=#(Caller number)&d=#(Device number)&c=#(Call id)"},
		},
	}, person{Name: "Ada Muster", Company: "Muster & Zn", Phones: []string{"+31612345678"}, Fields: []cache.Field{{Name: "Tier", Value: "a&b"}}})
	_, err := w.dir.AddScript(t.Context(), by, w.tenant, button("Search", "https://search.example/?q=#(Caller number|e164)", ""))
	w.must(err)
	a := w.asks(Question{Number: "0612345678", DeviceNumber: "201", CallID: "c/1"})
	var got, want any
	w.must(json.Unmarshal(a.AppendJSON(nil), &got))
	standAlone := got.(map[string]any)["scripts"].([]any)[0].(map[string]any)["id"]
	w.must(json.Unmarshal([]byte(strings.NewReplacer("IN", string(in.Integration), "SA", standAlone.(string)).Replace(`
{"number": {"raw": "0612345678", "e164": "+31612345678", "national": "0612345678", "region": "NL", "kind": "mobile", "location": ""},
 "matches": [{
   "integration": {"id": "IN", "name": "North \"Wind\"", "preset": "northwind"},
   "record": {"id": "AdaMuster/Muster&Zn", "type": "contact", "url": "https://crm.example/AdaMuster/Muster&Zn"},
   "name": "Ada Muster", "company": "Muster & Zn", "label": "business", "quality": "exact",
   "fields": {"DisplayName": "Ada Muster", "Company": "Muster & Zn", "Email": "ada@example.com", "Tier": "a&b"},
   "notification": [{"title": "Name", "value": "Ada Muster"}, {"title": "Email", "value": "ada@example.com"}],
   "scripts": [{"id": "s_aaaaaaaaaaaaa", "name": "Open", "url": "https://crm.example/AdaMuster/Muster&Zn", "pop": true},
               {"id": "s_bbbbbbbbbbbbb", "name": "Tier", "url": "https://acme.example/t?tier=a%26b&n=0612345678&d=201&c=c%2F1"}],
   "generation": 1, "synced_at": "2026-11-20T14:03:01Z"}],
 "scripts": [{"id": "SA", "name": "Search", "url": "https://search.example/?q=%2B31612345678"}]}`)), &want))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("body (-contract +ours):\n%s", diff)
	}
}

// What is told of a number that nobody has, or that is no number.
func TestNumberFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set("language", "nl")
	for _, tt := range []struct{ number, e164, national, region, kind, location string }{
		{"020 123 4567", "+31201234567", "0201234567", "NL", "fixed", "Amsterdam"},
		{"+442079460018", "+442079460018", "02079460018", "GB", "fixed", "London"},
		{"+31999999999", "+31999999999", "", "", "invalid", ""},
		{"112", "", "", "", "internal", ""},
		{"anonymous", "", "", "", "withheld", ""},
		{"hello", "", "", "", "invalid", ""},
		{"<b>\x00\xff", "", "", "", "invalid", ""},
	} {
		n := w.body(w.ask(tt.number)).Number
		if n.E164 != tt.e164 || n.Region != tt.region || n.Kind != tt.kind || n.Location != tt.location {
			t.Errorf("%q: %+v, want %+v", tt.number, n, tt)
		}
		if tt.region != "" && n.National != tt.national {
			t.Errorf("%q: national %q, want %q", tt.number, n.National, tt.national)
		}
	}
}

// Which buttons stand beside the matches: stand-alone ones, those of script-only integrations, and those for no match.
func TestScriptsBesideMatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, when := range map[string]tenant.When{"a-own": "", "b-own-match": tenant.WhenMatch, "c-own-new": tenant.WhenNoMatch} {
		_, err := w.dir.AddScript(t.Context(), by, w.tenant, button(name, "https://own.example/"+name, when))
		w.must(err)
	}
	in := w.integrationOf(tenant.Integration{Name: "CRM", Scripts: []tenant.Script{
		button("open", "https://crm.example/$(Identifier)", ""),
		button("always", "https://crm.example/list", tenant.WhenAlways),
		button("new", "https://crm.example/new?phone=#(Caller number)", tenant.WhenNoMatch),
		button("empty", "https://crm.example/?tier=$(Tier)", tenant.WhenMatch),
		button("broken", "https://crm.example/$(NoSuchField)", tenant.WhenMatch),
	}}, contact("Ada", "", "+31201234567"))
	known := w.body(w.ask("0201234567"))
	if got := buttonNames(known.Matches[0].Scripts); got != "open" {
		t.Errorf("with the match: %s, want open: empty and broken ones are left out", got)
	}
	if got := buttonNames(known.Scripts); got != "a-own, b-own-match, always" {
		t.Errorf("beside the match: %s", got)
	}
	if got := buttonNames(w.body(w.ask("0201234568")).Scripts); got != "a-own, c-own-new, always, new" {
		t.Errorf("without a match: %s", got)
	}
	if got := buttonNames(w.body(w.ask("anonymous")).Scripts); got != "a-own, c-own-new, always" {
		t.Errorf("withheld: %s; new has only empty values", got)
	}
	w.change(in, func(i *tenant.Integration) { i.State = tenant.StateDisabled })
	if got := buttonNames(w.body(w.ask("0201234568")).Scripts); got != "a-own, c-own-new" {
		t.Errorf("disabled: %s", got)
	}
}

// A stand-alone script may use the schemes the operator has enabled.
func TestOperatorScheme(t *testing.T) {
	t.Parallel()
	list := standAlone([]tenant.Script{button("chat", "msteams:/l/chat", "")}, newWorld(t).rec.d.StandAlone)
	if len(list.always) != 1 {
		t.Error("a script with an enabled scheme was left out")
	}
}

// explain says what was cleaned, tried, matched, refused, and why.
func TestExplain(t *testing.T) {
	t.Parallel()
	const main = "+31201234567"
	w := newWorld(t)
	w.integration("CRM", contact("Ada", "Muster", main), contact("Ben", "Muster", main+";ext=22"), contact("Cas", "Solo", "+31201234599;ext=1"))
	w.integration("Empty")
	e := w.explain(Question{Number: "sip:0201234567@pbx.example"})
	if e.Cleaned != "0201234567" || len(e.Steps) == 0 {
		t.Errorf("cleaned %q after %v", e.Cleaned, e.Steps)
	}
	if diff := cmp.Diff([]Reading{{E164: main, How: e.Readings[0].How, Hits: 1}}, e.Readings); diff != "" || e.Readings[0].How == "" {
		t.Errorf("readings %s", diff)
	}
	if got := e.Integrations[0]; !strings.Contains(got.Rule, "rule") || got.Hits != 1 || got.Generation != 1 {
		t.Errorf("CRM: %+v", got)
	}
	if got := e.Integrations[1]; got.Silent != "it was never synchronised" {
		t.Errorf("Empty: %+v", got)
	}
	for text, want := range map[string]string{
		main: "rule 15", "anonymous": "rule 13", "201": "rule 13", "hello": "no phone number",
	} {
		if got := strings.Join(w.explain(Question{Number: text}).Refused.In("en"), "; "); !strings.Contains(got, want) {
			t.Errorf("%s: refused %q, want %q", text, got, want)
		}
	}
	if got := w.explain(Question{Number: "+31201234599"}).Integrations[0]; !strings.HasPrefix(got.Rule, "extension") || got.Hits != 1 {
		t.Errorf("extension: %+v", got)
	}
}
