package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// agentPassword is that of the agents of benchmark folders.
const agentPassword = "password of a benchmark agent"

// streams measures over HTTP, against a server on a core of its own: how soon an agent has an event, and what open streams cost.
func (r *Run) streams(ctx context.Context, dir string) error {
	key, err := callsKey(ctx, dir)
	if err != nil {
		return err
	}
	server, base, err := r.serve(ctx, "pages", "--dir", dir)
	if err != nil {
		return err
	}
	defer server.stop()
	l := &live{base: base, key: key, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callSenders}}}
	defer l.client.CloseIdleConnections()
	defer l.close()
	if err := l.open(ctx, r); err != nil {
		return err
	}
	if err := settle(ctx, server.pid()); err != nil {
		return err
	}
	alone, err := r.liveRounds(ctx, l, 0)
	if err != nil {
		return err
	}
	n := r.streamsAllowed()
	o, err := openStreams(ctx, l, server.pid(), n)
	if err != nil {
		return err
	}
	beside, err := r.liveRounds(ctx, l, r.rounds())
	if err != nil {
		return errors.Join(err, o.close())
	}
	left, err := o.gone(ctx)
	if err != nil {
		return err
	}
	r.table(fmt.Sprintf("From before `POST /v1/calls` is sent to the new list, 100 events a second over HTTP to %d agents, a server on one core, %s events a round",
		callAgents, thousands(liveEvents)), "", "p50 ms", "p99 ms", "worst ms")
	row := func(name string, p percentiles) {
		if len(p.p50) > 0 {
			r.line(name, millis(p.p50).text("%.1f"), millis(p.p99).text("%.1f"), millis(p.worst).text("%.0f"))
		}
	}
	row("in an HTTP client's hands", alone.held)
	row("in the page of a real browser, every second call", alone.seen)
	row(fmt.Sprintf("HTTP client, beside %s open streams", thousands(n)), beside.held)
	row(fmt.Sprintf("page, beside %s open streams", thousands(n)), beside.seen)
	r.printf("\n%s open streams of as many lists over HTTP: %.1f KiB of anonymous memory each once garbage is collected (%.1f before), of which "+
		"heap %.1f and stacks %.1f; %.2f goroutines each. A second after they were closed %d goroutines were left behind.\n",
		thousands(n), o.rest, o.busy, o.heap, o.stack, o.goroutines, left)
	return nil
}

// open signs agents in, follows their streams and, where a browser is installed, opens the page of the first.
func (l *live) open(ctx context.Context, r *Run) error {
	l.streams = make([]*liveStream, 0, callAgents)
	for i := range callAgents {
		cookie, err := signIn(ctx, l.base, agentEmail(i))
		if err != nil {
			return err
		}
		s, err := follow(ctx, l.base, cookie)
		if err != nil {
			return err
		}
		l.streams = append(l.streams, s)
	}
	program := installedBrowser()
	if program == "" {
		r.log("the page is left out: chromium is not installed")
		return nil
	}
	var err error
	if l.page, err = openBrowser(ctx, program, l.base+"/agent", l.streams[0].cookie); err != nil {
		l.page = nil
		return err
	}
	return l.page.until(ctx, `document.getElementById("line")?.textContent === "Live"`)
}

// lived are the figures of some rounds.
type lived struct{ held, seen percentiles }

func (r *Run) liveRounds(ctx context.Context, l *live, from int) (out lived, err error) {
	show, end := r.progress("live lists")
	defer end()
	for round := range r.rounds() {
		show(round, r.rounds())
		held, seen, err := l.round(ctx, from+round)
		if err != nil {
			return out, err
		}
		out.held.add(held)
		if len(seen) > 0 {
			out.seen.add(seen)
		}
	}
	return out, nil
}

// streamsAllowed is how many streams a process may hold: as many open files, and some for the rest.
func (r *Run) streamsAllowed() int {
	const rest = 500
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return callStreams
	}
	if limit.Cur < limit.Max {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
	if limit.Cur >= callStreams+rest {
		return callStreams
	}
	n := max(int(limit.Cur)-rest, 100)
	r.log("only %s streams: a process may open %d files; raise it with ulimit -n %d", thousands(n), limit.Cur, callStreams+rest)
	return n
}

// Resting is what a server says of itself once its garbage is collected and given back.
type Resting struct {
	Goroutines  int
	Heap, Stack uint64 // bytes
}

// RestPath is where a benchmark's server tells it.
const RestPath = "/bench/rest"

// Rest answers RestPath and passes the rest on.
func Rest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != RestPath {
			next.ServeHTTP(w, req)
			return
		}
		debug.FreeOSMemory()
		debug.FreeOSMemory() // the first shrinks stacks, the second gives them back
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_ = json.NewEncoder(w).Encode(Resting{runtime.NumGoroutine(), m.HeapInuse, m.StackInuse})
	})
}

// opened are streams that nobody reads from, each of a list of its own.
type opened struct {
	base, pid  string
	client     *http.Client // of the events
	conns      []net.Conn
	before     Resting
	busy, rest float64 // KiB of anonymous memory each
	heap       float64
	stack      float64
	goroutines float64
}

func (o *opened) resting(ctx context.Context) (s Resting, err error) {
	o.client.CloseIdleConnections() // each is a goroutine of the server's
	http.DefaultClient.CloseIdleConnections()
	raw, err := get(ctx, o.base+RestPath, "")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(raw, &s)
}

func openStreams(ctx context.Context, l *live, pid string, n int) (o *opened, err error) {
	o = &opened{base: l.base, pid: pid, client: l.client, conns: make([]net.Conn, n)}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if o.before, err = o.resting(ctx); err != nil {
		return o, err
	}
	memory := anonymous(pid)
	var next atomic.Int64
	var group errgroup.Group
	for range callSenders {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := o.open(i, l.streams[i%len(l.streams)].cookie); err != nil {
					return fmt.Errorf("open stream %d: %w", i, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return o, err
	}
	each := func(now, before uint64) float64 { return (float64(now) - float64(before)) / 1024 / float64(n) }
	o.busy = (anonymous(pid) - memory) * 1024 / float64(n)
	after, err := o.resting(ctx)
	if err != nil {
		return o, err
	}
	o.rest = (anonymous(pid) - memory) * 1024 / float64(n)
	o.heap, o.stack = each(after.Heap, o.before.Heap), each(after.Stack, o.before.Stack)
	o.goroutines = float64(after.Goroutines-o.before.Goroutines) / float64(n)
	return o, nil
}

// open opens a stream and waits for its first list.
func (o *opened) open(i int, cookie *http.Cookie) error {
	host := strings.TrimPrefix(o.base, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		return err
	}
	o.conns[i] = c
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := fmt.Fprintf(c, "GET /agent/events?queue=queue%d HTTP/1.1\r\nHost: %s\r\nCookie: %s=%s\r\n\r\n", i, host, cookie.Name, cookie.Value); err != nil {
		return err
	}
	for r := bufio.NewReader(c); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.HasPrefix(line, "data: {") {
			return nil
		}
	}
}

func (o *opened) close() (err error) {
	for _, c := range o.conns {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}
	o.conns = nil
	return err
}

// gone closes all streams and tells how many goroutines are left behind after a second, or as many more as a busy machine needs.
func (o *opened) gone(ctx context.Context) (left int, err error) {
	if err := o.close(); err != nil {
		return 0, err
	}
	for range 20 {
		time.Sleep(time.Second)
		now, err := o.resting(ctx)
		if left = now.Goroutines - o.before.Goroutines; err != nil || left <= 10 {
			return left, err
		}
	}
	return left, nil
}
