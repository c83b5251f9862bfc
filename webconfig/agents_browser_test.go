package webconfig_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// counting stands in for desktop notifications and keeps what is said aloud, across reloads of a tab.
const counting = `(() => {
	const keep = (kind, text) => sessionStorage.setItem(kind, JSON.stringify([...JSON.parse(sessionStorage.getItem(kind) || "[]"), text]));
	window.Notification = class { static permission = "granted"; static requestPermission() { return Promise.resolve("granted"); }
		constructor(title, options) { keep("desktop", title + " / " + options.body); } };
	document.addEventListener("DOMContentLoaded", () => {
		const aloud = document.getElementById("aloud");
		if (aloud) new MutationObserver(() => keep("aloud", aloud.textContent)).observe(aloud, {childList: true});
	});
})()`

// What the page says of its line.
const (
	stands = `document.getElementById("line").textContent === "Live"`
	lost   = `document.getElementById("line").textContent.startsWith("Connection lost")`
)

// agentAt is a person with the calls' page open in two tabs of a browser of their own.
type agentAt struct {
	*webtest.Tab
	second *webtest.Tab
}

func openAgent(t *testing.T, app *webtest.App, email, password string) agentAt {
	t.Helper()
	a := agentAt{Tab: app.Tab(t)}
	a.Before(counting)
	a.SignInAs(email, password)
	a.Open("/agent")
	a.Tick("Tell me on the desktop")
	a.second = a.Second()
	a.second.Before(counting)
	a.second.Open("/agent")
	a.both("a line that stands", stands)
	return a
}

func (a agentAt) both(what, js string) {
	for _, tab := range []*webtest.Tab{a.Tab, a.second} {
		tab.Until(what, js)
	}
}

// shows waits until exactly these calls are there, each a name and its state, in both tabs.
func (a agentAt) shows(calls ...string) {
	want, _ := json.Marshal(append([]string{}, calls...))
	a.both("the calls "+string(want), fmt.Sprintf(`JSON.stringify([...document.querySelectorAll("#calls [data-call]")]
		.map(c => c.querySelector("h3").textContent + " " + c.dataset.state)) === %q`, want))
}

// told fails unless a call of that name was told so many times in all: on the desktop by one tab, aloud by each.
func (a agentAt) told(t *testing.T, name string, times int) {
	t.Helper()
	count := func(tab *webtest.Tab, kind string) int {
		var said []string
		if err := json.Unmarshal([]byte(tab.Ask(`sessionStorage.getItem("`+kind+`") || "[]"`)), &said); err != nil {
			t.Fatal(err)
		}
		return strings.Count(strings.Join(said, "\n"), name)
	}
	desktop := count(a.Tab, "desktop") + count(a.second, "desktop")
	first, second := count(a.Tab, "aloud"), count(a.second, "aloud")
	if desktop != times || first != times || second != times {
		t.Errorf("%s was told on the desktop %d times, aloud %d and %d times; want %d", name, desktop, first, second, times)
	}
}

