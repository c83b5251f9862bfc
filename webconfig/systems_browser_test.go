package webconfig_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestSystemsInABrowser guards that an admin sees what a number would be read as and what the phone shows before anything is saved,
// makes a key for what is pasted into a brand, which is shown once, filled in and works, and revokes it.
func TestSystemsInABrowser(t *testing.T) {
	app := webtest.Start(t)
	tab := app.Tab(t)
	tab.SignIn("admin")
	lookAt(tab, "systems", "/systems")
	tab.Open("/systems")
	tab.Fill("Name", "Front door")
	tab.Press("Add")
	tab.Sees("Front door was added")
	at := tab.Path()
	lookAt(tab, "system", at)
	tab.Open(at)
	tab.Fill("Outside-line prefix", "9")
	tab.Fill("Number as the phone system shows it", "90612345678")
	tab.Sees("+31612345678")
	tab.Sees("Nobody is known")
	tab.Press("Read it")
	tab.Sees("+31612345678")
	tab.Press("Save")
	tab.Sees("Saved.")
	tab.Fill("Number as the phone system shows it", app.Samples[0].Number)
	tab.Sees(app.Samples[0].Name)
	picture(tab, "system-try")
	tab.Click("Asterisk")
	tab.Press("Make such a key: Asterisk, extensions.conf")
	tab.Sees("Your new key")
	tab.Fits()
	tab.Axe()
	picture(tab, "system-paste")
	key := tab.Ask(`document.getElementById("fresh-key").textContent`)
	if text := tab.Ask(`document.getElementById("paste-asterisk-dialplan").textContent`); !strings.Contains(text, "Bearer "+key+")") || !strings.Contains(text, app.URL+"/v1/name?number=") {
		t.Errorf("pasted into Asterisk:\n%s", text)
	}
	if text := tab.Ask(`document.getElementById("paste-yealink-book").textContent`); strings.Contains(text, key) || !strings.Contains(text, "key=KEY&") {
		t.Errorf("a key that may not stand in an address stands there:\n%s", text)
	}
	ask := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.URL+"/v1/name?number=0612345678", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		return got.StatusCode
	}
	if got := ask(); got != http.StatusOK {
		t.Fatalf("the new key is answered with %d", got)
	}
	tab.Open(at)
	tab.Lacks(key)
	if shown := tab.Ask(`document.querySelector("#keys tbody td:nth-child(4)").innerText`); shown != "1" {
		t.Errorf("the key shows %q requests after one", shown)
	}
	tab.Press("Revoke")
	tab.Sees("The key was revoked")
	if got := ask(); got != http.StatusUnauthorized {
		t.Fatalf("the revoked key is answered with %d", got)
	}
	line(tab, at)
}

// line sets up how a phone system's calls are heard of: the test says why there is no connection, the password stays saved, and it
// is asked for again before it goes to another address.
func line(tab *webtest.Tab, at string) {
	tab.Open(at)
	tab.Sees("Not set up")
	tab.Click("Settings of the connection")
	tab.Lacks("Password of the phone system")
	tab.Fill("Hears of calls by", "ami")
	tab.Fill("Address", "127.0.0.1:5038")
	tab.Fill("User of the phone system", "ringdex")
	tab.Press("Save and test the connection")
	tab.Sees("One thing needs your attention")
	tab.Fill("Password of the phone system", "opensesame")
	tab.Press("Save and test the connection")
	tab.Sees("Hearing of calls: ")
	tab.Sees("Private addresses need the operator's --allow-outbound")
	tab.Open(at)
	tab.Sees("Not connected since")
	tab.Axe()
	picture(tab, "system-line")
	tab.Sees("Saved on ")
	tab.Fill("Address", "192.0.2.66")
	tab.Press("Save only")
	tab.Sees("Must be given again")
	picture(tab, "system-moved")
	tab.Fill("Password of the phone system", "another")
	tab.Press("Save only")
	tab.Sees("Saved.")
}

// picture leaves one for whoever looks at pictures.
func picture(tab *webtest.Tab, name string) {
	if out := os.Getenv("RINGDEX_PICTURES"); out != "" {
		tab.Picture(filepath.Join(out, name+".png"))
	}
}
