package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
)

// canaries are texts that may show up in no file and no log, by what they are.
type canaries struct {
	mu    sync.Mutex
	texts map[string]string
}

func (c *canaries) plant(what, text string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(text) >= 8 {
		c.texts[text] = what
	}
	return text
}

func (c *canaries) fresh(what string) string { return c.plant(what, "canary"+rand.Text()) }

// find returns what was planted under a name.
func (c *canaries) find(what string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for text, name := range c.texts {
		if name == what {
			return text
		}
	}
	return ""
}

// tokens plants every token the CRM's identity provider gives, and every one that is shown to it.
func (c *canaries) tokens(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
			c.plant("token that was sent", token)
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		if strings.HasSuffix(r.URL.Path, "/token") {
			var given map[string]any
			_ = json.Unmarshal(answer.Body.Bytes(), &given)
			for _, name := range []string{"access_token", "refresh_token"} {
				c.plant(name, fmt.Sprint(given[name]))
			}
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// in looks for the canaries in what a reader holds, in the spellings people and programs use.
func (c *canaries) in(t *testing.T, where string, content []byte) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for text, what := range c.texts {
		for _, spelling := range []string{text, base64.StdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text))} {
			if at := bytes.Index(content, []byte(spelling)); at >= 0 {
				from, to := max(0, at-60), min(len(content), at+len(spelling)+60)
				t.Errorf("%s holds the %s: …%q…", where, what, content[from:to])
				break
			}
		}
	}
}

