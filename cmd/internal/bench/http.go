package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"time"
)

// HTTP measures requests a second of one core: rivals in turns, each server on one core, what loads it on the other. It needs wrk
// and taskset.
func (r *Run) HTTP(ctx context.Context, entries int, withPeers bool) error {
	for _, tool := range []string{"wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed: apt-get install wrk util-linux; or leave HTTP out with --http=false", tool)
		}
	}
	rivals, end, err := r.rivals(ctx, entries, withPeers)
	defer end()
	if err != nil {
		return err
	}
	show, done := r.progress("rounds over HTTP")
	defer done()
	for round := range r.rounds() {
		for i, v := range rivals {
			show(round*len(rivals)+i, r.rounds()*len(rivals))
			if err := v.round(ctx); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
	}
	r.compare(entries, rivals)
	return nil
}

// rivals starts all servers. The first is the empty handler, the second the match the peers are held against.
func (r *Run) rivals(ctx context.Context, entries int, withPeers bool) (all []*rival, end func(), err error) {
	ends := make([]func(), 0, 8)
	end = func() {
		for _, e := range ends {
			e()
		}
	}
	noop, stop, err := r.noop(ctx)
	ends = append(ends, stop)
	if err != nil {
		return nil, end, err
	}
	ours, stop, err := r.ours(ctx, entries)
	ends = append(ends, stop)
	all = append([]*rival{noop}, ours...)
	if err != nil || !withPeers {
		return all, end, err
	}
	for _, p := range peers() {
		if missing := p.missing(); missing != "" {
			r.log("%s is left out: %s", p.name, missing)
			continue
		}
		peer, stop, err := r.peer(ctx, p, min(entries, peerNumbers))
		ends = append(ends, stop)
		if err != nil {
			return all, end, fmt.Errorf("%s: %w", p.name, err)
		}
		all = append(all, peer)
	}
	return all, end, nil
}

// rival is a server under load.
type rival struct {
	name  string
	check func(ctx context.Context) error // that it answers and does not refuse
	load  func(ctx context.Context) (loaded, error)
	serve *process
	seen  []loaded
	cost  spread  // processor time of the server, microseconds a request
	most  float64 // MiB of anonymous memory of the server
}

func (v *rival) round(ctx context.Context) error {
	if err := v.check(ctx); err != nil {
		return err
	}
	before := ticks(v.serve.pid())
	one, err := v.load(ctx)
	if err != nil {
		return err
	}
	v.seen = append(v.seen, one)
	v.cost = append(v.cost, float64(ticks(v.serve.pid())-before)*1e4/(one.rate*roundTime.Seconds()))
	v.most = max(v.most, anonymous(v.serve.pid()))
	return nil
}

func (v *rival) each(pick func(l loaded) float64) (s spread) {
	for _, l := range v.seen {
		s = append(s, pick(l))
	}
	return s
}

func rate(l loaded) float64 { return l.rate }

func (r *Run) compare(entries int, rivals []*rival) {
	r.table(fmt.Sprintf("Over HTTP, %s entries (%s in peers), %s, one core for the server and all it needs, %d connections from the other",
		thousands(entries), thousands(min(entries, peerNumbers)), r.answers(), connections),
		"handler", "requests a second", "ratio to the empty handler, per round", "match, E.164 ÷ this, per round", "p50 µs", "p99 µs",
		"processor µs a request, without the peer's own")
	noop, match := rivals[0].each(rate), rivals[1].each(rate)
	for _, v := range rivals {
		own := v.each(rate)
		r.line(v.name, own.text("%.0f"), own.to(noop).text("%.2f"), match.to(own).text("%.2f"),
			v.each(func(l loaded) float64 { return l.p50 }).text("%.0f"), v.each(func(l loaded) float64 { return l.p99 }).text("%.0f"),
			v.cost.text("%.1f"))
	}
	r.printf("\nThe server that matches had %.0f MiB of anonymous memory under load.\n", rivals[1].most)
}

