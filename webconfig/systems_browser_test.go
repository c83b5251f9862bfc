package webconfig_test

import (
	"net/http"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestSystemsInABrowser guards that an admin sees what a number would be read as before anything is saved, makes a key that is
// shown once and works, and revokes it.
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
	tab.Press("Read it")
	tab.Sees("+31612345678")
	tab.Press("Save")
	tab.Sees("Saved.")
	tab.Fill("Name", "Front door")
	tab.Press("Make the key")
	tab.Sees("Your new key")
	tab.Fits()
	tab.Axe()
	key := tab.Ask(`document.getElementById("fresh-key").textContent`)
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
}
