package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/jobs"
)

// pushed is a server with an integration whose contacts are sent, and a command that sends those of preset.
func pushed(t *testing.T, preset string, sets ...string) (h *house, args []string) {
	t.Helper()
	h = newHouse(t)
	h.settle()
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", preset, "--name", "Far away", "--set", "pushed=yes")
	h.serve()
	h.env = append(h.env, "RINGDEX_KEY="+h.key)
	args = []string{"push", "--url", "http://" + h.address, "--integration", "Far away", "--preset", preset, "--json"}
	for _, set := range sets {
		args = append(args, "--set", set)
	}
	return h, args
}

func (h *house) push(args []string, more ...string) (run jobs.Run) {
	h.t.Helper()
	if err := json.Unmarshal([]byte(h.run(append(args, more...)...).out), &run); err != nil {
		h.t.Fatal(err)
	}
	return run
}

// TestPushFromBehindAFirewall guards that any preset runs where the server cannot reach, a private address, with a secret from a
// variable and no state of its own: first all contacts, then what has changed, and all again where somebody says so.
func TestPushFromBehindAFirewall(t *testing.T) {
	t.Parallel()
	sim := newCRM(t, crmsim.Options{Contacts: 300, APIKey: "canary-key"})
	h, args := pushed(t, "democrm", "address="+sim.url)
	h.env = append(h.env, "RINGDEX_OPTION_API_KEY=canary-key")
	one := sim.loner(0)
	first := h.push(args)
	if first.Mode != jobs.Full || first.State != jobs.Succeeded || first.Counts.Added != 300 || first.Trigger != jobs.Pushed {
		t.Errorf("first: %+v", first)
	}
	number := one.Numbers()[0]
	if got := h.ask(number); len(got) != 1 {
		t.Errorf("%s: %+v", number, got)
	}
	sim.Delete(one.Index)
	if second := h.push(args); second.Mode != jobs.Changes || second.Counts.Removed != 1 || second.Counts.Read >= 300 {
		t.Errorf("second: %+v", second)
	}
	if got := h.ask(number); len(got) != 0 {
		t.Errorf("%s is gone: %+v", number, got)
	}
	if third := h.push(args, "--full"); third.Mode != jobs.Full || third.Counts.Read != 299 {
		t.Errorf("third: %+v", third)
	}
	if strings.Contains(h.logs.String()+h.told.String(), "canary") {
		t.Error("the secret was told")
	}
}

// TestPushFile guards that a source that cannot tell changes sends everything, one that has not changed nothing, and that the
// command's exit code says how it ended.
func TestPushFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "contacts.csv")
	write := func(rows ...string) {
		if err := os.WriteFile(file, []byte("id;name;phone\n"+strings.Join(rows, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h, args := pushed(t, "csv", "path="+file)
	write("1;Ada;020 7654321", "2;Bo;020 7654322")
	if run := h.push(args); run.Counts.Added != 2 {
		t.Errorf("first: %+v", run)
	}
	if run := h.push(args); run.Mode != jobs.Changes || run.Counts.Read != 0 {
		t.Errorf("unchanged: %+v", run)
	}
	write("1;Ada Muster;020 7654321")
	if run := h.push(args); run.Mode != jobs.Full || run.Counts.Changed != 1 || run.Counts.Removed != 1 {
		t.Errorf("changed: %+v", run)
	}
	var many []string
	for i := range 100 {
		many = append(many, strings.Replace("1NN;Ada;020 76544NN", "NN", string(rune('0'+i/10))+string(rune('0'+i%10)), 2))
	}
	write(many...)
	h.push(args)
	write(many[:3]...)
	if held := h.try(args...); held.code != exitFailed || !strings.Contains(held.err, "held: ") {
		t.Errorf("held: %+v", held)
	}
	for _, c := range []struct {
		more []string
		code int
		want string
	}{
		{[]string{"--integration", "nowhere"}, exitFailed, "no such integration"},
		{[]string{"--preset", "salesforce", "--set", "domain=acme.my.salesforce.com", "--set", "client_id=x", "--set", "client_secret=y"}, exitFailed, "in a browser"},
		{[]string{"--preset", "push"}, exitUsage, "reads no contacts"},
		{[]string{"--set", "path=" + file + ".gone"}, exitFailed, "no such file"},
		{[]string{"--url", "ringdex.example"}, exitUsage, "no address"},
		{[]string{"--url", ""}, exitUsage, "--url is missing"},
		{[]string{"--key-file", file + ".gone"}, exitFailed, "--key-file"},
		{[]string{"--key", "rdx_wrong"}, exitFailed, "valid API key"},
	} {
		all := append(args, c.more...)
		if strings.Contains(c.want, "browser") {
			all = append(args[:len(args)-2:len(args)-2], c.more...)
		}
		if got := h.try(all...); got.code != c.code || !strings.Contains(got.err, c.want) {
			t.Errorf("%v: %+v", c.more, got)
		}
	}
}

// TestPushDatabase guards the usual case: a database inside, read by its own preset, first whole and then what has changed.
func TestPushDatabase(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "crm.sqlite")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, changed TEXT)")
	do("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i < 1199) INSERT INTO people SELECT i, 'Person '||i, printf('020 7%06d', i), '2026-11-01 10:00:00' FROM n")
	h, args := pushed(t, "custom-sql", "driver=sqlite", "path="+file, "table=people", "updated_column=changed")
	if run := h.push(args); run.Counts.Added != 1200 || run.Mode != jobs.Full {
		t.Errorf("first: %+v", run)
	}
	do("UPDATE people SET name = 'Ada Muster', changed = '2026-11-20 10:00:00' WHERE id = 7")
	if run := h.push(args); run.Counts.Changed != 1 || run.Mode != jobs.Changes || run.Counts.Removed != 0 {
		t.Errorf("second: %+v", run)
	}
	if got := h.ask("0207000007"); len(got) != 1 || got[0].Name != "Ada Muster" {
		t.Errorf("answer: %+v", got)
	}
	do("DELETE FROM people WHERE id = 8")
	if run := h.push(args, "--full"); run.Counts.Removed != 1 || run.Counts.Unchanged != 1199 {
		t.Errorf("third: %+v", run)
	}
}
