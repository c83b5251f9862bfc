package webconfig

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestSlowStranger guards that a route which may take long gives that time only to who may use it: a body that nobody may send and
// that never ends does not hold a connection (reliability row H5).
func TestSlowStranger(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewUnstartedServer(w.Web)
	server.Config.ReadTimeout = 100 * time.Millisecond
	server.Start()
	defer server.Close()
	tried := 0
	for _, r := range w.routes() {
		if r.method != http.MethodPost || !r.long && r.large == 0 {
			continue
		}
		tried++
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		w.must(err)
		w.must(c.SetDeadline(time.Now().Add(10 * time.Second)))
		_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\n\r\n", r.path)
		w.must(err)
		got, err := io.ReadAll(c) // until the server closes
		if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 303") {
			t.Errorf("%s: %v, %.40s", r.path, err, got)
		}
		c.Close()
	}
	if tried == 0 {
		t.Error("there are none")
	}
}
