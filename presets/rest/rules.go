package rest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
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
	hint  wording.Text
}

// rule is an error rule with its selectors read.
type rule struct {
	presets.ErrorRule
	path, afterIn presets.Selector
	advice        wording.Text // its hint
}

func newRule(p *presets.Preset, r presets.ErrorRule) (rule, error) {
	path, err := selector(r.Path)
	if err != nil {
		return rule{}, err
	}
	in, err := selector(r.AfterIn)
	return rule{r, path, in, p.Advice(r.Hint)}, err
}

// judge finds what an answer means: the first rule that fits, else what its status means everywhere.
func judge(rules []rule, a *answer, now time.Time) verdict {
	for _, r := range rules {
		if r.fits(a) {
			v := verdict{do: r.Do, hint: r.advice, after: r.After}
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

func usualHint(status int) wording.Text {
	switch status {
	case http.StatusForbidden:
		return wording.New("rest.rights", "check the rights of the user who signed in")
	case http.StatusNotFound:
		return wording.New("rest.check_address", "check the address of the CRM in the options")
	}
	if status < 400 {
		return wording.New("rest.moved", "the CRM has moved; check its address in the options")
	}
	return wording.Text{}
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
		return found.Text() == r.Equals || found.Raw() == r.Equals
	}
	return found.Text() != "" && found.Truth() || hasContent(found)
}

// hasContent reports an object or list that is not empty: several CRMs send an empty list of errors with each answer.
func hasContent(v presets.Value) bool {
	for range v.List() {
		return true
	}
	for range v.Members() {
		return true
	}
	return false
}

func hasHeader(h http.Header, condition string) bool {
	name, want, valued := strings.Cut(condition, ":")
	values, ok := h[http.CanonicalHeaderKey(strings.TrimSpace(name))]
	if !valued {
		return ok
	}
	return slices.Contains(values, strings.TrimSpace(want))
}
