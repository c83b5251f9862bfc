package dial

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/wording"
)

// Guarded passes on orders that nobody will regret.
type Guarded struct {
	Dialer  calls.Dialer
	Premium bool                                                          // premium and short numbers may be called
	Pace    *Pace                                                         // shared by all dialers of the process
	Rate    int                                                           // calls a minute one person may start
	Note    func(ctx context.Context, o calls.Order, number string) error // keeps who called; number is not the whole one
}

// Dial implements [calls.Dialer].
func (g *Guarded) Dial(ctx context.Context, o calls.Order) error {
	if err := g.check(o); err != nil {
		return err
	}
	if !g.Pace.Allow(string(o.Tenant)+" "+string(o.Agent), g.Rate) {
		return &calls.DialError{Text: wording.New("calls.too_many_calls_were_started", "too many calls were started within a minute"), Hint: wording.New("calls.wait_moment", "wait a moment")}
	}
	if err := g.Note(ctx, o, Masked(o.Digits)); err != nil {
		return fmt.Errorf("note a call: %w", err)
	}
	return g.Dialer.Dial(ctx, o)
}

func (g *Guarded) check(o calls.Order) error {
	if err := Check(o); err != nil {
		return err
	}
	if o.Number.IsZero() {
		return nil // a colleague
	}
	switch kind := o.Number.Kind(); {
	case kind == phone.KindUnknown:
		return &calls.DialError{Text: wording.New("calls.no_such_number", "there is no such number"), Hint: wording.New("calls.check_digits", "check its digits")}
	case g.Premium:
	case kind == phone.KindPremium || kind == phone.KindPersonal || kind == phone.KindPager:
		return &calls.DialError{Text: wording.New("calls.premium_numbers_not_called_from", "premium numbers are not called from here"), Hint: wording.New("calls.admin_can_allow_them_phone", "an admin can allow them for the phone system (dial-premium)")}
	case o.Number.IsShort():
		return &calls.DialError{Text: wording.New("calls.short_numbers_not_called_from", "short numbers are not called from here"), Hint: wording.New("calls.dial_phone", "dial it at the phone")}
	}
	return nil
}

// Masked shows enough of a number to recognise it and too little to call it.
func Masked(number string) string {
	const head, tail = 4, 2
	if len(number) < head+tail+2 {
		return "…"
	}
	return number[:head] + "…" + number[len(number)-tail:]
}

// Pace counts what each of many does within a minute, such as the calls a person starts. The zero value is ready.
type Pace struct {
	Now func() time.Time // nil is time.Now

	mu    sync.Mutex
	began map[string][]time.Time
}

// Allow counts one, unless there were that many within a minute.
func (p *Pace) Allow(who string, most int) bool {
	now := time.Now
	if p.Now != nil {
		now = p.Now
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now()
	if p.began == nil {
		p.began = map[string][]time.Time{}
	}
	if len(p.began) > 10_000 {
		clear(p.began)
	}
	recent := p.began[who][:0]
	for _, t := range p.began[who] {
		if at.Sub(t) < time.Minute {
			recent = append(recent, t)
		}
	}
	if p.began[who] = recent; len(recent) >= most {
		return false
	}
	p.began[who] = append(recent, at)
	return true
}
