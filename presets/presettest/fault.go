package presettest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// fault is what goes wrong in a replay, by a name of the table "fault"; "" is a clean run.
type fault struct {
	name   string
	preset *presets.Preset
	pages  []bool // which exchanges are pages of the stream
	token  *tokens
}

// Faults are the names of all faults.
func Faults() []string {
	var list []string
	for _, n := range presets.Names("fault") {
		list = append(list, n.Name)
	}
	return list
}

// timeout is what a client sees of a server that does not answer in time.
type timeout struct{}

func (timeout) Error() string   { return "the answer took too long" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

// hurt is what happens to request number n for an exchange, counted from 0; done is false where it is answered as recorded.
func (f fault) hurt(r *http.Request, x presets.Exchange, n int) (answer *http.Response, err error, done bool) {
	if f.name == "cut" && n == 1 && f.preset.Kind == "rest" && x.Status < 300 {
		return short(r, x), nil, len(x.Answer) > 1
	}
	if n > 0 {
		return nil, nil, false
	}
	switch f.name {
	case "throttle":
		return f.refusal(r, http.StatusTooManyRequests, "Retry-After", "7"), nil, true
	case "cut":
		return cut(r, x), nil, len(x.Answer) > 1
	case "slow":
		return nil, timeout{}, true
	case "expire":
		f.token.expire()
		return f.lapse(r), nil, true
	}
	return nil, nil, false
}

func (f fault) refusal(r *http.Request, status int, header, value string) *http.Response {
	return respond(r, presets.Exchange{
		Status: status, AnswerHeader: http.Header{header: {value}, "Content-Type": {"application/json"}},
		Answer: []byte(`{"message":"refused by the fault test"}`),
	})
}

// cut is an answer that breaks off in the middle of its body.
func cut(r *http.Request, x presets.Exchange) *http.Response {
	answer := respond(r, x)
	half := bytes.NewReader(x.Answer[:len(x.Answer)/2])
	answer.Body = io.NopCloser(io.MultiReader(half, broken{}))
	return answer
}

// short is an answer that ends too early without anybody noticing on the way.
func short(r *http.Request, x presets.Exchange) *http.Response {
	x.Answer = x.Answer[:len(x.Answer)/2]
	answer := respond(r, x)
	answer.ContentLength = -1
	return answer
}

// lapse is how the CRM says that a token or session is over: as the preset's own rule has it, else 401.
func (f fault) lapse(r *http.Request) *http.Response {
	for _, rule := range f.preset.HTTP.Errors {
		if rule.Do != "refresh_token" || rule.Header != "" {
			continue
		}
		x := presets.Exchange{Status: http.StatusUnauthorized, AnswerHeader: http.Header{"Content-Type": {"application/json"}}}
		if len(rule.Status) > 0 {
			x.Status = rule.Status[0]
		} else if rule.Path != "" {
			x.Status = http.StatusOK
		}
		var ok bool
		if x.Answer, ok = saying(rule); ok {
			return respond(r, x)
		}
	}
	return f.refusal(r, http.StatusUnauthorized, "WWW-Authenticate", "Bearer")
}

// saying is a JSON body for which a rule holds; ok is false for a selector that is more than keys.
func saying(rule presets.ErrorRule) (body []byte, ok bool) {
	var value any = rule.Equals
	if rule.Equals == "" {
		value = "over"
	}
	if rule.Path == "" {
		rule.Path, value = "message", rule.Contains
	} else if rule.Contains != "" || strings.ContainsAny(rule.Path, `#"`) {
		return nil, false
	}
	keys := strings.Split(rule.Path, ".")
	for i := len(keys) - 1; i >= 0; i-- {
		if n, err := strconv.Atoi(keys[i]); err == nil {
			value = slices.Repeat([]any{value}, n+1)
		} else {
			value = map[string]any{keys[i]: value}
		}
	}
	return plainJSON(value), true
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (f fault) repeats() bool { return f.name == "repeat" }

// replace is the exchange played for number i: under "repeat" the first page for every page.
func (f fault) replace(all []presets.Exchange, i int) presets.Exchange {
	if !f.repeats() || !f.pages[i] {
		return all[i]
	}
	for first := range all {
		if f.pages[first] {
			return all[first]
		}
	}
	return all[i]
}

// fits reports whether a fault means anything for a test.
func (f fault) fits(p *presets.Preset, x []presets.Exchange) bool {
	switch f.name {
	case "":
		return true
	case "expire":
		return (p.Auth.Kind == "oauth2" || len(p.Auth.Session) > 0) && len(x) > len(p.Auth.Session)
	case "repeat":
		return count(f.pages) > 1
	}
	return len(x) > 0
}

func count(list []bool) int {
	n := 0
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// pagesOf tells which exchanges answer with pages of the stream's main request.
func pagesOf(p *presets.Preset, t presets.Test, exchanges []presets.Exchange) []bool {
	s := streamOf(p, t)
	pages := make([]bool, len(exchanges))
	if t.Choices != "" {
		return pages
	}
	sel, err := presets.ParseSelector(s.Records)
	if err != nil || s.Page.Kind == "" || s.Page.Kind == "none" {
		return pages
	}
	first := -1
	for i, x := range exchanges {
		v, ok := p.ParseAnswer(x.Answer)
		if !ok || x.Status != http.StatusOK || len(presets.Elements(sel, v)) == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		pages[i] = samePath(exchanges[first], x) || s.Page.Kind == "next_url"
	}
	return pages
}

func samePath(a, b presets.Exchange) bool {
	one, err := url.Parse(a.URL)
	if err != nil {
		return false
	}
	other, err := url.Parse(b.URL)
	return err == nil && a.Method == b.Method && one.Path == other.Path
}

var errRefused = errors.New("someone must sign in again")
