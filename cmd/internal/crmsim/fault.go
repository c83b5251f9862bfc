package crmsim

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// FaultKind names a way of misbehaving.
type FaultKind string

// The kinds of faults.
const (
	Throttle     FaultKind = "throttle"      // 429, with Retry-After if RetryAfter is set
	Forbid       FaultKind = "forbid"        // 403 in Salesforce's manner of saying "too many requests"
	Fail         FaultKind = "fail"          // 503, or Status
	Truncate     FaultKind = "truncate"      // half of the body, properly ended
	Cut          FaultKind = "cut"           // half of the body, then the connection breaks
	Reset        FaultKind = "reset"         // the connection breaks before any answer and before any work
	Lose         FaultKind = "lose"          // the work is done, then the connection breaks without an answer
	Slow         FaultKind = "slow"          // one byte in each Delay
	Endless      FaultKind = "endless"       // a body that never ends
	Loop         FaultKind = "loop"          // the next page is this page again
	IgnoreCursor FaultKind = "ignore_cursor" // this page is the first page again
	Empty        FaultKind = "empty"         // no records, and no word of a next page
	NoRecords    FaultKind = "no_records"    // no records but a next page
	HTML         FaultKind = "html"          // a sign-in page with status 200
	NoContent    FaultKind = "no_content"    // 204 without a body
	EmptyBody    FaultKind = "empty_body"    // 200 without a body
	Expire       FaultKind = "expire"        // the access token ends here: 401
	Redirect     FaultKind = "redirect"      // 302 to another place
	ForeignNext  FaultKind = "foreign_next"  // the next page is on another host
	Deep         FaultKind = "deep"          // JSON nested a hundred thousand levels
)

// FaultKinds lists all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{
		Throttle, Forbid, Fail, Truncate, Cut, Reset, Lose, Slow, Endless, Loop, IgnoreCursor, Empty, NoRecords, HTML,
		NoContent, EmptyBody, Expire, Redirect, ForeignNext, Deep,
	}
}

// Fault is one misbehaviour, and when it happens.
type Fault struct {
	Kind       FaultKind     `json:"kind"`
	Path       string        `json:"path,omitempty"`        // how the path begins; "": lists only
	Page       int           `json:"page,omitempty"`        // of a list, from 1; 0: each
	Times      int           `json:"times,omitempty"`       // how often; 0: always
	Status     int           `json:"status,omitempty"`      // instead of the kind's own
	RetryAfter string        `json:"retry_after,omitempty"` // the header as it is
	Delay      time.Duration `json:"delay,omitempty"`       // of slow, per byte; 1 s if 0
}

// afterWork reports whether the request is carried out before the fault shows.
func (k FaultKind) afterWork() bool { return k == Lose || k == Slow || k == Truncate || k == Cut }

type faults struct {
	mu   sync.Mutex
	open []*Fault
}

// Inject adds faults; the first that fits a request happens.
func (s *Server) Inject(list ...Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	for _, f := range list {
		s.faults.open = append(s.faults.open, &f)
	}
}

// ClearFaults ends all misbehaviour.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.open = nil
}

// take finds the fault of a request and counts it. page is 0 for what is no list.
func (f *faults) take(path string, page int) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n, one := range f.open {
		if !one.fits(path, page) {
			continue
		}
		if one.Times == 1 {
			f.open = append(f.open[:n], f.open[n+1:]...)
		} else if one.Times > 1 {
			one.Times--
		}
		now := *one
		return &now
	}
	return nil
}

func (f *Fault) fits(path string, page int) bool {
	if f.Page != 0 && f.Page != page || f.Path == "" && page == 0 {
		return false
	}
	return strings.HasPrefix(path, f.Path)
}

func (f *Fault) name() string {
	if f == nil {
		return ""
	}
	return string(f.Kind)
}

// is reports whether a list has to be twisted in one way.
func (f *Fault) is(k FaultKind) bool { return f != nil && f.Kind == k }

// spoil changes what an answer says. Faults of lists have been worked in before.
func (f *Fault) spoil(s *Server, r *http.Request, a answer) answer {
	say := func(status int, body string) answer {
		return answer{status: or(f.Status, status), header: map[string]string{}, body: []byte(body), fault: f, page: a.page}
	}
	switch f.Kind {
	case Throttle:
		a = say(http.StatusTooManyRequests, `{"status":"error","errorType":"RATE_LIMITS","message":"slow down"}`)
	case Forbid:
		a = say(http.StatusForbidden, `[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`)
	case Fail:
		a = say(http.StatusServiceUnavailable, `{"error":"try later"}`)
	case HTML:
		a = say(http.StatusOK, "<!DOCTYPE html><html><title>Sign in</title><form>Please sign in</form></html>")
		a.header["Content-Type"] = "text/html; charset=utf-8"
	case NoContent:
		a = say(http.StatusNoContent, "")
	case EmptyBody:
		a = say(http.StatusOK, "")
	case Redirect:
		a = say(http.StatusFound, "")
		a.header["Location"] = "http://169.254.169.254/latest/meta-data/"
	case Deep:
		a = say(http.StatusOK, strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000))
	case Truncate:
		a.body = a.body[:len(a.body)/2]
	case Expire:
		s.idp.end(bearer(r))
		a = unauthorised()
		a.fault = f
	}
	if f.RetryAfter != "" {
		a.header["Retry-After"] = f.RetryAfter
	}
	return a
}

// write sends an answer, badly if the fault is of that sort.
func (f *Fault) write(w http.ResponseWriter, r *http.Request, a answer) {
	switch {
	case f.is(Reset), f.is(Lose):
		panic(http.ErrAbortHandler)
	case f.is(Cut):
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body[:len(a.body)/2])
		panic(http.ErrAbortHandler)
	case f.is(Slow):
		f.drip(w, r, a)
	case f.is(Endless):
		w.WriteHeader(a.status)
		for block := bytes.Repeat([]byte(" "), 1<<16); r.Context().Err() == nil; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	default:
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	}
}

func (f *Fault) drip(w http.ResponseWriter, r *http.Request, a answer) {
	w.WriteHeader(a.status)
	for i := range a.body {
		if _, err := w.Write(a.body[i : i+1]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(or(f.Delay, time.Second)):
		}
	}
}

func or[T comparable](v, otherwise T) T {
	var none T
	if v != none {
		return v
	}
	return otherwise
}
