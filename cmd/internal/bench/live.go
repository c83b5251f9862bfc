package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	liveEvery  = 10 * time.Millisecond // between two events
	liveEvents = 1000                  // of a round
	liveAtOnce = 10                    // calls that ring at the same time
)

// live sends events over HTTP and looks for them in the streams of agents, and in a page.
type live struct {
	base, key string
	client    *http.Client
	streams   []*liveStream // of the agents at the devices 100, 101 …
	page      *browser      // of the first of them; nil: none
}

// passage is when a call came to a list and when it left it.
type passage struct{ came, went time.Time }

// liveStream is an agent's stream.
type liveStream struct {
	cookie *http.Cookie
	end    context.CancelFunc
	done   sync.WaitGroup

	mu    sync.Mutex
	known map[string]*passage // by what is said of the call
	first chan struct{}       // closed when the first list is there
}

// signIn returns the cookie of an agent's session.
func signIn(ctx context.Context, base, email string) (*http.Cookie, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"email": {email}, "password": {agentPassword}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	if cookies := jar.Cookies(req.URL); resp.StatusCode == http.StatusSeeOther && len(cookies) == 1 {
		return cookies[0], nil
	}
	return nil, fmt.Errorf("sign in: answered %s", resp.Status)
}

// follow opens the stream of a session and reads it until end.
func follow(ctx context.Context, base string, cookie *http.Cookie) (*liveStream, error) {
	ctx, end := context.WithCancel(ctx)
	s := &liveStream{cookie: cookie, end: end, known: map[string]*passage{}, first: make(chan struct{})}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/agent/events", nil)
	if err != nil {
		return nil, err
	}
	req.AddCookie(cookie)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("a stream was answered with %s", resp.Status), resp.Body.Close())
	}
	s.done.Go(func() {
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: {")); ok {
				s.hear(time.Now(), append([]byte("{"), data...))
			}
		}
	})
	select {
	case <-s.first:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hear reads a list.
func (s *liveStream) hear(at time.Time, data []byte) {
	var list struct{ Calls []struct{ Text string } }
	if json.Unmarshal(data, &list) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != nil {
		close(s.first)
		s.first = nil
	}
	there := map[string]bool{}
	for _, c := range list.Calls {
		_, name, _ := strings.Cut(c.Text, ": ")
		there[name] = true
		if s.known[name] == nil {
			s.known[name] = &passage{came: at}
		}
	}
	for name, p := range s.known {
		if !there[name] && p.went.IsZero() {
			p.went = at
		}
	}
}

// passages are those since the last time.
func (s *liveStream) passages() map[string]*passage {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.known
	s.known = map[string]*passage{}
	return out
}

// watching has the page note when a card is in it and when it is not any more.
const watching = `(() => { window.passages = {}; window.watcher?.disconnect();
	window.watcher = new MutationObserver(() => { const now = ` + pageClock + `, there = new Set();
		for (const h of document.querySelectorAll("#calls h3")) { there.add(h.textContent); passages[h.textContent] ??= {came: now}; }
		for (const [name, p] of Object.entries(passages)) if (!there.has(name)) p.went ??= now;
	});
	watcher.observe(document.getElementById("calls"), {childList: true});
	return true })()`

// inPage are the passages the page noted.
func (l *live) inPage() (map[string]*passage, error) {
	var raw map[string]struct{ Came, Went float64 }
	if err := l.page.ask("passages", &raw); err != nil {
		return nil, err
	}
	out := make(map[string]*passage, len(raw))
	for name, p := range raw {
		out[name] = &passage{moment(p.Came).Add(-l.page.ahead), moment(p.Went).Add(-l.page.ahead)}
	}
	return out, nil
}

// round sends an event each 10 ms, a call that rings and one that ends in turns, every second call to the first agent. It returns
// the times from before an event is sent until the list is in the hands of the agent's HTTP client, and in the first agent's page.
func (l *live) round(ctx context.Context, round int) (held, seen latencies, err error) {
	if l.page != nil {
		var ok bool
		if err := l.page.ask(watching, &ok); err != nil {
			return nil, nil, err
		}
	}
	sent := make([]passage, liveEvents/2)
	failed := make(chan error, liveEvents)
	var sending sync.WaitGroup
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for i := range liveEvents {
		<-tick.C
		call, kind, at := i/2, "ringing", &sent[i/2].came
		if i%2 == 1 {
			if call, kind = i/2-liveAtOnce, "ended"; call < 0 {
				continue
			}
			at = &sent[call].went
		}
		body := fmt.Appendf(nil, `{"call_id":"live-%d-%d-%d","event":%q,"caller":{"number":%q},"device":{"number":"%d"}}`,
			time.Now().Unix()/600, round, call, kind, l.entry(round, call).e164(), 100+l.agent(call))
		sending.Go(func() {
			*at = time.Now()
			if err := sendEvent(ctx, l.client, l.base+"/v1/calls", l.key, body); err != nil {
				failed <- err
			}
		})
	}
	sending.Wait()
	select {
	case err := <-failed:
		return nil, nil, err
	case <-time.After(time.Second): // for what is still under way
	}
	return l.compare(round, sent)
}

func (l *live) entry(round, call int) entry { return entry{(round*liveEvents/2 + call) % callContacts} }

func (l *live) agent(call int) int {
	if call%2 == 0 {
		return 0
	}
	return 1 + call/2%(len(l.streams)-1)
}

func (l *live) compare(round int, sent []passage) (held, seen latencies, err error) {
	arrived := make([]map[string]*passage, len(l.streams))
	for i, s := range l.streams {
		arrived[i] = s.passages()
	}
	var page map[string]*passage
	if l.page != nil {
		if page, err = l.inPage(); err != nil {
			return nil, nil, err
		}
	}
	for call, s := range sent {
		name, agent := l.entry(round, call).name(), l.agent(call)
		got := arrived[agent][name]
		if got == nil {
			return nil, nil, fmt.Errorf("call %d of round %d never came to its agent", call, round)
		}
		held = append(held, got.times(s)...)
		if page == nil || agent != 0 {
			continue
		}
		if got = page[name]; got == nil {
			return nil, nil, fmt.Errorf("call %d of round %d never came to the page", call, round)
		}
		seen = append(seen, got.times(s)...)
	}
	return held, seen, nil
}

// times are how long after it was sent an event was there.
func (p *passage) times(sent passage) latencies {
	out := latencies{p.came.Sub(sent.came)}
	if !sent.went.IsZero() && p.went.After(sent.went) {
		out = append(out, p.went.Sub(sent.went))
	}
	return out
}

func (l *live) close() {
	l.page.close()
	for _, s := range slices.Backward(l.streams) {
		s.end()
		s.done.Wait()
	}
}
