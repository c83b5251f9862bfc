package webconfig

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/jobs/mail/mailtest"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/wording"
)

// TestNotices guards that what needs somebody is said on the start page, on the page of notices and on its integration, with
// whom it was sent to; that it can be put aside; that the list leads on by pages; and that nobody sees another tenant's.
func TestNotices(t *testing.T) {
	smtp := mailtest.Start(t, mailtest.Options{})
	w := newWorld(t, func(d *Deps) {
		server, err := mail.Parse("smtp://" + smtp.Addr + "?from=ringdex@example.com")
		if err == nil {
			d.Notices, err = notice.New(notice.Deps{Store: d.Store, Directory: d.Directory, Keys: d.Keys, PublicURL: d.PublicURL, Mail: server, Now: d.Now})
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	mine := w.customer("mine", "")
	w.customer("other", "")
	in := refOf(w.synced(mine.id, 3))
	at := "/integrations/" + string(in.Integration)
	is := func(all ...notice.Condition) {
		w.Notices.Compare(t.Context(), all, func(cache.Ref) bool { return true })
	}
	reauth := notice.Condition{In: in, Kind: notice.Reauth, Since: w.now(), Text: wording.Plain("It said no.")}
	is(reauth)
	b := w.signedInAs("admin@mine.example")
	for _, path := range []string{"/", "/notices", at} {
		page := b.get(path).body
		for _, want := range []string{"Sheet: please sign in again", "It said no.", "Sent 20 Nov 2026, 15:03 to admin@mine.example", `href="/notices"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	for _, path := range []string{"/", "/notices", "/notices?only=all"} {
		if page := w.signedInAs("admin@other.example").get(path).body; strings.Contains(page, "please sign in again") {
			t.Errorf("another tenant sees it on %s", path)
		}
	}
	open, err := w.Notices.Current(t.Context(), mine.id)
	w.must(err)
	if got := w.signedInAs("admin@other.example").post("/notices/" + open[0].ID + "/acknowledge"); got.StatusCode != http.StatusNotFound {
		t.Errorf("another tenant puts it aside: %d", got.StatusCode)
	}
	if got := b.post("/notices/"+open[0].ID+"/acknowledge", "back", "//elsewhere.example"); got.Header.Get("Location") != "/" {
		t.Errorf("it leads to %q", got.Header.Get("Location"))
	}
	if page := b.get(at).body; strings.Contains(page, "please sign in again") || strings.Contains(page, `href="/notices"`) {
		t.Error("it is still there after it was put aside")
	}
	if page := b.get("/notices").body; !strings.Contains(page, "Put aside") {
		t.Error("the page does not say that it was put aside")
	}
	is()
	if page := b.get("/notices").body; !strings.Contains(page, "the sign-in works again") {
		t.Error("the page does not say that it is over")
	}
	for n := range 2 * noticesOnPage {
		reauth.Since = w.now().Add(time.Duration(n) * time.Minute)
		is(reauth)
	}
	seen, path := 0, "/notices?only=all"
	for range 5 {
		page := b.get(path).body
		seen += strings.Count(page, `aria-labelledby="n_`)
		_, rest, more := strings.Cut(page, `href="/notices?before=`)
		if !more {
			break
		}
		id, _, _ := strings.Cut(rest, `"`)
		path = "/notices?before=" + id
	}
	if want := 2*noticesOnPage + 1; seen != want {
		t.Errorf("%d notices on all pages, not %d", seen, want)
	}
	if got := b.get("/notices?before=nothing"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", got.StatusCode)
	}
}
