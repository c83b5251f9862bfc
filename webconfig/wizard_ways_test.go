package webconfig_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// misbehave makes the simulated CRM do so; "" ends it.
func misbehave(t *testing.T, app *webtest.App, fault string) {
	t.Helper()
	method := http.MethodPost
	if fault == "" {
		method = http.MethodDelete
	}
	r, err := http.NewRequestWithContext(t.Context(), method, app.CRM+"/sim/faults", strings.NewReader(fault))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("fault %s: %v %v", fault, resp, err)
	}
}

const slowContacts = `{"kind": "slow", "path": "/api/v1/contacts"}`

// TestWizardWays guards the ways through the setup that are not the straight one: the server restarts while somebody is at the CRM to
// sign in; a test and a first synchronisation are cancelled; choices come from the CRM's own list; rights or fields are
// missing; somebody signs in again; there is nothing to read; a file is replaced by a newer one.
func TestWizardWays(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")

	tab.Open("/integrations/new?search=demo+crm")
	tab.Press("Demo CRM")
	step := tab.Path()
	tab.Click("Advanced")
	tab.Fill("Number shown", "loyalty_card")
	tab.Press("Connect")
	tab.Press("Continue to Demo CRM")
	app.Restart(t)
	tab.Press("Allow")
	tab.Sees("Signed in")
	if tab.Path() != step {
		t.Errorf("back from the CRM at %s, left at %s", tab.Path(), step)
	}

	misbehave(t, app, slowContacts)
	tab.Click("Test connection")
	tab.Sees("Reading contacts")
	tab.Axe()
	tab.Until("the focus stays on Cancel while the box changes", `(() => { const b = document.getElementById("cancel-test");
		if (!window.asked) { window.asked = b; b.focus() } return b !== window.asked && document.activeElement === b })()`)
	tab.Keys("\r")
	tab.Sees("You cancelled the test.")
	misbehave(t, app, "")

	tab.Click("Test connection")
	tab.Sees("Missing rights, fields or columns:")
	tab.Sees("loyalty_card")
	tab.Axe()
	tab.Click("Advanced")
	tab.Press("Load again")
	tab.Until("what is set, though the CRM does not list it", `document.querySelector("select[name='o.number_field']").value === "loyalty_card"`)
	tab.Fill("Number shown", "email")
	tab.Click("Test connection")
	tab.Sees("It works.")
	tab.Press("Next")
	tab.Until("the chosen field on the picture", `document.querySelector(".call dl").innerText.match(/Number in the CRM\s+contact\d+@/)`)
	tab.Tick("Once the call is answered")
	tab.Sees("calls on all of your numbers are shown once they are answered")
	tab.Press("Next")
	tab.Press("Next")
	misbehave(t, app, slowContacts)
	tab.Press("Finish")
	tab.Sees("Demo CRM is set up.")
	tab.Until("Cancel", `document.getElementById("cancel-run")`)
	tab.Ask(`document.getElementById("cancel-run").click() || ""`) // it is renewed each second
	tab.Sees("The synchronisation was cancelled.")
	misbehave(t, app, "")
	overview := tab.Path()

	tab.Press("Sign in again")
	tab.Press("Connect again")
	tab.Press("Continue to Demo CRM")
	tab.Press("Deny")
	tab.Sees("Signed in") // what there was goes on
	tab.Until("why not", `document.querySelector(".note-bad, .note-warn")`)
	tab.Press("Connect again")
	tab.Press("Continue to Demo CRM")
	tab.Press("Allow")
	tab.Click("Test connection")
	tab.Sees("It works.")
	tab.Press("Review")
	tab.Press("Finish")
	tab.Sees("Demo CRM is set up.")
	if tab.Path() != overview {
		t.Errorf("signing in again ended at %s", tab.Path())
	}

	tab.Open("/integrations/new?search=open-url")
	tab.Press("Web application")
	tab.Fill("Page of a caller", "https://erp.example/?q=#(Caller number|e164)")
	tab.Press("Next")
	tab.Sees("Scripts are the buttons on a call")
	tab.Until("the skipped step", `document.querySelector(".step-skipped").innerText.includes("Call notification")`)
	tab.Press("Next")
	tab.Lacks("Not tested with these settings")
	tab.Press("Finish")
	tab.Sees("Web application is set up.")

	dir := t.TempDir()
	upload := func(name, rows string) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("Wie;Lijn;Kamer\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		tab.Do(chromedp.SetUploadFiles(chromedp.CSS("#upload"), []string{file}))
		tab.Press("Upload and test")
		tab.Sees("It works.")
	}
	tab.Open("/integrations/new?search=csv")
	tab.Press("CSV")
	tab.Fill("Name of the integration", "Rooms")
	tab.Click("Advanced")
	tab.Fill("Columns with phone numbers", "Lijn")
	tab.Fill("Column of the name", "Wie")
	tab.Press("Save")
	upload("rooms.csv", "Ada;020 123 45 67;1\nBo;020 123 45 68;2\nCy;020 123 45 69;3\n")
	tab.Press("Next")
	tab.Press("Next")
	tab.Press("Next")
	tab.Press("Finish")
	tab.Sees("Rooms is set up.")
	tab.Until("the first synchronisation", `fetch(location.href).then(r => r.text()).then(text => { document.body.innerHTML = new DOMParser().parseFromString(text, "text/html").body.innerHTML }) && !document.getElementById("progress") && document.querySelector("tbody tr")`)
	tab.Open(tab.Path())
	tab.Press("CRM configuration")
	tab.Until("the mapping", `document.getElementById("o-phone-columns").value === "Lijn"`)
	upload("newer.csv", "Ada;020 123 45 67;1\nBo;020 123 45 99;2\nDi;020 123 45 70;3\n")
	tab.Until("what would change", `document.querySelector("#file dl").innerText.replace(/\s+/g, " ") === "New contacts 1 Di Changed 1 Removed 1 Cy Unchanged 1"`)
	tab.Press("Review")
	tab.Press("Finish")
	tab.Sees("Rooms is set up.")
}

// TestWizardKeyboard guards that somebody without a mouse gets from the start page to a set up integration.
func TestWizardKeyboard(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")
	tab.Follow("Add new integration")
	tab.Keys("simulated") // the search has the focus
	tab.Until("only the demo CRM", `[...document.querySelectorAll(".preset-cards > li")].filter(e => e.checkVisibility()).length === 1`)
	tab.Follow("Demo CRM")
	tab.Follow("Connect")
	tab.Follow("Continue to Demo CRM")
	tab.Follow("Allow")
	tab.Sees("Signed in")
	tab.Reach("Test connection")
	tab.Keys("\r")
	tab.Sees("It works.")
	tab.Follow("Next")
	tab.Reach("First name")
	tab.Keys(" ")
	tab.Until("the picture with it", `document.querySelector(".call dl").innerText.includes("First name")`)
	tab.Follow("Next")
	tab.Follow("Next")
	tab.Follow("Finish")
	tab.Sees("Demo CRM is set up.")
}
