package webconfig_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/webconfig/webtest"
)

// TestTooManyStreamsInABrowser guards that somebody whose lists are open too often reads so, on any screen, and is live again once
// there is room (reliability row H3).
func TestTooManyStreamsInABrowser(t *testing.T) {
	app := webtest.Start(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := &http.Client{Jar: jar}
	var open []*http.Response
	for _, u := range app.Users {
		if u.Role != "admin" {
			continue
		}
		got, err := elsewhere.PostForm(app.URL+"/sign-in", url.Values{"email": {u.Email}, "password": {u.Password}})
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
	}
	for {
		got, err := elsewhere.Get(app.URL + "/agent/events")
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		if got.StatusCode != http.StatusOK {
			break
		}
		open = append(open, got)
	}
	tab := app.Tab(t)
	tab.SignIn("admin")
	tab.Size(390, 844)
	tab.Open("/agent")
	tab.Sees("too many lists of calls")
	tab.Fits()
	if out := os.Getenv("RINGDEX_PICTURES"); out != "" {
		tab.Picture(filepath.Join(out, "agent-full.png"))
	}
	open[0].Body.Close()
	tab.Until("a line that stands", stands)
}
