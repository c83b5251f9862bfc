package webconfig_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestLooks guards that the plain pages can be used by everybody: axe-core finds nothing serious and nothing scrolls sideways, in
// both languages, both widths, light and dark. With RINGDEX_PICTURES=DIR it leaves pictures there.
func TestLooks(t *testing.T) {
	app := webtest.Start(t)
	out := os.Getenv("RINGDEX_PICTURES")
	look := func(tab *webtest.Tab, name, path string) {
		for _, lang := range []string{"en", "nl"} {
			tab.Language(lang)
			for _, dark := range []bool{false, true} {
				tab.Dark(dark)
				for width, as := range map[int64]string{1280: "wide", 390: "narrow"} {
					if out == "" && dark != (width == 390) {
						continue // each of the four is seen once, by somebody who looks at pictures always
					}
					tab.Size(width, 844)
					tab.Open(path)
					tab.Fits()
					tab.Axe()
					if out != "" {
						tab.Picture(filepath.Join(out, name+"-"+lang+"-"+as+map[bool]string{true: "-dark"}[dark]+".png"))
					}
				}
			}
		}
		tab.Language("en")
	}
	guest := app.Tab(t)
	look(guest, "sign-in", "/sign-in")
	look(guest, "forgotten", "/forgotten")
	admin := app.Tab(t)
	admin.SignIn("admin")
	for name, path := range map[string]string{
		"home": "/", "people": "/people", "notices": "/notices", "audit": "/audit", "settings": "/settings", "account": "/account", "missing": "/nothing-here",
	} {
		look(admin, name, path)
	}
	operator := app.Tab(t)
	operator.SignIn("operator")
	for name, path := range map[string]string{
		"tenants": "/tenants", "tenant": "/tenants/" + app.Tenant, "presets": "/presets", "preset": "/presets/salesforce",
	} {
		look(operator, name, path)
	}
}

// hostileNames are names that become code where a page takes them for it.
var hostileNames = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onfocus='alert(1)' autofocus='`, `</title><svg onload=alert(1)>`,
	`javascript:alert(1)`, `{{constructor.constructor('alert(1)')()}}`, `<iframe src=javascript:alert(1)>`, `</textarea><script>alert(1)</script>`,
}

// TestHostileNames guards that nothing anybody is called runs in a browser (reliability row B11): the browser complains about each attempt,
// and its tab fails the test then.
func TestHostileNames(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")
	for i, name := range hostileNames {
		tab.Open("/people")
		tab.Click("Invite somebody")
		tab.Fill("E-mail address", fmt.Sprintf("person%d@demo.example", i))
		tab.Fill("Name", name)
		tab.Fill("Devices", fmt.Sprintf("30%d, %s", i, name))
		tab.Press("Invite")
		tab.Sees("Hand over this link")
		tab.Open("/settings")
		tab.Fill("Name of the organisation", name)
		tab.Press("Save")
		tab.Sees("Saved.")
		for _, path := range []string{"/", "/people", "/people?search=" + url.QueryEscape(name), "/audit", "/audit?search=" + url.QueryEscape(name), "/sign-in?next=" + url.QueryEscape(name)} {
			tab.Open(path)
			tab.Sees("Sign out")
		}
	}
	operator := app.Tab(t)
	operator.SignIn("operator")
	operator.Open("/tenants")
	operator.Sees(hostileNames[len(hostileNames)-1])
}

// TestWithoutScript guards that sign-in, invitation and settings work in a browser that runs no scripts.
func TestWithoutScript(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.NoScript()
	tab.SignIn("admin")
	tab.Open("/people")
	tab.Click("Invite somebody")
	tab.Fill("E-mail address", "new@demo.example")
	tab.Press("Invite")
	tab.Sees("Hand over this link")
	tab.Open("/settings")
	tab.Fill("Country", "XX")
	tab.Press("Save")
	tab.Sees("One thing needs your attention")
	tab.Fill("Country", "BE")
	tab.Fill("Time zone", "")
	tab.Press("Save")
	tab.Sees("Saved.")
}
