package bench

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// A call counts from the first list it is in to the first it is not in any more; what came before an event was sent is no answer to it.
func TestPassages(t *testing.T) {
	s := &liveStream{known: map[string]*passage{}, first: make(chan struct{})}
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	s.hear(at(1), []byte(`{"calls":[]}`))
	s.hear(at(12), []byte(`{"calls":[{"text":"Ringing: Ada"}]}`))
	s.hear(at(15), []byte(`{"calls":[{"text":"Answered: Ada"},{"text":"Ringing: Bo"}]}`))
	s.hear(at(27), []byte(`{"calls":[{"text":"Ringing: Bo"}]}`))
	got := s.passages()
	if times := got["Ada"].times(passage{at(10), at(20)}); len(times) != 2 || times[0] != 2*time.Millisecond || times[1] != 7*time.Millisecond {
		t.Errorf("%v", times)
	}
	if times := got["Bo"].times(passage{came: at(10)}); len(times) != 1 || times[0] != 5*time.Millisecond {
		t.Errorf("%v", times)
	}
	if len(s.passages()) != 0 {
		t.Error("told twice")
	}
}

// A real browser is signed in by its cookie, and its clock is compared with ours.
func TestBrowser(t *testing.T) {
	program := installedBrowser()
	if program == "" && os.Geteuid() == 0 {
		t.Fatal("chromium is not installed: `make deps` installs it")
	}
	if program == "" {
		t.Skip("SKIPPED: chromium is not installed")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if c, err := r.Cookie("session"); err == nil && c.Value == "mine" {
			_, _ = w.Write([]byte("<p id=in>signed in"))
		}
	}))
	defer server.Close()
	b, err := openBrowser(t.Context(), program, server.URL+"/", &http.Cookie{Name: "session", Value: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if err := b.until(t.Context(), `document.getElementById("in")`); err != nil {
		t.Fatal(err)
	}
	if b.ahead.Abs() > time.Minute {
		t.Errorf("a clock of the same machine is %v ahead", b.ahead)
	}
}
