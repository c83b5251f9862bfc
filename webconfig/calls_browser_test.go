package webconfig_test

import (
	"net/url"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestCallsInABrowser guards that a call that rang is in the history of the admin and of the agent it rang for, that filters
// narrow it down, and that what somebody said of an unknown number can be taken back.
func TestCallsInABrowser(t *testing.T) {
	app := webtest.Start(t)
	tab, agent := app.Tab(t), app.Tab(t)
	tab.SignIn("admin")
	agent.SignIn("agent")
	lookAt(tab, "calls-none", "/calls")
	ring := func(number string) {
		tab.Open("/look-up?number=" + url.QueryEscape(number))
		tab.Press("Let it ring")
		tab.Press("Answer")
	}
	ring(app.Samples[0].Number)
	tab.Press("Hang up")
	ring("+31201239999")
	agent.Open("/agent")
	agent.Sees("This is")
	tab.Press("Hang up")
	for _, b := range []*webtest.Tab{tab, agent} {
		b.Open("/calls")
		b.Sees(app.Samples[0].Name)
		b.Sees("unknown")
	}
	agent.Lacks("Look up")
	tab.Tick("Unknown callers only")
	tab.Press("Show")
	tab.Lacks(app.Samples[0].Name)
	tab.Sees("0201239999")
	lookAt(tab, "calls", "/calls")
	agent.Open("/calls/links")
	agent.Sees("Not allowed")
	lookAt(tab, "links-none", "/calls/links")
}
