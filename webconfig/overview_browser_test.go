package webconfig_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// lookAt guards that a page can be used by everybody: axe-core finds nothing serious and nothing scrolls sideways, in both
// languages, both widths, light and dark. With RINGDEX_PICTURES=DIR it leaves pictures there.
func lookAt(tab *webtest.Tab, name, path string) {
	out := os.Getenv("RINGDEX_PICTURES")
	for _, lang := range []string{"en", "nl"} {
		tab.Language(lang)
		for width, as := range map[int64]string{1280: "wide", 390: "narrow"} {
			tab.Dark(width == 390)
			tab.Size(width, 844)
			tab.Open(path)
			tab.Fits()
			tab.Axe()
			if out != "" {
				tab.Picture(filepath.Join(out, name+"-"+lang+"-"+as+".png"))
			}
		}
	}
	tab.Language("en")
	tab.Dark(false)
	tab.Size(1280, 900)
}

// TestOverviewInABrowser guards what an admin does with an integration: look, disable, enable, look up what went wrong, and delete
// after typing its name, which says what was erased.
func TestOverviewInABrowser(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")
	tab.Press("Demo CRM (simulated)")
	at := tab.Path()
	lookAt(tab, "overview", at)
	lookAt(tab, "report", at+"/report")
	tab.Open(at)
	tab.Press("Disable")
	tab.Sees("nobody is recognised from it any more")
	tab.Press("Enable")
	tab.Sees("callers are recognised again")
	tab.Press("Synchronise now")
	tab.Sees("The synchronisation has begun")
	tab.Until("the run to be over", `!document.getElementById("progress")`)
	tab.Until("its line", `document.querySelectorAll("tbody tr").length >= 2`)
	lookAt(tab, "run", at+"/runs/"+tab.Ask(`document.querySelector("tbody a").href.split("/").pop()`))
	tab.Open(at)
	tab.Click("Delete this integration")
	tab.Fill("Type its name to confirm: Demo CRM (simulated)", "Demo")
	tab.Press("Delete for good")
	tab.Sees("Nothing was deleted")
	tab.Fill("Type its name to confirm: Demo CRM (simulated)", "Demo CRM (simulated)")
	tab.Press("Delete for good")
	tab.Sees("Demo CRM (simulated) was deleted. Erased:")
	tab.Open(at)
	tab.Sees("This page does not exist")
}

// TestHeldInABrowser guards that a spreadsheet that has lost most of its contacts changes nothing until somebody decides: the admin is told
// on the start page, sees why, how many and whom it concerns, and callers are recognised as before after Discard and as the new file
// has them after Accept.
func TestHeldInABrowser(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")
	tab.Press("Spreadsheet")
	at := tab.Path()
	write := func(contacts int) {
		t.Helper()
		var b strings.Builder
		b.WriteString("Name,Phone\n")
		for n := range contacts {
			fmt.Fprintf(&b, "Person %d of %d,0612345%03d\n", n, contacts, n)
		}
		if err := os.WriteFile(filepath.Join(app.Dir, "demo-contacts.csv"), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		tab.Open(at)
		tab.Press("Synchronise now")
		tab.Sees("Synchronis") // it has begun, or the file was seen to change a moment before
		tab.Until("the run to be over", `!document.getElementById("progress")`)
		tab.Open(at)
	}
	answers := func(number, want string) {
		t.Helper()
		tab.Open("/look-up?number=" + number)
		tab.Sees(want)
	}
	write(200)
	answers("0612345150", "Person 150 of 200")
	write(20)
	tab.Open("/")
	tab.Sees("Waits for your decision")
	tab.Press("Spreadsheet")
	for _, want := range []string{"180 of 200 contacts are gone", "200 now, 20 afterwards", "would no longer be recognised", "of 200"} {
		tab.Sees(want)
	}
	lookAt(tab, "held", at)
	tab.Open(at)
	tab.Press("Discard")
	tab.Sees("everything stays as it was")
	tab.Lacks("A synchronisation waits for you")
	answers("0612345150", "Person 150 of 200")
	write(20)
	tab.Press("Accept")
	tab.Sees("these contacts are recognised now")
	answers("0612345015", "Person 15 of 20")
	answers("0612345150", "Nobody is known")
}
