package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
)

// crmPage is how many contacts a page of the simulated CRM has.
const crmPage = 2000

// crmKey signs in to the simulated CRM.
const crmKey = "bench-key"

// crmSide is a simulated CRM that takes its time for each page.
type crmSide struct {
	address  string
	contacts int
	think    time.Duration
	requests atomic.Int64 // of anything
	pages    atomic.Int64 // of the list
	server   *http.Server
}

func startCRM(contacts int, think time.Duration) (*crmSide, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &crmSide{address: "http://" + l.Addr().String(), contacts: contacts, think: think}
	sim := crmsim.New(crmsim.Options{Contacts: contacts, APIKey: crmKey})
	c.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c.requests.Add(1)
		if strings.HasSuffix(req.URL.Path, "/contacts") {
			c.pages.Add(1)
			time.Sleep(c.think)
		}
		sim.ServeHTTP(w, req)
	})}
	go func() { _ = c.server.Serve(l) }()
	return c, nil
}

// least is the fewest requests the list can be read with.
func (c *crmSide) least() int { return (c.contacts + crmPage - 1) / crmPage }

// drain reads all pages and throws them away.
func (c *crmSide) drain(ctx context.Context) (seconds float64, err error) {
	start := time.Now()
	for from := 0; from < c.contacts; from += crmPage {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/api/v1/contacts?limit=%d&cursor=after-%d", c.address, crmPage, from), nil)
		if err != nil {
			return 0, err
		}
		req.Header.Set("Authorization", "Bearer "+crmKey)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
			return 0, errors.Join(err, errors.New(resp.Status))
		}
	}
	return time.Since(start).Seconds(), nil
}

// CRM measures synchronisations with a simulated CRM over HTTP, from the first request to the published generation, and
// holds them against the time the CRM itself takes to send its pages: as fast as it can, and taking think for each.
func (r *Run) CRM(ctx context.Context, contacts int, think time.Duration) error {
	r.table(fmt.Sprintf("%s contacts at %s a page, over HTTP, read, normalised, stored and published by a process of its own",
		thousands(contacts), thousands(crmPage)),
		"the CRM", "its pages alone, s", "synchronisation, s", "ratio", "requests ÷ least", "peak anonymous MiB", "… with a quarter of the contacts", "pages asked for again after a kill")
	for _, pace := range []time.Duration{0, think} {
		if err := r.crmRounds(ctx, contacts, pace); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) crmRounds(ctx context.Context, contacts int, pace time.Duration) error {
	var alone, took, requests, memory, quarter, again spread
	for round := range r.rounds() {
		whole, err := r.syncCRM(ctx, contacts, pace, false)
		if err != nil {
			return err
		}
		part, err := r.syncCRM(ctx, contacts/4, pace, false)
		if err != nil {
			return err
		}
		killed, err := r.syncCRM(ctx, contacts, pace, true)
		if err != nil {
			return err
		}
		r.log("round %d: %.2f s, the CRM alone %.2f s", round+1, whole.seconds, whole.alone)
		alone, took = append(alone, whole.alone), append(took, whole.seconds)
		requests = append(requests, float64(whole.requests)/float64(whole.least))
		memory, quarter = append(memory, whole.memory), append(quarter, part.memory)
		again = append(again, float64(killed.pages-killed.least))
	}
	name := "as fast as it can"
	if pace > 0 {
		name = fmt.Sprintf("takes %s for a page", pace)
	}
	r.line(name, alone.text("%.2f"), took.text("%.2f"), took.to(alone).text("%.2f"), requests.text("%.2f"), memory.text("%.0f"), quarter.text("%.0f"), again.text("%.0f"))
	return nil
}

// crmResult is what one synchronisation took.
type crmResult struct {
	alone, seconds, memory float64
	requests, pages, least int
}

// syncCRM synchronises into a new folder; killed, its process is ended half-way and started again.
func (r *Run) syncCRM(ctx context.Context, contacts int, pace time.Duration, killed bool) (res crmResult, err error) {
	crm, err := startCRM(contacts, pace)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, crm.server.Close()) }()
	if res.alone, err = crm.drain(ctx); err != nil {
		return res, err
	}
	dir := r.folder("crm")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	id, err := r.connect(ctx, dir, crm.address)
	if err != nil {
		return res, err
	}
	crm.requests.Store(0)
	crm.pages.Store(0)
	res.least = crm.least()
	if killed {
		half := int64(res.least / 2)
		if _, err := r.runSync(ctx, dir, id, func() bool { return crm.pages.Load() >= half }); err != nil {
			return res, err
		}
	}
	if res.memory, err = r.runSync(ctx, dir, id, nil); err != nil {
		return res, err
	}
	res.requests, res.pages = int(crm.requests.Load()), int(crm.pages.Load())
	res.seconds, err = r.lastRun(ctx, dir, id, contacts)
	return res, err
}

// command is this program on a folder.
func (r *Run) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.Self, args...)
	cmd.Env = append(os.Environ(), "RINGDEX_DATA="+dir, "RINGDEX_ALLOW_OUTBOUND=127.0.0.1/32", "RINGDEX_MASTER_KEY="+MasterKey())
	return cmd
}

// connect makes a tenant with an integration of the CRM.
func (r *Run) connect(ctx context.Context, dir, address string) (id string, err error) {
	if _, err := r.command(ctx, dir, "tenant", "add", "Bench", "--region", "NL").Output(); err != nil {
		return "", fmt.Errorf("add tenant: %w", err)
	}
	out, err := r.command(ctx, dir, "integration", "add", "--tenant", "Bench", "--preset", "democrm", "--set", "address="+address, "--set", "api_key="+crmKey).Output()
	if err != nil {
		return "", fmt.Errorf("add integration: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1], nil
}

// runSync runs a synchronisation and returns its peak of anonymous memory; stop ends it without warning.
func (r *Run) runSync(ctx context.Context, dir, id string, stop func() bool) (most float64, err error) {
	cmd := r.command(ctx, dir, "integration", "sync", id, "--tenant", "Bench", "--full")
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for pid := fmt.Sprint(cmd.Process.Pid); ; {
		select {
		case err := <-ended:
			return most, err
		case <-time.After(5 * time.Millisecond):
			most = max(most, anonymous(pid))
		}
		if stop != nil && stop() {
			err := cmd.Process.Kill()
			_ = <-ended // it says how it was killed
			return most, err
		}
	}
}

// lastRun is how long the newest run took, which has to have brought every contact.
func (r *Run) lastRun(ctx context.Context, dir, id string, contacts int) (seconds float64, err error) {
	out, err := r.command(ctx, dir, "integration", "history", id, "--tenant", "Bench", "--json").Output()
	if err != nil {
		return 0, fmt.Errorf("read history: %w", err)
	}
	var runs []struct {
		State          string
		Started, Ended time.Time
		Counts         struct{ Read int }
	}
	if err := json.Unmarshal(out, &runs); err != nil || len(runs) == 0 {
		return 0, errors.Join(err, errors.New("there is no run in the history"))
	}
	if last := runs[0]; last.State != "succeeded" || last.Counts.Read != contacts {
		return 0, fmt.Errorf("the run %s with %d of %d contacts", last.State, last.Counts.Read, contacts)
	}
	return runs[0].Ended.Sub(runs[0].Started).Seconds(), nil
}
