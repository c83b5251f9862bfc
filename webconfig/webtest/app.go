package webtest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// App is a running demo.
type App struct {
	URL    string `json:"url"`
	CRM    string `json:"crm"`
	Tenant string `json:"tenant"`
	Key    string `json:"key"`
	Users  []struct {
		Email, Password, Role string
	} `json:"users"`
	Samples []struct{ Number, Name string } `json:"samples"`
	Dir     string                          `json:"-"`

	args  []string
	cmd   *exec.Cmd
	ended chan error
	out   *bytes.Buffer
}

var (
	build  sync.Once
	binary string
	failed []byte
)

// program builds ringdex once for all tests of a package.
func program(t *testing.T) string {
	t.Helper()
	build.Do(func() {
		dir, err := os.MkdirTemp("", "ringdex-webtest-") //nolint:usetesting // for all tests of the package
		if err != nil {
			failed = []byte(err.Error())
			return
		}
		binary = filepath.Join(dir, "ringdex")
		if out, err := exec.Command("go", "build", "-o", binary, "github.com/ringdex/ringdex/cmd/ringdex").CombinedOutput(); err != nil {
			failed = append(out, err.Error()...)
		}
	})
	if failed != nil {
		t.Fatalf("build ringdex: %s", failed)
	}
	return binary
}

// Start starts the demo on a folder of the test and waits until it answers. args are further ones of `ringdex demo`.
func Start(t *testing.T, args ...string) *App {
	t.Helper()
	needsChromium(t)
	a := &App{Dir: t.TempDir(), args: args}
	a.run(t, "127.0.0.1:0")
	t.Cleanup(a.Stop)
	return a
}

// Restart stops the program and starts it on the same folder and address.
func (a *App) Restart(t *testing.T) {
	t.Helper()
	a.Stop()
	a.run(t, a.URL[len("http://"):])
}

func (a *App) run(t *testing.T, listen string) {
	t.Helper()
	a.out = &bytes.Buffer{}
	a.cmd = exec.Command(program(t), append([]string{"demo", "--listen", listen, "--data", a.Dir}, a.args...)...)
	a.cmd.Stdout, a.cmd.Stderr = a.out, a.out
	file := filepath.Join(a.Dir, "demo.json")
	last := a.Key // each start has a new one: a file with it is of the last
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.cmd.Wait() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case err := <-ended:
			t.Fatalf("the demo ended: %v\n%s", err, a.out)
		case <-deadline:
			t.Fatalf("the demo does not answer\n%s", a.out)
		case <-tick.C:
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if err := json.Unmarshal(raw, a); err != nil {
			t.Fatal(err)
		}
		if a.Key != last {
			a.ended = ended
			return
		}
	}
}

// Stop ends the program as Ctrl-C does. A second Stop does nothing.
func (a *App) Stop() {
	if a.cmd == nil || a.cmd.Process == nil {
		return
	}
	_ = a.cmd.Process.Signal(syscall.SIGINT)
	<-a.ended //nolint:errcheck // how it ended is not what is tested
	a.cmd = nil
}