func everyFile(t *testing.T, dir string, do func(path string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || e.Name() == "ballast" || e.Name() == "lock" { // of whoever has the folder now
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil {
			do(path, content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCanaries guards B1, B4, E1, E2, E3 and Q4: no secret shows up in the data folder, in a backup, in a log or in what a
// command says, and no name and no number in anything that lies on the disk or in the log.
func TestCanaries(t *testing.T) {
	t.Parallel()
	secrets, people := &canaries{texts: map[string]string{}}, &canaries{texts: map[string]string{}}
	clientSecret := secrets.fresh("client secret")
	sim := newCRM(t, crmsim.Options{Contacts: 30, Seed: 8, APIKey: secrets.fresh("API key of the CRM"), OAuth: crmsim.OAuth{ClientSecret: clientSecret}}, secrets.tokens)
	h := newHouse(t, "--allow-outbound", sim.allow)
	h.env = []string{masterKeyVariable + "=" + secrets.plant("master key", base64.StdEncoding.EncodeToString(random32()))}
	h.serve()
	h.settle()
	secrets.plant("API key", h.key)

	h.fillWithCanaries(sim, secrets, people, clientSecret)
	h.provoke(sim, secrets)
	backup := filepath.Join(t.TempDir(), "backup.bin")
	h.run("backup", backup)
	h.run("integration", "report", "CRM", "--tenant", e2eTenant, "--json")
	h.run("integration", "show", "CRM", "--tenant", e2eTenant)
	h.run("verify")
	h.stop()
	h.run("tenant", "list")

	secrets.in(t, "what commands say", []byte(h.told.String()))
	secrets.in(t, "the server's log", []byte(h.logs.String()))
	people.in(t, "the server's log", []byte(h.logs.String()))
	if !strings.Contains(h.logs.String(), "request") && !strings.Contains(h.logs.String(), "level=DEBUG") {
		t.Errorf("the log tells nothing, so nothing was looked at: %s", h.logs)
	}
	files, control := 0, false
	look := func(path string, content []byte) {
		files++
		secrets.in(t, path, content)
		people.in(t, path, content)
		control = control || bytes.Contains(content, []byte("t_"))
	}
	everyFile(t, h.dir, look)
	everyFile(t, filepath.Dir(backup), look)
	if files < 8 || !control {
		t.Errorf("%d files, account ids in clear: %t; the search may have looked at nothing", files, control)
	}
	t.Logf("%d secrets, %d names and numbers, %d files", len(secrets.texts), len(people.texts), files)
}

// fillWithCanaries brings in everything that has to be kept secret.
func (h *house) fillWithCanaries(sim *crm, secrets, people *canaries, clientSecret string) {
	t := h.t
	added := h.run("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--name", "CRM", "--set", "address="+sim.url, "--set", "client_secret="+clientSecret)
	if status, text := browse(t, addressIn(t, added.err), "allow"); status != http.StatusOK {
		t.Fatalf("sign-in: %d %s", status, text)
	}
	h.run("integration", "sync", "CRM", "--tenant", e2eTenant)
	sim.ExpireAccess()
	h.run("integration", "sync", "CRM", "--tenant", e2eTenant)
	for _, c := range sim.Contacts() {
		people.plant("contact's e-mail", c.Email)
		people.plant("contact's phone", c.Phone)
		for _, n := range c.Numbers() {
			people.plant("number", n)
			people.plant("number's national part", n[3:])
		}
	}
	name, number := people.fresh("name"), people.plant("number", "0205559871")
	sheet := filepath.Join(t.TempDir(), "contacts.csv")
	if err := os.WriteFile(sheet, []byte("id;name;phone\n1;"+name+";"+number+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	people.plant("number", "205559871")
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "csv", "--name", "Sheet", "--set", "path="+sheet)
	h.run("integration", "sync", "Sheet", "--tenant", e2eTenant)
	if got := h.ask(number); len(got) != 1 || got[0].Name != name {
		t.Errorf("asked: %+v", got)
	}
	secrets.plant("URL key", h.run("key", "add", "--tenant", e2eTenant, "--scope", "match", "--url-key", "--name", "url").last())
	person := h.tryWith(secrets.fresh("password")+"\n", "user", "add", "ada@example.com", "--tenant", e2eTenant, "--role", "admin", "--password-stdin")
	if person.code != exitDone {
		t.Fatalf("user: %+v", person)
	}
}

// provoke makes everything fail that can, with secrets at hand.
func (h *house) provoke(sim *crm, secrets *canaries) {
	t := h.t
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--name", "Key", "--set", "address="+sim.url, "--set", "api_key="+secrets.fresh("wrong API key"))
	for _, args := range [][]string{
		{"integration", "sync", "Key"},
		{"integration", "check", "Key"},
		{"integration", "add", "--preset", "democrm", "--set", "api_key=" + secrets.fresh("secret of a refused integration"), "--set", "adress=x"},
		{"integration", "set", "Key", "api_key=" + secrets.fresh("secret beside a mistake"), "region=Nowhere"},
	} {
		if s := h.try(append(args, "--tenant", e2eTenant)...); s.code == exitDone {
			t.Errorf("%v worked: %s", args[:2], s.out)
		}
	}
	sim.Inject(crmsim.Fault{Kind: crmsim.HTML, Path: "/api/v1/contacts"})
	h.try("integration", "sync", "CRM", "--tenant", e2eTenant, "--full")
	sim.ClearFaults()
	sim.RevokeAll()
	h.try("integration", "sync", "CRM", "--tenant", e2eTenant)
	urlKey := secrets.find("URL key")
	for _, at := range []string{"/v1/match?number=1&key=" + urlKey, "/v1/keys?key=" + urlKey, "/v1/match?key=" + urlKey, "/nowhere?key=" + urlKey} {
		h.request(http.MethodGet, at, "", "")
	}
	wrong := secrets.fresh("wrong password")
	for _, auth := range []string{"Bearer " + secrets.fresh("wrong key"), "Basic " + base64.StdEncoding.EncodeToString([]byte("ada@example.com:"+wrong))} {
		if status := h.request(http.MethodGet, "/v1/integrations", auth, ""); status != http.StatusUnauthorized {
			t.Errorf("signed in with something wrong: %d", status)
		}
	}
	for _, body := range []string{`{"options":{"api_key":"` + secrets.fresh("secret in broken JSON"), `{"preset":"democrm","options":{"api_key":["` + secrets.fresh("secret of a wrong type") + `"]}}`} {
		if status := h.request(http.MethodPost, "/v1/integrations", "Bearer "+h.key, body); status < 400 {
			t.Errorf("a broken body: %d", status)
		}
	}
}

// request sends something by hand and keeps what is said.
func (h *house) request(method, at, auth, body string) int {
	h.t.Helper()
	req, err := http.NewRequest(method, "http://"+h.address+at, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", auth)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(h.told, resp.Body)
	return resp.StatusCode
}
