package rest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// asked is the wait an answer names: in the body, in the rule's own header, or in Retry-After.
func (r *rule) asked(a *answer, now time.Time) time.Duration {
	server := serverTime(a.header, now)
	if !r.afterIn.IsZero() && a.parse() == nil {
		text := r.afterIn.Text(a.doc)
		if isMilliseconds(r.AfterIn) {
			text = inSeconds(text)
		}
		if d := retryAfter(text, server); d > 0 {
			return d
		}
	}
	if r.AfterAt != "" {
		if d := retryAfter(headerText(a.header, r.AfterAt), server); d > 0 {
			return d
		}
	}
	return retryAfter(a.header.Get("Retry-After"), server)
}

// isMilliseconds tells by its name a member that holds a wait in milliseconds: retry_after_ms, waitMs, delayMillis.
func isMilliseconds(selector string) bool {
	name := selector[strings.LastIndexByte(selector, '.')+1:]
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, "_ms") || lower == "ms" || strings.HasSuffix(name, "Ms") ||
		strings.HasSuffix(lower, "millis") || strings.HasSuffix(lower, "milliseconds")
}

// inSeconds turns a wait in milliseconds into seconds; a moment stays what it is.
func inSeconds(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n > 1e11 {
		return text
	}
	return strconv.FormatFloat(n/1000, 'f', -1, 64)
}

// headerText is a header, or with NAME: KEY one member of a header such as RateLimit: limit=100, remaining=0, reset=5.
func headerText(h http.Header, at string) string {
	name, key, part := strings.Cut(at, ":")
	if !part {
		return h.Get(name)
	}
	key = strings.TrimSpace(key)
	for _, value := range h.Values(strings.TrimSpace(name)) {
		for _, member := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' }) {
			if k, v, ok := strings.Cut(member, "="); ok && strings.EqualFold(strings.TrimSpace(k), key) {
				return strings.Trim(strings.TrimSpace(v), `"`)
			}
		}
	}
	return ""
}

// retryAfter reads how long to wait: seconds, an HTTP date (RFC 9110, 10.2.3), or a moment in unix seconds or
// milliseconds or in ISO 8601, as some vendors send it. now is the server's clock. What is absent, past or no time at all
// is 0.
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
	if t, ok := (clock{zone: time.UTC}).read(text); ok {
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
