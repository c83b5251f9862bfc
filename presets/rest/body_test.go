package rest

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Promise D10, F2: what is no whole JSON document of sensible depth is refused, and said in our words.
func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body, kind string
		want       error
	}{
		"whole":              {`{"a":[1,2]}`, "application/json", nil},
		"nothing":            {"", "application/json", errEmpty},
		"blanks":             {" \n", "application/json", errEmpty},
		"broken off":         {`{"a":[1,2`, "application/json", errJSON},
		"two documents":      {`{} {}`, "application/json", errJSON},
		"web page":           {"<!DOCTYPE html><p>", "application/json", errHTML},
		"called a web page":  {`{"a":1}`, "text/html; charset=utf-8", errHTML},
		"64 levels":          {strings.Repeat("[", 64) + strings.Repeat("]", 64), "", nil},
		"65 levels":          {strings.Repeat("[", 65) + strings.Repeat("]", 65), "", errDeep},
		"a million levels":   {strings.Repeat("[", 1_000_000), "", errDeep},
		"long text":          {`{"a":"` + strings.Repeat("x", 1<<20+10) + `"}`, "", errDeep},
		"brackets in a text": {`{"a":"` + strings.Repeat("[", 1000) + `\"["}`, "", nil},
	} {
		a := answer{status: 200, header: http.Header{"Content-Type": {c.kind}}, body: []byte(c.body)}
		if err := a.parse(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Promise D11: declared charsets are honoured, a byte order mark is taken off, invalid bytes are replaced and counted.
func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw, kind, want string
		bad             int
	}{
		"UTF-8":                   {"Zoë", "application/json", "Zoë", 0},
		"byte order mark":         {"\xef\xbb\xbf{}", "", "{}", 0},
		"Latin 1":                 {"Zo\xeb", "application/json; charset=ISO-8859-1", "Zoë", 0},
		"Windows-1252":            {"\x80", "text/json; charset=windows-1252", "€", 0},
		"UTF-16":                  {"\xff\xfe{\x00}\x00", "application/json; charset=utf-16", "{}", 0},
		"Latin 1 called UTF-8":    {"Zo\xeb, J\xfcrgen", "application/json; charset=utf-8", "Zo\ufffd, J\ufffdrgen", 2},
		"a charset nobody knows":  {"abc", "application/json; charset=klingon", "abc", 0},
		"a replacement character": {"\ufffd", "", "\ufffd", 0},
	} {
		got, bad := text([]byte(c.raw), c.kind)
		if string(got) != c.want || bad != c.bad {
			t.Errorf("%s: %q with %d replaced", name, got, bad)
		}
	}
}

// Promise: an error tells status and the vendor's code, and nothing else of the answer.
func TestSaid(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`[{"message":"secret","errorCode":"INVALID_FIELD"}]`:                         "the CRM answered 400 INVALID_FIELD",
		`{"status":"error","category":"VALIDATION_ERROR","message":"secret"}`:        "the CRM answered 400 VALIDATION_ERROR",
		`{"error":{"code":"ErrorAccessDenied","message":"secret"}}`:                  "the CRM answered 400 ErrorAccessDenied",
		`{"error":"invalid_grant","error_description":"secret"}`:                     "the CRM answered 400 invalid_grant",
		`{"error":"Your key secret is wrong"}`:                                       "the CRM answered 400",
		`{"code":"` + strings.Repeat("SECRET", 20) + `"}`:                            "the CRM answered 400",
		`{"code":"pat-na1-51a2f07c-2b41"}`:                                           "the CRM answered 400",
		`not json`:                                                                   "the CRM answered 400",
		strings.Repeat("{\"error\":", 4<<20):                                         "the CRM answered 400", // and the process lives
		`{"errors":[{"code":"rate.limit"}],"x":"<script>alert(document)</script>x"}`: "the CRM answered 400 rate.limit",
	} {
		a := answer{status: 400, body: []byte(body)}
		if got := a.said().String(); got != want {
			t.Errorf("%s is said as %q, want %q", body, got, want)
		}
	}
}