// Promise: of a ring group each agent is told once, however many tabs are open; whoever answers keeps the call, also when it is
// handed on, and it closes for everybody else; a line that is cut or dies without a word, and a server that starts again, is shown,
// and afterwards the list is right and nothing is told twice.
func TestTwoAgents(t *testing.T) {
	app := webtest.Start(t)
	line := app.Line(t)
	sam := openAgent(t, line.App(), "agent@demo.example", "demo-agent-password")
	const kimEmail, kimPassword = "kim@demo.example", "demo-kim-password"
	send(t, app, "/v1/users", fmt.Sprintf(`{"email":%q,"role":"agent","name":"Kim Colleague","password":%q,"devices":[{"number":"202"}]}`, kimEmail, kimPassword))
	kim := openAgent(t, app, kimEmail, kimPassword)
	names, numbers := make([]string, 6), make([]string, 6)
	for i := range names {
		names[i], numbers[i] = app.Samples[i].Name, app.Samples[i].Number
	}
	happens := func(call int, kind, device string) {
		t.Helper()
		when := ""
		if kind == "ringing" { // by which a phone that rings once more is told from an event that was sent twice
			when = fmt.Sprintf(`,"start_time":%q`, time.Now().Format(time.RFC3339Nano))
		}
		event(t, app, `{"call_id":"group %d","event":%q,"caller":{"number":%q},"device":{"number":%q}%s}`, call, kind, numbers[call], device, when)
	}

	// A ring group: Kim answers.
	happens(0, "ringing", "201")
	happens(0, "ringing", "202")
	sam.shows(names[0] + " ringing")
	kim.shows(names[0] + " ringing")
	happens(0, "answered", "202")
	sam.shows()
	kim.shows(names[0] + " answered")
	kim.both("its duration", `/^[0-9]+:[0-9][0-9]$/.test(document.querySelector(".call-answered time").textContent)`)

	// Handed on blindly: Kim's part ends, Sam's phone rings, Sam answers and hangs up.
	happens(0, "ended", "202")
	happens(0, "ringing", "201")
	kim.shows()
	sam.shows(names[0] + " ringing")
	happens(0, "answered", "201")
	sam.shows(names[0] + " answered")
	happens(0, "ended", "201")
	happens(0, "ended", "")
	sam.shows()
	kim.told(t, names[0], 1)
	sam.told(t, names[0], 2) // it rang twice there: in the group, and when it was handed on

	// Handed over after asking: Sam has a call, asks Kim, and connects the two.
	happens(1, "ringing", "201")
	happens(1, "answered", "201")
	sam.shows(names[1] + " answered")
	ask := `{"call_id":"ask","event":%q,"direction":"internal","caller":{"number":"201","name":"Sam Agent"},"device":{"number":"202"}}`
	event(t, app, ask, "ringing")
	kim.both("the colleague who asks", `document.querySelectorAll("#calls .call-ringing").length === 1`)
	event(t, app, ask, "answered")
	happens(1, "answered", "202")
	happens(1, "ended", "201")
	event(t, app, ask, "ended")
	sam.shows()
	kim.shows(names[1] + " answered")
	happens(1, "ended", "")
	kim.shows()
	sam.told(t, names[1], 1)
	kim.told(t, names[1], 1)

	// The line is cut: one call ends and two come meanwhile.
	happens(2, "ringing", "201")
	happens(3, "ringing", "201")
	sam.shows(names[2]+" ringing", names[3]+" ringing")
	sam.both("a card to mark", `document.querySelector("#calls [data-call]").dataset.mark = "yes"`)
	line.Cut()
	sam.both("that the line is cut", lost)
	happens(3, "ended", "")
	happens(4, "ringing", "201")
	line.Mend()
	sam.shows(names[2]+" ringing", names[4]+" ringing")
	sam.both("the line", stands)
	sam.both("the card of a call of which nothing changed, as it was", `document.querySelector("#calls [data-call]").dataset.mark === "yes"`)

	// The line dies without a word: the page misses the heartbeats of what it takes for a minute.
	line.Still()
	happens(4, "answered", "201")
	sam.both("a later clock", `Date.now = (now => () => now() + 60000)(Date.now)`)
	sam.both("that the line is dead", lost)
	line.Mend()
	sam.shows(names[2]+" ringing", names[4]+" answered")

	// The server starts again.
	app.Stop()
	kim.both("that the server is away", lost)
	app.Restart(t)
	sam.shows(names[2]+" ringing", names[4]+" answered")
	happens(2, "answered", "201")
	happens(4, "ended", "")
	happens(5, "ringing", "202")
	sam.shows(names[2] + " answered")
	kim.shows(names[5] + " ringing")
	happens(2, "ended", "")
	happens(5, "missed", "")
	sam.shows()
	kim.shows()
	for call, times := range map[int]int{2: 1, 3: 1, 4: 1, 5: 0} {
		sam.told(t, names[call], times)
	}
	kim.told(t, names[5], 1)

	// The history of each has what rang there, and nothing else.
	sam.Open("/agent")
	kim.Open("/agent")
	for call, seen := range map[int][2]bool{0: {true, true}, 1: {true, true}, 2: {true, false}, 3: {true, false}, 4: {true, false}, 5: {false, true}} {
		for i, a := range []agentAt{sam, kim} {
			if got := strings.Contains(a.Ask(`document.querySelector("table").innerText`), names[call]); got != seen[i] {
				t.Errorf("history of agent %d has %s: %v", i, names[call], got)
			}
		}
	}
}
