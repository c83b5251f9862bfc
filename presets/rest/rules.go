package rest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// What an error rule says to do; the names are the table errors.do of the format. "" lets an answer pass.
const (
	doPass    = ""
	doRetry   = "retry"
	doRefresh = "refresh_token"
	doReauth  = "reauth"
	doFail    = "fail"
	doEmpty   = "empty"
	doSkip    = "skip_stream"
	doFull    = "full_read"
)

// verdict is what an answer means.
type verdict struct {
	do    string
	after time.Duration // 0: the answer named no time
	hint  string
}

// rule is an error rule with its selector read.
type rule struct {
	presets.ErrorRule
	path presets.Selector
}

func newRule(r presets.ErrorRule) (rule, error) {
	path, err := selector(r.Path)
	return rule{r, path}, err
}

// judge finds what an answer means: the first rule that fits, else what its status means everywhere.
func judge(rules []rule, a *answer, now time.Time) verdict {
	for _, r := range rules {
		if r.fits(a) {
			v := verdict{do: r.Do, hint: r.Hint, after: r.After}
			if asked := r.asked(a, now); asked > 0 {
				v.after = asked
			}
			return v
		}
	}
	asked := retryAfter(a.header.Get("Retry-After"), serverTime(a.header, now))
	switch {
	case a.status == http.StatusUnauthorized:
		return verdict{do: doRefresh}
	case a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout, a.status >= 500:
		return verdict{do: doRetry, after: asked}
	case a.status >= 300:
		return verdict{do: doFail, hint: usualHint(a.status)}
	}
	return verdict{}
}

func usualHint(status int) string {
	switch status {
	case http.StatusForbidden:
		return "check the rights of the user who signed in"
	case http.StatusNotFound:
		return "check the address of the CRM in the options"
	}
	if status < 400 {
		return "the CRM has moved; check its address in the options"
	}
	return ""
}

// fits reports whether all conditions of a rule hold. A text alone is looked for in refusals only: a contact's name may
// hold any text.
func (r *rule) fits(a *answer) bool {
	bound := len(r.Status) > 0 || r.Header != "" || !r.path.IsZero()
	switch {
	case !bound && a.status < 300,
		len(r.Status) > 0 && !slices.Contains(r.Status, a.status),
		r.Header != "" && !hasHeader(a.header, r.Header),
		r.Contains != "" && !strings.Contains(string(a.body), r.Contains):
		return false
	}
	return r.path.IsZero() || r.holds(a)
}

func (r *rule) holds(a *answer) bool {
	if a.parse() != nil {
		return false
	}
	found := r.path.First(a.doc)
	if r.Equals != "" {
		return found.Text() == r.Equals
	}
	return found.Exists() && found.Raw() != "null"
}

func hasHeader(h http.Header, condition string) bool {
	name, want, valued := strings.Cut(condition, ":")
	values, ok := h[http.CanonicalHeaderKey(strings.TrimSpace(name))]
	if !valued {
		return ok
	}
	return slices.Contains(values, strings.TrimSpace(want))
}

// asked is the wait an answer names, in the rule's own header or in Retry-After.
func (r *rule) asked(a *answer, now time.Time) time.Duration {
	name := r.AfterAt
	if name == "" {
		name = "Retry-After"
	}
	return retryAfter(a.header.Get(name), serverTime(a.header, now))
}

// retryAfter reads how long to wait: seconds, an HTTP date (RFC 9110, 10.2.3), or a moment in unix seconds or
// milliseconds as some vendors send it. now is the server's clock. What is absent, past or no time at all is 0.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case n <= 0 || n != n:
			return 0
		case n > 1e12 && n < 1e14:
			return until(time.UnixMilli(int64(n)), now)
		case n > 1.5e9 && n < 1e11:
			return until(time.Unix(int64(n), 0), now)
		case n > maxWait.Seconds():
			return maxWait
		}
		return time.Duration(n * float64(time.Second))
	}
	if t, err := http.ParseTime(text); err == nil {
		return until(t, now)
	}
	return 0
}

func until(t, now time.Time) time.Duration { return min(max(t.Sub(now), 0), maxWait) }

// serverTime is the CRM's clock by its Date header, else ours.
func serverTime(h http.Header, now time.Time) time.Time {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		return t
	}
	return now
}