func (r *Run) noop(ctx context.Context) (*rival, func(), error) {
	p, base, err := r.serve(ctx, "noop")
	v := &rival{name: "echo handler that does nothing", serve: p}
	v.check = func(ctx context.Context) error { return expect(ctx, base+"/", "", "ok") }
	v.load = func(ctx context.Context) (loaded, error) { return r.wrk(ctx, base+"/", "", "") }
	return v, p.stop, err
}

// serve starts one of our servers on the server's core.
func (r *Run) serve(ctx context.Context, args ...string) (p *process, base string, err error) {
	address, err := free()
	if err != nil {
		return nil, "", err
	}
	p, err = start(ctx, serverCore, 0, r.Self, append([]string{"bench", "serve", "--listen", address}, args...)...)
	if err != nil {
		return nil, "", err
	}
	return p, "http://" + address, p.ready(ctx, address)
}

// ours starts the service a few times, to see how long that takes until its first answer, and keeps the last.
func (r *Run) ours(ctx context.Context, entries int) ([]*rival, func(), error) {
	dir := r.folder("match-%d", entries)
	key, err := r.newKey(ctx, entries)
	if err != nil {
		return nil, func() {}, err
	}
	var p *process
	var base string
	var starts spread
	for range r.rounds() {
		p.stop()
		began := time.Now()
		if p, base, err = r.serve(ctx, "match", "--dir", dir); err == nil {
			err = expectMatch(ctx, base, key, international(1), entry{1}.name())
		}
		if err != nil {
			return nil, p.stop, err
		}
		starts = append(starts, float64(time.Since(began).Milliseconds()))
	}
	r.printf("\nFrom the start of the process to its first answer over HTTP on one core, %s entries: %s ms\n", thousands(entries), starts.text("%.0f"))
	if err := settle(ctx, p.pid()); err != nil {
		return nil, p.stop, err
	}
	match := func(name, script string, q question, want string) *rival {
		return &rival{
			name: name, serve: p,
			check: func(ctx context.Context) error { return expectMatch(ctx, base, key, q, want) },
			load:  func(ctx context.Context) (loaded, error) { return r.wrk(ctx, base, script, key) },
		}
	}
	probe := entries / 3
	return []*rival{
		match("match, E.164", e164Script(0, entries), international(probe), entry{probe}.name()),
		match("match, national", nationalScript(entries), national(probe), entry{probe}.name()),
		match("match, unknown number", e164Script(entries, entries), international(entries+probe), ""),
	}, p.stop, nil
}

// newKey adds an API key to the folder while no server has it open.
func (r *Run) newKey(ctx context.Context, entries int) (string, error) {
	s, err := r.filled(ctx, entries)
	if err != nil {
		return "", err
	}
	key, err := s.key(ctx)
	return key, errors.Join(err, s.close())
}

// expectMatch asks for one number and wants exactly the contact it belongs to, or nobody if name is empty.
func expectMatch(ctx context.Context, base, key string, q question, name string) error {
	ask := url.Values{"number": {q.number}}
	if q.region != "" {
		ask.Set("region", q.region)
	}
	body, err := get(ctx, base+"/v1/match?"+ask.Encode(), key)
	if err != nil {
		return err
	}
	var answer struct{ Matches []struct{ Name string } }
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	switch {
	case name == "" && len(answer.Matches) == 0:
		return nil
	case len(answer.Matches) == 1 && answer.Matches[0].Name == name:
		return nil
	}
	return fmt.Errorf("wrong answer, want %q: %s", name, body)
}

// expect wants an answer that contains a text.
func expect(ctx context.Context, address, key, want string) error {
	body, err := get(ctx, address, key)
	if err == nil && !strings.Contains(string(body), want) {
		err = fmt.Errorf("wrong answer, want %q in it: %s", want, body)
	}
	return err
}

func get(ctx context.Context, address, key string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("answered %s: %s", resp.Status, body)
	}
	return body, err
}
