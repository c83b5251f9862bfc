package webconfig_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// event tells the demo's phone system's side of a call.
func event(t *testing.T, app *webtest.App, text string, args ...any) {
	t.Helper()
	send(t, app, "/v1/calls", fmt.Sprintf(text, args...))
}

// send posts JSON with the demo's key.
func send(t *testing.T, app *webtest.App, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, app.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+app.Key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode >= 300 {
		t.Fatalf("%s: %d", path, resp.StatusCode)
	}
}

// Promise: a call appears by itself, once in each tab, with who it is and the buttons for the CRM; it closes when another device
// answers; of an unknown number the agent says whose it is, and the call shows it at once.
func TestAgentPage(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("agent")
	tab.Open("/agent")
	tab.Until("the stream", `document.getElementById("line").textContent === "Live"`)
	second := tab.Second()
	second.Open("/agent")

	one := app.Samples[0]
	event(t, app, `{"call_id":"1","event":"ringing","caller":{"number":%q},"device":{"number":"201"}}`, one.Number)
	event(t, app, `{"call_id":"1","event":"ringing","caller":{"number":%q},"device":{"number":"202"}}`, one.Number)
	for _, b := range []*webtest.Tab{tab, second} {
		b.Until("one card", `document.querySelectorAll("[data-call]").length === 1`)
		b.Sees(one.Name)
		b.Until("a link to the CRM", `document.querySelector("[data-call] a.button[target=_blank][rel~=noopener]") !== null`)
	}
	tab.Axe()
	tab.Fits()

	event(t, app, `{"call_id":"1","event":"answered","device":{"number":"202"}}`)
	for _, b := range []*webtest.Tab{tab, second} {
		b.Until("the card to go", `document.querySelectorAll("[data-call]").length === 0`)
	}

	event(t, app, `{"call_id":"2","event":"ringing","caller":{"number":"+31201230999"},"device":{"number":"201"}}`)
	tab.Until("the unknown caller", `document.querySelector("[data-call] details summary") !== null`)
	tab.Click("This is …")
	tab.Fill("Name", "Fleur de Boer")
	event(t, app, `{"call_id":"2","event":"answered","device":{"number":"201"}}`) // must not take the form away
	tab.Until("the call answered", `document.querySelector(".call-answered") !== null`)
	tab.Press("Keep for this number")
	tab.Sees("Fleur de Boer")
	second.Until("the name elsewhere", `document.body.textContent.includes("Fleur de Boer")`)

	event(t, app, `{"call_id":"2","event":"ended"}`)
	tab.Until("no call", `document.querySelectorAll("[data-call]").length === 0`)
	tab.Size(390, 800)
	tab.Open("/agent?search=Fleur")
	tab.Sees("Fleur de Boer")
	tab.Fits()
}
