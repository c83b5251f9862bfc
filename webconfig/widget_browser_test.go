package webconfig_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// around is a page of another site that shows the widget in a frame, as a CRM does.
func around(t *testing.T) (origin string, show func(src string)) {
	src := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><title>CRM</title><h1>CRM</h1><iframe src="%s" width="380" height="600"></iframe>`, src)
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1), func(to string) { src = to }
}

// TestWidgetInABrowser guards that a page of another site that the tenant lists shows an agent's calls, where the browser takes no
// cookies from other sites, after the agent has confirmed in a window of ours; that it ends with the agent's word; and that a page
// that is not listed shows nothing.
func TestWidgetInABrowser(t *testing.T) {
	app := webtest.Start(t)
	crm, show := around(t)
	evil, showEvil := around(t)
	admin := app.Tab(t)
	admin.SignIn("admin")
	admin.Open("/settings")
	admin.Fill("Widget origins", crm+"/")
	admin.Press("Save")
	admin.Sees("Saved.")
	address := admin.Ask(`document.getElementById("widget-address").textContent`)
	one := app.Samples[0]
	address += "?clid=" + url.QueryEscape(one.Number) + "&direction=inbound&callid=1&activity=ringing"
	show(address)
	showEvil(address)

	agent := app.Tab(t, "test-third-party-cookie-phaseout")
	agent.SignIn("agent")
	page := agent.Second()
	page.Open(crm)
	frame := page.Part("iframe", "/widget/")
	frame.Sees("Connect this frame to your account")
	frame.Gesture(`document.getElementById("connect").click()`)
	window := agent.Part("page", "/connect")
	window.Sees("agent@demo.example")
	window.Sees(crm)
	window.Axe()
	window.Gesture(`document.querySelector("main form").requestSubmit()`)
	frame.Sees("agent@demo.example")
	frame.Sees(one.Name)
	frame.Until("the stream", `document.getElementById("line").textContent === "Live"`)

	two := app.Samples[1]
	event(t, app, `{"call_id":"1","event":"ringing","caller":{"number":%q},"device":{"number":"201"}}`, two.Number)
	frame.Sees(two.Name)
	event(t, app, `{"call_id":"2","event":"ringing","caller":{"number":%q},"device":{"number":"201"}}`, one.Number)
	frame.Until("one card of each", `document.getElementById("asked").hidden && document.querySelectorAll("#calls [data-call]").length === 2`)
	event(t, app, `{"call_id":"1","event":"ended"}`)
	frame.Until("the card to go", `document.querySelectorAll("#calls [data-call]").length === 1`)
	frame.Fits()
	frame.Axe()
	page.Open(crm)
	frame = page.Part("iframe", "/widget/")
	frame.Sees(one.Name)

	other := agent.Second()
	other.Open(evil)
	other.Complains("frame-ancestors")

	agent.Open("/account")
	agent.Press("Sign out everywhere")
	frame.Sees("Connect this frame to your account")
	frame.Complains("EventSource") // which was led to that page first
}
