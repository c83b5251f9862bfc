package webconfig_test

import (
	"net/url"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestLookUpInABrowser guards that an admin sees what a phone system would be answered and why, and can let a device ring, be
// answered and hang up, without scripts too.
func TestLookUpInABrowser(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")
	one := app.Samples[0]
	tab.Open("/look-up")
	lookAt(tab, "look-up-empty", "/look-up")
	tab.Open("/look-up")
	tab.NoScript()
	tab.Fill("Phone number", one.Number)
	tab.Press("Look up")
	tab.Sees(one.Name)
	tab.Sees("knows exactly this number")
	tab.Press("Let it ring")
	tab.Sees("It rings at 201 (Sam Agent).")
	tab.Press("Answer")
	tab.Sees("201 (Sam Agent) has answered.")
	tab.Press("Hang up")
	tab.Sees("The call is over.")
	other := app.Tab(t)
	other.SignIn("admin")
	lookAt(other, "look-up", "/look-up?number="+url.QueryEscape(one.Number))
	lookAt(other, "look-up-nobody", "/look-up?number=anonymous")
}