// Promise: the first rule whose every condition holds decides; a text alone never judges an answer that succeeded.
func TestJudge(t *testing.T) {
	t.Parallel()
	rules := []rule{
		{ErrorRule: presets.ErrorRule{Status: []int{403}, Contains: "LIMIT", Do: doRetry, After: time.Minute}},
		{ErrorRule: presets.ErrorRule{Contains: "gone", Do: doSkip}},
		{ErrorRule: presets.ErrorRule{Header: "X-Throttled", Do: doRetry, AfterAt: "X-Wait"}},
		{ErrorRule: presets.ErrorRule{Header: "X-Mode: full", Do: doFull}},
		{ErrorRule: presets.ErrorRule{Path: "error.code", Equals: "EXPIRED", Do: doRefresh}, path: must(t, "error.code")},
		{ErrorRule: presets.ErrorRule{Path: "error", Do: doFail, Hint: "look"}, path: must(t, "error"), advice: wording.Plain("look")},
		{ErrorRule: presets.ErrorRule{Path: "ok", Equals: "false", Do: doReauth}, path: must(t, "ok")},
		{ErrorRule: presets.ErrorRule{Status: []int{204, 404}, Do: doEmpty}},
	}
	for _, c := range []struct {
		name, body string
		status     int
		header     http.Header
		want       verdict
	}{
		{"fine", `{"records":[]}`, 200, nil, verdict{}},
		{"a name that sounds like an error", `{"records":["gone"]}`, 200, nil, verdict{}},
		{"status and text", "x LIMIT x", 403, nil, verdict{do: doRetry, after: time.Minute}},
		{"the answer's own wait wins", "LIMIT", 403, http.Header{"Retry-After": {"7"}}, verdict{do: doRetry, after: 7 * time.Second}},
		{"status without text", "x", 403, nil, verdict{do: doFail, hint: usualHint(403)}},
		{"text of a refusal", "gone", 410, nil, verdict{do: doSkip}},
		{"header and its own wait", "", 200, http.Header{"X-Throttled": {"1"}, "X-Wait": {"3"}}, verdict{do: doRetry, after: 3 * time.Second}},
		{"header with value", "", 200, http.Header{"X-Mode": {"full"}}, verdict{do: doFull}},
		{"header with another value", "", 200, http.Header{"X-Mode": {"part"}}, verdict{}},
		{"error on 200", `{"error":{"code":"EXPIRED"}}`, 200, nil, verdict{do: doRefresh}},
		{"another error on 200", `{"error":"x"}`, 200, nil, verdict{do: doFail, hint: wording.Plain("look")}},
		{"no error on 200", `{"error":null}`, 200, nil, verdict{}},
		{"an empty list of errors", `{"error":[]}`, 200, nil, verdict{}},
		{"no error written as false", `{"error":false}`, 200, nil, verdict{}},
		{"errors beside data", `{"data":{"x":1},"error":[{"message":"half"}]}`, 200, nil, verdict{do: doFail, hint: wording.Plain("look")}},
		{"no success", `{"ok":false}`, 200, nil, verdict{do: doReauth}},
		{"success", `{"ok":true}`, 200, nil, verdict{}},
		{"empty by status", "", 204, nil, verdict{do: doEmpty}},
		{"no rule, busy", "", 503, nil, verdict{do: doRetry}},
		{"no rule, lapsed", "", 401, nil, verdict{do: doRefresh}},
		{"no rule, moved", "", 302, nil, verdict{do: doFail, hint: usualHint(302)}},
	} {
		if c.header == nil {
			c.header = http.Header{}
		}
		a := answer{status: c.status, header: c.header, body: []byte(c.body)}
		if got := judge(rules, &a, time.Now()); !cmp.Equal(got, c.want, cmp.AllowUnexported(verdict{})) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func must(t *testing.T, text string) presets.Selector {
	t.Helper()
	s, err := selector(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Promise F8: a wait is read wherever and however a vendor names it: seconds, milliseconds, moments, members of headers.
func TestWaits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	date := http.Header{"Date": {"Fri, 20 Nov 2026 01:00:00 GMT"}}
	for name, c := range map[string]struct {
		rule   presets.ErrorRule
		body   string
		header string // NAME: value
		want   time.Duration
	}{
		"seconds in the body":           {presets.ErrorRule{AfterIn: "error.rate_reset"}, `{"error":{"rate_reset":1.5}}`, "", 1500 * time.Millisecond},
		"milliseconds by name":          {presets.ErrorRule{AfterIn: "retry_after_ms"}, `{"retry_after_ms":30000}`, "", 30 * time.Second},
		"a moment":                      {presets.ErrorRule{AfterIn: "time.reset_at"}, `{"time":{"reset_at":1795136460}}`, "", time.Minute},
		"a moment in milliseconds":      {presets.ErrorRule{AfterIn: "resetMs"}, `{"resetMs":1795136460000}`, "", time.Minute},
		"a moment as text":              {presets.ErrorRule{AfterIn: "at"}, `{"at":"2026-11-20T01:02:00+00:00"}`, "", 2 * time.Minute},
		"far away":                      {presets.ErrorRule{AfterIn: "retry_after"}, `{"retry_after":7200}`, "", maxWait},
		"a moment as text in a header":  {presets.ErrorRule{AfterAt: "X-RateLimit-Reset"}, ``, "X-RateLimit-Reset: 2026-11-20T01:00:30Z", 30 * time.Second},
		"a member of a header":          {presets.ErrorRule{AfterAt: "RateLimit: reset"}, ``, "RateLimit: limit=100, remaining=0, reset=5", 5 * time.Second},
		"a member of a newer header":    {presets.ErrorRule{AfterAt: "RateLimit: t"}, ``, `RateLimit: "default";r=0;t=9`, 9 * time.Second},
		"not in the body but as usual":  {presets.ErrorRule{AfterIn: "retry"}, `{}`, "Retry-After: 3", 3 * time.Second},
		"past":                          {presets.ErrorRule{AfterIn: "at", After: time.Minute}, `{"at":"2026-11-20T00:00:00Z"}`, "", time.Minute},
		"nothing named, the rule's own": {presets.ErrorRule{After: time.Minute}, `{}`, "", time.Minute},
	} {
		c.rule.Status, c.rule.Do = []int{429}, doRetry
		r, err := newRule(&presets.Preset{}, c.rule)
		if err != nil {
			t.Fatal(err)
		}
		a := answer{status: 429, header: date.Clone(), body: []byte(c.body)}
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			a.header.Set(name, value)
		}
		if got := judge([]rule{r}, &a, now); got.after != c.want {
			t.Errorf("%s: %v, want %v", name, got.after, c.want)
		}
	}
}
