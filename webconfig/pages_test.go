package webconfig_test

import (
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
		"home": "/", "people": "/people", "audit": "/audit", "settings": "/settings", "account": "/account", "missing": "/nothing-here",
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
