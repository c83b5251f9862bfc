package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/jobs"
)

// house is one data folder with the commands and the server that run on it, as processes of their own.
type house struct {
	t       *testing.T
	dir     string
	flags   []string // of the server
	env     []string // further variables of everything
	address string
	server  *exec.Cmd
	key     string
	logs    *lines // of all servers so far
	told    *lines // what commands printed, but for what they print once
}

// lines is output that is read while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

const e2eTenant = "Acme BV"

// newHouse is an empty data folder; flags are the server's.
func newHouse(t *testing.T, flags ...string) *house {
	t.Helper()
	return &house{t: t, dir: filepath.Join(t.TempDir(), "data"), flags: flags, logs: &lines{}, told: &lines{}}
}

// said is what a command came to.
type said struct {
	out, err string
	code     int
}

// last is the last line of standard output, where `add` prints ids.
func (s said) last() string {
	all := strings.Split(strings.TrimSpace(s.out), "\n")
	return all[len(all)-1]
}

// try runs a command on the folder.
func (h *house) try(args ...string) said {
	h.t.Helper()
	return h.tryWith("", args...)
}

func (h *house) tryWith(input string, args ...string) said {
	h.t.Helper()
	var out, errs bytes.Buffer
	cmd := h.command(args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	fmt.Fprint(h.told, errs.String())
	if len(args) < 2 || args[0] != "key" || args[1] != "add" {
		fmt.Fprint(h.told, out.String())
	}
	return said{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(h.t.Context(), "ringdex", args...)
	cmd.Env = append(os.Environ(), "RINGDEX_DATA="+h.dir, "TZ=UTC", "GORACE=halt_on_error=1")
	cmd.Env = append(cmd.Env, h.env...)
	return cmd
}

// run is try for what has to work.
func (h *house) run(args ...string) said {
	h.t.Helper()
	s := h.try(args...)
	if s.code != exitDone {
		h.t.Fatalf("ringdex %s: exit %d\n%s%s", strings.Join(args, " "), s.code, s.out, s.err)
	}
	return s
}

// serve starts a server and waits until it is ready.
func (h *house) serve() {
	h.t.Helper()
	h.address = freeAddress(h.t)
	args := append([]string{"serve", "--listen", h.address, "--log-level", "debug"}, h.flags...)
	h.server = h.command(args...)
	h.server.Stdout, h.server.Stderr = h.logs, h.logs
	if err := h.server.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(h.kill)
	h.wait("the server to be ready", func() bool { return answers(h.address) })
}

// wait polls, and gives up when patience ends.
func (h *house) wait(what string, ready func() bool) {
	h.t.Helper()
	if !comes(ready) {
		h.t.Fatalf("waited in vain for %s\n%s", what, h.logs)
	}
}

// kill ends the server as a power cut does.
func (h *house) kill() {
	if h.server != nil {
		_ = h.server.Process.Kill()
		_ = h.server.Wait()
		h.server = nil
	}
}

// stop ends the server as an administrator does.
func (h *house) stop() {
	h.t.Helper()
	if err := h.server.Process.Signal(syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	if err := h.server.Wait(); err != nil {
		h.t.Errorf("the server ended with %v\n%s", err, h.logs)
	}
	h.server = nil
}

// settle adds the tenant and a key.
func (h *house) settle() {
	h.t.Helper()
	h.run("tenant", "add", e2eTenant, "--region", "NL")
	h.key = h.run("key", "add", "--tenant", e2eTenant, "--scope", "match,admin").last()
}

// call asks the admin API as commands do.
func (h *house) call(method, path string, in, out any) error {
	h.t.Helper()
	c, err := connectSocket(h.t.Context(), h.dir)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	return c.call(h.t.Context(), method, path, in, out)
}

// integration is what the API says of an integration of the tenant.
func (h *house) integration(name string) integrationAnswer {
	h.t.Helper()
	var i integrationAnswer
	if err := h.call(http.MethodGet, path("tenants", e2eTenant, "integrations", name), nil, &i); err != nil {
		h.t.Fatal(err)
	}
	return i
}

// sync runs a synchronisation to its end; one that is under way already is waited for.
func (h *house) sync(name string, full bool) jobs.Run {
	h.t.Helper()
	at := path("tenants", e2eTenant, "integrations", name)
	var begun struct{ Run jobs.RunID }
	h.wait("a run to begin", func() bool {
		return h.call(http.MethodPost, at+"/sync", map[string]bool{"full": full}, &begun) == nil
	})
	var run jobs.Run
	h.wait("the run to end", func() bool {
		if err := h.call(http.MethodGet, at+"/runs/"+string(begun.Run), nil, &run); err != nil {
			h.t.Fatal(err)
		}
		return run.State != jobs.Running
	})
	return run
}

// found is one match of an answer.
type found struct {
	Name, Company string
	Generation    uint64
}

// ask is what a phone system does.
func (h *house) ask(number string) []found {
	h.t.Helper()
	answer, err := askFor(h.address, h.key, number)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer
}

func askFor(address, key, number string) ([]found, error) {
	req, err := http.NewRequest(http.MethodGet, "http://"+address+"/v1/match?number="+url.QueryEscape(number), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct{ Matches []found }
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("match: %s", resp.Status)
	}
	return answer.Matches, json.NewDecoder(resp.Body).Decode(&answer)
}

// crm is a simulated CRM on a port of its own.
type crm struct {
	*crmsim.Server
	url   string
	allow string // the rule that lets the server reach it
}

func newCRM(t *testing.T, o crmsim.Options, around ...func(http.Handler) http.Handler) *crm {
	t.Helper()
	sim := crmsim.New(o)
	var h http.Handler = sim
	for _, wrap := range around {
		h = wrap(h)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return &crm{Server: sim, url: server.URL, allow: "127.0.0.1/32:" + port}
}

// lists counts the requests for records and what belongs to them since the log was emptied.
func (c *crm) lists() int {
	n := 0
	for _, r := range c.Requests() {
		if strings.HasPrefix(r.Path, "/api/") {
			n++
		}
	}
	return n
}

// loner is a contact whose numbers nobody else has, from index i on.
func (c *crm) loner(i int) crmsim.Contact {
	for _, one := range c.Contacts()[i:] {
		if one.Index%3 != 0 && one.Country == "NL" && len(one.Numbers()) > 0 {
			return one
		}
	}
	return crmsim.Contact{}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// browse does what a person does at the CRM's consent page, and returns where that ended.
func browse(t *testing.T, address, answer string) (status int, text string) {
	t.Helper()
	jar, _ := cookiejar.New(nil) // never fails
	browser := &http.Client{Jar: jar}
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("consent page: %s %s %v", resp.Status, page, err)
	}
	form := url.Values{"answer": {answer}}
	for _, field := range hidden.FindAllStringSubmatch(string(page), -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	resp, err = browser.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	end, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(end)
}

// addressIn finds the address to open in what a command said.
func addressIn(t *testing.T, text string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^https?://\S+$`).FindString(text)
	if found == "" {
		t.Fatalf("no address to open in %q", text)
	}
	return found
}

// smallPages is a folder with the demo CRM's preset, but for pages of that size.
func smallPages(t *testing.T, size int) string {
	t.Helper()
	from, dir := "../../presets/catalog/democrm", filepath.Join(t.TempDir(), "presets")
	if err := os.CopyFS(filepath.Join(dir, "democrm"), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "democrm", "preset.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	small := bytes.Replace(text, []byte("size: 2000"), fmt.Appendf(nil, "size: %d", size), 1)
	if bytes.Equal(small, text) {
		t.Fatal("the preset has no page size to replace")
	}
	if err := os.WriteFile(file, small, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// within is ctx with an end, for what must not hang.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
