package webconfig_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestPictures guards that the pictures of the documentation can be made. `make pictures` says where they are kept.
func TestPictures(t *testing.T) {
	out := os.Getenv("RINGDEX_DOCS_IMAGES")
	if out == "" {
		out = t.TempDir()
	}
	app := webtest.Start(t)
	admin, agent, operator := app.Tab(t), app.Tab(t), app.Tab(t)
	admin.SignIn("admin")
	agent.SignIn("agent")
	operator.SignIn("operator")
	take := func(tab *webtest.Tab, name, path string) {
		tab.Size(1280, 800)
		tab.Open(path)
		tab.Picture(filepath.Join(out, name+".png"))
	}
	number := url.QueryEscape(app.Samples[0].Number)
	take(admin, "home", "/")
	take(admin, "choose-preset", "/integrations/new?search=sales")
	take(admin, "script", "/scripts/new")
	take(admin, "look-up", "/look-up?number="+number)
	phoneSystem(app, admin, out)
	take(admin, "people", "/people")
	take(admin, "audit", "/audit")
	take(operator, "tenants", "/tenants")
	admin.Open("/")
	admin.Press("Demo CRM (simulated)")
	admin.Picture(filepath.Join(out, "integration.png"))
	ring(admin, number)
	take(agent, "my-calls", "/agent")
	agent.Sees(app.Samples[0].Name)
	agent.Picture(filepath.Join(out, "my-calls.png"))
	agent.Dark(true)
	agent.Picture(filepath.Join(out, "my-calls-dark.png"))
}

// ring simulates a call to the agent.
func ring(tab *webtest.Tab, number string) {
	tab.Open("/look-up?number=" + number)
	tab.Press("Let it ring")
	tab.Sees("It rings at 201")
}

// phoneSystem takes pictures of what a phone system's page has.
func phoneSystem(app *webtest.App, tab *webtest.Tab, out string) {
	tab.Size(1280, 800)
	tab.Open("/systems")
	tab.Press("Standard")
	tab.Fill("Number as the phone system shows it", app.Samples[0].Number)
	tab.Sees(app.Samples[0].Name)
	tab.PictureOf("#settings", filepath.Join(out, "phone-system.png"))
	tab.Click("Asterisk")
	tab.Press("Make such a key: Asterisk, extensions.conf")
	tab.PictureOf("section[aria-labelledby=paste]", filepath.Join(out, "paste.png"))
}
