package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// event sends an event of a call, and tells whether it was acknowledged.
func (h *house) event(ctx context.Context, key, id, kind, number string) bool {
	body := fmt.Sprintf(`{"call_id":%q,"event":%q,"caller":{"number":%q},"device":{"number":"201"}}`, id, kind, number)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.address+"/v1/calls", strings.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusAccepted
}

// kept lists the calls of the tenant.
func (h *house) kept() map[string]calls.Call {
	h.t.Helper()
	byID := map[string]calls.Call{}
	for before := ""; ; {
		var page []calls.Call
		raw := h.run("call", "list", "--tenant", e2eTenant, "--limit", "1000", "--before", before, "--json").out
		if err := json.Unmarshal([]byte(raw), &page); err != nil {
			h.t.Fatal(err)
		}
		for _, c := range page {
			if _, twice := byID[c.CallID]; twice {
				h.t.Errorf("call %s is there twice", c.CallID)
			}
			byID[c.CallID] = c
			before = c.ID
		}
		if len(page) < 1000 {
			break
		}
	}
	return byID
}

// TestKillDuringCalls: every event of a call that was acknowledged is there after a kill, once, and what was live is live.
func TestKillDuringCalls(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run("tenant", "add", e2eTenant, "--region", "NL")
	h.run("user", "add", "bo@example.com", "--tenant", e2eTenant, "--role", "agent", "--device", "201")
	key := h.run("key", "add", "--tenant", e2eTenant, "--scope", "calls", "--rate", "none").last()
	acknowledged := map[string]string{} // the newest event by call id
	var mu sync.Mutex
	for round := range min(killRounds(), 8) {
		h.serve()
		ctx, cancel := context.WithCancel(t.Context())
		var senders sync.WaitGroup
		for line := range 4 {
			senders.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					id := fmt.Sprintf("%d-%d-%d", round, line, i)
					for _, kind := range []string{"ringing", "answered", "ended"}[:1+i%3] {
						if !h.event(ctx, key, id, kind, "0612345678") {
							return
						}
						mu.Lock()
						acknowledged[id] = kind
						mu.Unlock()
					}
				}
			})
		}
		time.Sleep(rand.N(300 * time.Millisecond))
		h.kill()
		cancel()
		senders.Wait()
	}
	h.serve()
	states := map[string]calls.State{"ringing": calls.StateRinging, "answered": calls.StateAnswered, "ended": calls.StateEnded}
	mu.Lock()
	defer mu.Unlock()
	kept := h.kept()
	for id, kind := range acknowledged {
		c, ok := kept[id]
		if !ok {
			t.Errorf("call %s: %s was acknowledged and is gone", id, kind)
			continue
		}
		order := map[calls.State]int{calls.StateRinging: 1, calls.StateAnswered: 2, calls.StateEnded: 3, calls.StateMissed: 3}
		if order[c.State] < order[states[kind]] {
			t.Errorf("call %s is %s, and %s was acknowledged", id, c.State, kind)
		}
	}
	t.Logf("%d calls acknowledged", len(acknowledged))
	if s := h.run("verify"); !strings.Contains(s.out, " 0 broken") {
		t.Errorf("verify: %s", s.out)
	}
	h.stop()
}

// TestCallsInBackup: a backup brings the history of calls back, it lies on the disk sealed, and a tenant erased since is erased
// again.
func TestCallsInBackup(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.env = append(h.env, "RINGDEX_MASTER_KEY=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
	h.run("tenant", "add", e2eTenant, "--region", "NL")
	h.run("user", "add", "canary-agent@example.com", "--tenant", e2eTenant, "--role", "agent", "--device", "201", "--name", "Canary Agent")
	key := h.run("key", "add", "--tenant", e2eTenant, "--scope", "calls").last()
	link := h.run("call", "link", "add", "06 1234 5678", "Canary Person", "--tenant", e2eTenant).last()
	h.serve()
	for _, kind := range []string{"ringing", "answered", "ended"} {
		if !h.event(t.Context(), key, "canary-call", kind, "+31612345678") {
			t.Fatalf("%s was refused", kind)
		}
	}
	if c := h.kept()["canary-call"]; c.State != calls.StateEnded || c.Agent != "Canary Agent" || c.Known.Matches[0].Name != "Canary Person" {
		t.Errorf("before: %+v", c)
	}
	file := filepath.Join(t.TempDir(), "backup")
	h.run("backup", file)
	h.stop()
	for _, text := range []string{"canary-call", "Canary", "612345678"} {
		h.absent(text)
	}

	dir := h.dir
	h.dir = filepath.Join(t.TempDir(), "restored")
	h.run("restore", file)
	if c := h.kept()["canary-call"]; c.Agent != "Canary Agent" || c.Known.Matches[0].Name != "Canary Person" {
		t.Errorf("restored: %+v", c)
	}
	if s := h.run("verify"); !strings.Contains(s.out, " 1 calls, 0 broken") {
		t.Errorf("verify: %s", s.out)
	}
	h.run("call", "link", "remove", link, "--tenant", e2eTenant)

	h.dir = dir
	h.run("erase", "--tenant", e2eTenant, "--yes")
	ledger := filepath.Join(t.TempDir(), "ledger.json")
	if err := os.WriteFile(ledger, []byte(h.run("erase", "--report", "--json").out), 0o600); err != nil {
		t.Fatal(err)
	}
	h.dir = filepath.Join(t.TempDir(), "again")
	h.run("restore", file, "--ledger", ledger)
	var report []struct {
		Stores []struct {
			Name    string
			Records int
		}
	}
	h.run("verify") // opens everything, and so ends the erasure
	if err := json.Unmarshal([]byte(h.run("erase", "--report", "--json").out), &report); err != nil || len(report) != 1 {
		t.Fatalf("%v %+v", err, report)
	}
	for _, s := range report[0].Stores {
		if s.Name == "calls" && s.Records > 0 {
			return
		}
	}
	t.Errorf("the calls of an erased tenant came back: %+v", report)
}

// absent looks for a text in every file of the data folder.
func (h *house) absent(text string) {
	h.t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(text)) {
			h.t.Errorf("%s shows %q", path, text)
		}
		return err
	})
	if err != nil {
		h.t.Error(err)
	}
}
