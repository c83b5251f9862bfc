package webconfig_test

import (
	"os"
	"path/filepath"
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
