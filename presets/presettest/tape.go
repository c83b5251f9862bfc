package presettest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/ringdex/ringdex/presets"
)

// tape answers requests with recorded exchanges. Each exchange is played once; a
// request takes the first one left that it fits.
type tape struct {
	exchanges []presets.Exchange
	fault     fault
	secrets   []string // values no address may show

	mu       sync.Mutex
	played   []int  // how often each exchange was answered in full
	hurt     []int  // how often it was not
	signIn   []bool // exchanges that began a session, which may begin again when the CRM ends it
	steps    int    // of a session's beginning that are to come
	requests int
	problems []string
}

// maxRequests ends a run that would never end.
const maxRequests = 500

func newTape(exchanges []presets.Exchange, f fault) *tape {
	n := len(exchanges)
	t := &tape{exchanges: exchanges, fault: f, played: make([]int, n), hurt: make([]int, n), signIn: make([]bool, n)}
	if f.name == "expire" {
		t.steps = len(f.preset.Auth.Session)
	}
	return t
}

var errNoExchange = errors.New("no recorded exchange fits the request")

// RoundTrip implements [http.RoundTripper].
func (t *tape) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if t.requests++; t.requests > maxRequests {
		t.problem("more than %d requests: the run does not end", maxRequests)
		return nil, errNoExchange
	}
	t.judge(r)
	i := t.find(r, string(body))
	if i < 0 {
		return nil, errNoExchange
	}
	if t.steps > 0 {
		t.steps, t.signIn[i] = t.steps-1, true
	}
	if !t.signIn[i] {
		answer, err, done := t.fault.hurt(r, t.exchanges[i], t.hurt[i])
		if t.hurt[i]++; done {
			return answer, err
		}
	}
	t.played[i]++
	return respond(r, t.fault.replace(t.exchanges, i)), nil
}

func (t *tape) problem(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); len(t.problems) < 20 && !slices.Contains(t.problems, text) {
		t.problems = append(t.problems, text)
	}
}

// judge reports a secret where servers on the way would log it.
func (t *tape) judge(r *http.Request) {
	for _, s := range t.secrets {
		if strings.Contains(r.URL.String(), url.QueryEscape(s)) {
			t.problem("a secret is in the address of %s %s", r.Method, r.URL.Path)
		}
	}
}

// find is the exchange for a request; with none left that fits, the reason why
// the nearest one does not is a problem.
func (t *tape) find(r *http.Request, body string) int {
	reason, again := "", -1
	for i, x := range t.exchanges {
		why := difference(x, r, body)
		switch {
		case why == "" && t.played[i] == 0:
			return i
		case why == "":
			again = i
		case t.played[i] == 0 && reason == "":
			reason = fmt.Sprintf("%s:%d wants %s", x.File, x.Line, why)
		}
	}
	if again >= 0 && (t.fault.repeats() || t.signIn[again]) {
		return again
	}
	if again >= 0 {
		reason = fmt.Sprintf("%s:%d was asked for again", t.exchanges[again].File, t.exchanges[again].Line)
	}
	t.problem("%s %s fits no exchange left: %s", r.Method, shown(r.URL), reason)
	return -1
}

func shown(u *url.URL) string {
	text, err := url.QueryUnescape(u.String())
	if err != nil {
		text = u.String()
	}
	if len(text) > 300 {
		text = text[:300] + "…"
	}
	return text
}

// unplayed reports exchanges nobody asked for.
func (t *tape) unplayed() {
	for i, x := range t.exchanges {
		if t.played[i] == 0 {
			t.problem("%s:%d was never asked for: %s %s", x.File, x.Line, x.Method, x.URL)
		}
	}
}

func respond(r *http.Request, x presets.Exchange) *http.Response {
	return &http.Response{
		StatusCode: x.Status, Status: fmt.Sprintf("%d %s", x.Status, http.StatusText(x.Status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: x.AnswerHeader.Clone(), Body: io.NopCloser(bytes.NewReader(x.Answer)), ContentLength: int64(len(x.Answer)), Request: r,
	}
}

// difference says what of an exchange a request does not have, "" if it fits.
func difference(x presets.Exchange, r *http.Request, body string) string {
	want, err := url.Parse(x.URL)
	switch {
	case err != nil:
		return "an address that can be read"
	case x.Method != r.Method:
		return "method " + x.Method
	case want.Host != "" && want.Host != r.URL.Host:
		return "host " + want.Host
	case !like(want.EscapedPath(), r.URL.EscapedPath()):
		return "path " + want.EscapedPath()
	}
	query := r.URL.Query()
	for name, values := range want.Query() {
		if !query.Has(name) || !like(values[0], query.Get(name)) {
			return fmt.Sprintf("parameter %s = %s, not %q", name, values[0], query.Get(name))
		}
	}
	for name := range x.Header {
		if got := r.Header.Get(name); got == "" || !like(x.Header.Get(name), got) {
			return "header " + name
		}
	}
	return bodyDifference(x.Body, body)
}

// bodyDifference compares bodies: JSON by the members wanted, XML by the elements, a
// form by its parameters, anything else as text.
func bodyDifference(want, got string) string {
	if want == "" {
		return ""
	}
	var wanted, sent any
	if json.Unmarshal([]byte(want), &wanted) == nil {
		if json.Unmarshal([]byte(got), &sent) != nil || !holds(wanted, sent) {
			return "body with " + want
		}
		return ""
	}
	if w, ok := parseXML(want); ok {
		if g, ok := parseXML(got); !ok || !w.within(g) {
			return "body with " + want
		}
		return ""
	}
	form, err := url.ParseQuery(want)
	have, err2 := url.ParseQuery(got)
	if err == nil && err2 == nil && strings.Contains(want, "=") {
		for name, values := range form {
			if !like(values[0], have.Get(name)) {
				return "form parameter " + name
			}
		}
		return ""
	}
	if !like(want, strings.TrimSpace(got)) {
		return "body " + want
	}
	return ""
}

// holds reports that got has everything wanted.
func holds(wanted, got any) bool {
	switch w := wanted.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for name, value := range w {
			if !ok || !holds(value, g[name]) {
				return false
			}
		}
		return ok
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !holds(w[i], g[i]) {
				return false
			}
		}
		return true
	case string:
		g, ok := got.(string)
		return ok && like(w, g)
	}
	return wanted == got
}

// like compares with * for any text.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
