package webconfig

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// TestFailuresInDutch promises that one and the same failure, stored once, is read in Dutch on a Dutch page and in English on an
// English one: of a CRM, of a run, of a held copy, of a file, of options, of a script, of a look-up and of a notice; and that
// what was stored before there were keys is shown as it was.
func TestFailuresInDutch(t *testing.T) {
	w := newWorld(t, func(d *Deps) {
		var err error
		d.Notices, err = notice.New(notice.Deps{Store: d.Store, Directory: d.Directory, Keys: d.Keys, PublicURL: d.PublicURL, Now: d.Now})
		if err != nil {
			t.Fatal(err)
		}
	})
	mine := w.customer("mine", "")
	held := w.synced(mine.id, 200)
	waits := w.read(held, 20)
	if waits.State != jobs.Held {
		t.Fatalf("the run is %s", waits.State)
	}
	broken := w.synced(mine.id, 3)
	run := w.readText(broken, "Naam;Plaats\nAda;Delft\n")
	if run.State != jobs.Failed || !strings.Contains(run.Error, "no column with phone numbers was recognised") {
		t.Fatalf("the run is %s: %s", run.State, run.Error)
	}
	b := w.signedInAs("admin@mine.example")
	at := func(i tenant.Integration) string { return "/integrations/" + string(i.ID) }
	in := func(c tenant.ConnectionState) func() {
		return func() {
			c.Health, c.Since = tenant.HealthRetrying, w.now()
			w.must(w.Directory.SetConnection(t.Context(), mine.id, broken.ID, c))
		}
	}
	crm := &presets.Error{
		Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.New("rest.answered_code", "the CRM answered {Status} {Code}", "Status", 403, "Code", "no_right"),
	}
	script := func(template string) url.Values {
		return url.Values{"name": {"X"}, "url": {template}, "when": {"match"}, "intent": {"preview"}}
	}
	for _, c := range []struct {
		name   string
		first  func()
		path   string
		form   url.Values
		nl, en string
	}{
		{"held copy", nil, at(held), nil, "180 van 200 contacten zijn weg", "180 of 200 contacts are gone"},
		{"held run", nil, at(held) + "/runs/" + string(waits.ID), nil, "180 van 200 contacten zijn weg", "180 of 200 contacts are gone"},
		{"failed run", nil, at(broken), nil, "sheet.csv lezen, regel 1: er is geen kolom met telefoonnummers herkend; de kolommen zijn Naam, Plaats", "Read sheet.csv, line 1: no column with phone numbers was recognised; its columns are Naam, Plaats"},
		{"hint of a run", nil, at(broken) + "/runs/" + string(run.ID), nil, "Noem ze in phone_columns", "Name them in phone_columns"},
		{"state of the connection", in(tenant.ConnectionState{Text: crm.Error(), Words: crm.Wording()}), at(broken), nil, "CRM opvragen: het CRM antwoordde 403 no_right", "Ask the CRM: the CRM answered 403 no_right"},
		{"hint of a preset", in(tenant.ConnectionState{Text: "x", Words: (&presets.Preset{Translations: presets.Translations{"nl": {Hints: map[string]string{"Sign in.": "Meld u aan."}}}}).Advice("Sign in.")}), "/", nil, "Meld u aan.", "Sign in."},
		{"guard of addresses", in(tenant.ConnectionState{Text: "x", Words: wording.Of(fmt.Errorf("dial: %w", outbound.ErrAddress))}), "/", nil, "Adres niet toegestaan of niet gevonden", "Address not allowed or not found"},
		{"stored before there were keys", in(tenant.ConnectionState{Text: "the CRM answered 500"}), at(broken), nil, "The CRM answered 500", "The CRM answered 500"},
		{"notice", func() {
			w.Notices.Compare(t.Context(), []notice.Condition{{In: refOf(broken), Kind: notice.Failing, Since: w.now(), Text: crm.Wording()}}, func(cache.Ref) bool { return true })
		}, "/notices", nil, "Reden: CRM opvragen: het CRM antwoordde 403 no_right", "Reason: Ask the CRM: the CRM answered 403 no_right"},
		{"option", nil, "/settings", url.Values{"o.region": {"NL"}, "o.timezone": {"Europe/Amstelveen"}}, "\"Europe/Amstelveen\" is geen tijdzone. Een van ", "\"Europe/Amstelveen\" is not a time zone. One of "},
		{"number in an option", nil, "/settings", url.Values{"o.region": {"NL"}, "o.own_numbers": {"niets"}}, "Regel 1 bevat geen telefoonnummer", "Has no phone number in its entry 1"},
		{"script with a mistake", nil, "/scripts/" + mine.ids["script"] + "/preview", script("https://x.example/#(Caler number)"), "Onbekende oproepeigenschap \"Caler number\"", "Unknown call property \"Caler number\""},
		{"script that cannot be", nil, "/scripts/" + mine.ids["script"] + "/preview", script("ftp://x.example/"), "Schema \"ftp\" is niet toegestaan", "Scheme \"ftp\" is not enabled"},
		{"look-up", nil, "/look-up?number=anonymous", nil, "het nummer is afgeschermd", "the number is withheld"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.first != nil {
				c.first()
			}
			for lang, want := range map[string]string{"nl": c.nl, "en": c.en} {
				headers := []string{"Accept-Language", lang}
				method := http.MethodGet
				if c.form != nil {
					method, headers = http.MethodPost, append(headers, "Sec-Fetch-Site", "same-origin")
				}
				page := b.send(method, c.path, c.form, headers...)
				if body := html.UnescapeString(page.body); !strings.Contains(body, want) {
					t.Errorf("%s (%d) does not say %q", lang, page.StatusCode, want)
				}
			}
		})
	}
}
