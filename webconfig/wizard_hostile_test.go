package webconfig

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/tenant"
)

// clear tells whether an answer is a page or a redirect that a person can go on from, and shows nothing that was hostile.
func (a answer) clear() string {
	switch {
	case a.StatusCode >= 500:
		return fmt.Sprint("it broke: ", a.StatusCode)
	case a.StatusCode == http.StatusSeeOther:
		return ""
	case !strings.Contains(a.body, "<h1") && strings.Contains(a.body, "<html"):
		return "a page without a heading"
	case a.StatusCode < 400 && strings.ContainsAny(a.body, "\x00\x07\x1b"):
		return "it shows control characters"
	case a.StatusCode >= 400 && !strings.Contains(a.body, "note-") && !strings.Contains(a.body, `href="/`):
		return "no way on"
	}
	return ""
}

// TestHostileSetup guards that whatever is sent to the pages of the setup – over-long, with control characters, with thousands of
// fields, of another preset, out of order, of an older draft or of another tenant – is answered by a page that says what is
// wrong, and changes nothing it should not (reliability rows A2, B11, B18, C2).
func TestHostileSetup(t *testing.T) {
	w := newWorld(t)
	mine, other := w.customer("mine", ""), w.customer("other", "")
	b := w.signedInAs("admin@mine.example")
	begin := func(b *browser, preset string) string {
		got := b.post("/integrations/new", "preset", preset)
		at := got.Header.Get("Location")
		if got.StatusCode != http.StatusSeeOther || !strings.HasSuffix(at, "/setup") {
			t.Fatalf("begin %s: %d %s", preset, got.StatusCode, at)
		}
		return at
	}
	at := begin(b, "csv")
	foreign := begin(w.signedInAs("admin@other.example"), "csv")
	draft := func() tenant.Integration {
		i, err := w.Directory.Integration(t.Context(), mine.id, tenant.IntegrationID(strings.Split(at, "/")[2]))
		w.must(err)
		return i
	}
	many := []string{"intent", "save"}
	for n := range 9000 {
		many = append(many, fmt.Sprintf("o.nothing%d", n), "x")
	}
	long := strings.Repeat("ä", 100_000)
	rude := "a\x00b\x07\x1b[2J\u202e\r\nX-Evil: 1"
	for name, c := range map[string]struct {
		path   string
		form   []string
		status int
	}{
		"a preset there is none of":         {"/integrations/new", []string{"preset", "../" + rude}, http.StatusNotFound},
		"the demo's preset":                 {"/integrations/new", []string{"preset", "democrm"}, http.StatusNotFound},
		"another tenant's draft is changed": {"/integrations/new", []string{"preset", "csv", "draft", strings.Split(foreign, "/")[2]}, http.StatusSeeOther},
		"a name of 200 kB":                  {at + "/crm", []string{"intent", "save", "name", long}, http.StatusSeeOther},
		"a name with control characters":    {at + "/crm", []string{"intent", "save", "name", rude}, http.StatusSeeOther},
		"an option of 200 kB":               {at + "/crm", []string{"intent", "save", "o.phone_columns", long}, 0},
		"an option with control characters": {at + "/crm", []string{"intent", "save", "o.phone_columns", rude, "o.url", rude}, http.StatusUnprocessableEntity},
		"thousands of options":              {at + "/crm", many, http.StatusSeeOther},
		"a form of 2 MB":                    {at + "/crm", []string{"intent", "save", "name", strings.Repeat("x", 2<<20)}, http.StatusRequestEntityTooLarge},
		"options of another preset":         {at + "/crm", []string{"intent", "save", "o.subdomain", "acme", "o.client_secret", "hush"}, http.StatusSeeOther},
		"a setting that does not fit":       {at + "/crm", []string{"intent", "save", "o.night_from", "25:99", "o.shrink_percent", "-7", "o.blocks", "abc"}, http.StatusUnprocessableEntity},
		"an intent there is none of":        {at + "/crm", []string{"intent", "choices:" + rude}, 0},
		"a sign-in where there is none":     {at + "/crm", []string{"intent", "connect"}, http.StatusUnprocessableEntity},
		"a revision that is none":           {at + "/crm", []string{"intent", "save", "revision", "-1"}, http.StatusSeeOther},
		"an older revision":                 {at + "/crm", []string{"intent", "save", "revision", "0"}, http.StatusUnprocessableEntity},
		"a file that is none":               {at + "/crm/file", []string{"file", "x"}, http.StatusSeeOther},
		"fields there are none of":          {at + "/notification", []string{"show", rude, "order", rude, "show", "Email", "order", "Email", "move", "up:" + rude}, http.StatusSeeOther},
		"numbers that are none":             {at + "/notification", []string{"ddis", rude, "direction", "sideways"}, http.StatusUnprocessableEntity},
		"people of another tenant":          {at + "/notification", []string{"person", string(other.agent.ID), "person", rude}, 0},
		"a preview of nothing":              {at + "/notification/preview", []string{"sample", "99999999999999999999"}, 0},
		"a script there is none of":         {at + "/scripts", []string{"intent", "remove:s_aaaaaaaaaaaaa"}, http.StatusSeeOther},
		"a script that becomes code":        {at + "/scripts/new", []string{"name", "x", "url", "javascript:alert(1)"}, http.StatusUnprocessableEntity},
		"a script with another's id":        {at + "/scripts/" + mine.ids["script"], []string{"name", "x", "url", "https://x.example/"}, http.StatusNotFound},
		"the last step before the others":   {at + "/review", []string{"revision", fmt.Sprint(draft().Wizard.Revision)}, http.StatusUnprocessableEntity},
		"taking over where nothing changed": {at + "/meanwhile", []string{"take", "option.path", "take", rude, "of", "x"}, http.StatusNotFound},
		"cancelling no test":                {at + "/crm/cancel", nil, http.StatusSeeOther},
		"a step of what is set up":          {"/integrations/" + mine.ids["integration"] + "/setup/crm", []string{"name", "x"}, http.StatusSeeOther},
		"discarding what is set up":         {"/integrations/" + mine.ids["integration"] + "/setup/discard", nil, http.StatusNotFound},
		"another tenant's draft":            {foreign + "/crm", []string{"intent", "save", "name", "mine now"}, http.StatusNotFound},
		"finishing another tenant's draft":  {foreign + "/review", []string{"revision", "0"}, http.StatusNotFound},
		"discarding another tenant's draft": {foreign + "/discard", nil, http.StatusNotFound},
		"reopening another tenant's":        {"/integrations/" + other.ids["integration"] + "/setup", nil, http.StatusNotFound},
		"an id that is none":                {"/integrations/%2e%2e%2f/setup/crm", []string{"name", "x"}, http.StatusNotFound},
	} {
		if name == "an older revision" {
			b.post(at+"/crm", "intent", "save", "name", "CSV file") // so that 0 is older
		}
		got := b.post(c.path, c.form...)
		if text := got.clear(); text != "" || c.status != 0 && got.StatusCode != c.status {
			t.Errorf("%s: %d to %q %s", name, got.StatusCode, got.Header.Get("Location"), text)
		}
	}
	i := draft()
	if i.State != tenant.StateDraft || len(i.Options) > 0 && strings.Contains(fmt.Sprint(i.Options), "subdomain") || len(i.Name) > 100 || strings.ContainsAny(i.Name, "\x00\x07\x1b") || len(i.Display.People) > 0 {
		t.Errorf("in the end the draft is %+v", i)
	}
	for _, step := range steps[1:] { // in any order, before anything was done
		for _, at := range []string{at, begin(b, "web-search"), begin(b, "push"), begin(b, "vcard")} {
			if got := b.get(at + "/" + step); got.clear() != "" || got.StatusCode >= 400 {
				t.Errorf("%s: %d %s", step, got.StatusCode, got.clear())
			}
		}
		if got := b.get(foreign + "/" + step); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s of another tenant: %d", step, got.StatusCode)
		}
	}
	theirs, err := w.Directory.Drafts(t.Context(), other.id)
	w.must(err)
	if len(theirs) != 1 || theirs[0].Wizard.Revision != 0 || theirs[0].Name == "mine now" {
		t.Errorf("another tenant's draft is %+v", theirs)
	}
	if got := b.post(at+"/discard", "revision", "0"); got.Header.Get("Location") != at {
		t.Errorf("an old window discarded what was saved since: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	b.post(at + "/discard")
	if got := b.get(at + "/review"); got.StatusCode != http.StatusNotFound || got.clear() != "" {
		t.Errorf("a step of what was discarded: %d", got.StatusCode)
	}
}

// TestProgressKeepsRevision guards that looking at a test's progress does not tell a window that it has seen what another one saved:
// its next save would write over that.
func TestProgressKeepsRevision(t *testing.T) {
	w := newWorld(t)
	w.customer("mine", "")
	b := w.signedInAs("admin@mine.example")
	at := b.post("/integrations/new", "preset", "csv").Header.Get("Location")
	b.post(at+"/crm", "intent", "save", "name", "saved elsewhere")
	for path, send := range map[string]string{"/crm/test": http.MethodGet, "/crm/cancel": http.MethodPost} {
		got := b.send(send, at+path, nil, "HX-Request", "true")
		if got.StatusCode != http.StatusOK || strings.Contains(got.body, `name="revision"`) {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.body)
		}
	}
}
