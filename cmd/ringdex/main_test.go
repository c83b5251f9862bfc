package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
)

// lastPort begins somewhere else in each run, for tests of several that run at once.
var lastPort atomic.Uint32

func TestMain(m *testing.M) {
	lastPort.Store(rand.Uint32N(10000))
	testscript.Main(m, map[string]func(){"ringdex": main})
}

// TestCommands runs testdata/*.txt: each is a terminal session, so that a reader sees what a user sees.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("RINGDEX_DATA", env.WorkDir+"/data")
			env.Setenv("TZ", "UTC")
			env.Setenv("ADDRESS", freeAddress(t))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"await": await,
			"curl":  curl,
			"crm":   simulate,
		},
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// freeAddress is a port nobody listens on and no other test here was given. It lies below those the system gives to outgoing
// connections, which could take it before the server does.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+lastPort.Add(1)%10000)
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free port")
	return ""
}

// patience is how long anything may take before a test says that it waited in vain.
const patience = 3 * time.Minute

// comes polls until ready, or reports false.
func comes(ready func() bool) bool {
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if ready() {
			return true
		}
	}
	return false
}

// answers reports whether the server is ready.
func answers(address string) bool {
	resp, err := http.Get("http://" + address + "/readyz")
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// await ADDRESS waits until the server there is ready.
func await(ts *testscript.TestScript, _ bool, args []string) {
	if !comes(func() bool { return answers(args[0]) }) {
		ts.Fatalf("waited in vain for %s to be ready", args[0])
	}
}

// simulate starts a simulated CRM, whose address is $CRM then and whose API key is "key".
func simulate(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(crmsim.New(crmsim.Options{Contacts: 20, Seed: 1, APIKey: "key"}))
	ts.Defer(server.Close)
	ts.Setenv("CRM", server.URL)
}

// curl KEYFILE URL prints the answer to a GET with the key in the file; ! curl wants a status of 400 and above.
func curl(ts *testscript.TestScript, neg bool, args []string) {
	req, err := http.NewRequest(http.MethodGet, args[1], nil)
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[0])))
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if (resp.StatusCode >= http.StatusBadRequest) != neg {
		ts.Fatalf("%s: %s %s", args[1], resp.Status, body)
	}
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
}
