package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// leaseTime is how long a renewal may take before another process may try; longer than exchangeTime.
const leaseTime = 60 * time.Second

// Reasons why a renewal is not ours to do now. They abort a vault's transaction.
var (
	errGood = errors.New("the stored token is good")
	errHeld = errors.New("somebody else is renewing")
)

// waitError says that the provider is left alone until then: a renewal failed lately, or the token is too young for one.
type waitError struct {
	until time.Time
	young bool
}

func (e *waitError) Error() string { return "it is too early for a renewal" }

// tell is what callers get to know of it.
func (e *waitError) tell(g Grant, p Provider, now time.Time) error {
	out := &presets.Error{
		Op: wording.New("oauth.renew_sign", "renew the sign-in"), Text: wording.New("oauth.last_try", "the last try failed: {Problem}", "Problem", g.Problem),
		Retry: true, RetryAfter: e.until.Sub(now), Err: ErrOverload,
	}
	switch {
	case e.young:
		out.Text = wording.New("oauth.crm_refused_token_does_not", "the CRM refused a token it does not let us renew yet")
	case g.Person:
		out.Retry, out.ReauthNeeded, out.Err, out.Hint = false, true, ErrGrant, p.cure()
	}
	return out
}

// renew brings a good grant into the hand: the stored one, or a new one from the provider.
func (s *Source) renew(ctx context.Context) error {
	for {
		stored, err := s.Vault.Load(ctx)
		if err != nil {
			return fmt.Errorf("load grant: %w", err)
		}
		if s.accept(stored) {
			return nil
		}
		claimed, err := s.Vault.Update(ctx, s.claim)
		var wait *waitError
		switch {
		case err == nil && !claimed.Dead.IsZero():
			s.take(claimed)
			return dead(claimed)
		case err == nil:
			return s.exchange(ctx, claimed)
		case errors.As(err, &wait):
			s.take(stored)
			p, _ := s.provider()
			return wait.tell(stored, p, s.Now())
		case !errors.Is(err, errHeld) && !errors.Is(err, errGood):
			return fmt.Errorf("note the renewal: %w", err)
		}
		if err := s.Sleep(ctx, 200*time.Millisecond); err != nil {
			return fmt.Errorf("wait for another renewal: %w", err)
		}
	}
}

// accept takes a stored grant in hand if its token is good.
func (s *Source) accept(g Grant) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.good(g, s.due) {
		return false
	}
	s.grant = g
	return true
}

// claim is the transaction before a renewal: it takes the lease and leaves the note, or says why not. The note of a
// holder who never came back counts as a lost attempt; after a second one the old token is not tried a third time.
func (s *Source) claim(g *Grant) error {
	now := s.Now()
	p, _ := s.provider()
	s.mu.Lock()
	good, by := s.good(*g, s.due), s.by
	s.mu.Unlock()
	switch {
	case !g.Dead.IsZero() && !p.alone():
		return nil
	case good:
		return errGood
	case now.Before(g.Lease.Until) && g.Lease.Holder != "" && g.Lease.Holder != s.name:
		return errHeld
	case now.Before(g.NotBefore) && g.Tried == by:
		return &waitError{until: g.NotBefore}
	case g.Access != "" && g.isBy(by) && !now.Before(g.Obtained) && now.Before(g.Obtained.Add(p.MinAge)):
		return &waitError{until: g.Obtained.Add(p.MinAge), young: true}
	}
	if !g.isBy(by) {
		g.Refresh, g.Keep = "", nil
	}
	next := Attempt{Token: digest(g.Refresh), Started: now}
	if open := g.Attempt; open.Token == next.Token {
		next.Lost = open.Lost
		if !open.Unheard {
			next.Lost++
		}
	}
	if next.Lost > 1 && !p.alone() {
		g.Dead, g.Attempt, g.Lease = wording.New("oauth.lost_twice", "the answers to two renewals were lost"), Attempt{}, Lease{Number: g.Lease.Number}
		return nil
	}
	g.Attempt, g.Dead = next, wording.Text{}
	g.Lease = Lease{Holder: s.name, Until: now.Add(leaseTime), Number: g.Lease.Number + 1}
	return nil
}

// exchange asks the provider and stores what it says. Nothing uses a new token before it is stored.
func (s *Source) exchange(ctx context.Context, claimed Grant) error {
	fresh, err := s.ask(ctx, claimed)
	if err != nil {
		return s.failed(ctx, claimed, err)
	}
	stored, err := s.save(ctx, claimed, fresh)
	if err != nil {
		return err
	}
	s.take(stored)
	s.Log.Debug("sign-in renewed", slog.Uint64("version", stored.Version))
	return nil
}

// askTime is the most the requests of one renewal take together; it is shorter than a lease.
const askTime = 45 * time.Second

// ask gets new tokens: with the refresh token where there is one, else by signing in again as the program itself.
func (s *Source) ask(ctx context.Context, g Grant) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	p, client := s.provider()
	by := p.by()
	p, err := p.at(g.Keep)
	if err != nil {
		return Grant{}, err
	}
	if !p.alone() && g.Refresh == "" {
		return Grant{}, errNoRefresh
	}
	if !p.alone() || p.Grant == Password && g.Refresh != "" {
		fresh, err := p.tokens(ctx, client, s.Now(), refreshing(g.Refresh))
		if err == nil || !p.alone() || isTemporary(err) {
			fresh.By = by
			return fresh, err
		}
	}
	fresh, err := p.begin(ctx, client, s.Now())
	fresh.By, fresh.begun = by, true
	return fresh, err
}

func isTemporary(err error) bool {
	var e *presets.Error
	return errors.As(err, &e) && e.Retry
}

// save stores new tokens under the lease they were fetched with. A provider may have made the old token worthless, so it
// tries as long as the lease runs.
func (s *Source) save(ctx context.Context, claimed, fresh Grant) (Grant, error) {
	store := func(g *Grant) error {
		if !g.Lease.is(claimed.Lease) || g.Version != claimed.Version {
			return errHeld
		}
		*g = g.renewed(fresh)
		return nil
	}
	var err error
	for pause := time.Second; s.Now().Before(claimed.Lease.Until); pause *= 2 {
		var stored Grant
		if stored, err = s.Vault.Update(ctx, store); err == nil || errors.Is(err, errHeld) {
			return stored, err
		}
		if serr := s.Sleep(ctx, pause); serr != nil {
			break
		}
	}
	return Grant{}, fmt.Errorf("save renewed sign-in: %w", err)
}

// failed notes how a renewal ended. Only the provider's own word that the grant is over, about the token that is still
// the stored one, makes it dead. What the program signs in with by itself is tried again later: it may have been put right
// at the CRM.
func (s *Source) failed(ctx context.Context, claimed Grant, cause error) error {
	if errors.Is(cause, errNoRefresh) {
		cause = &presets.Error{Op: wording.New("oauth.renew_sign", "renew the sign-in"), Text: wording.New("oauth.crm_gave_no_refresh_token", "the CRM gave no refresh token"), Hint: signInAgain(), ReauthNeeded: true, Err: ErrGrant}
	}
	p, _ := s.provider()
	stored, err := s.Vault.Update(ctx, func(g *Grant) error {
		if !g.Lease.is(claimed.Lease) {
			return errHeld
		}
		g.Lease = Lease{Number: g.Lease.Number}
		over := errors.Is(cause, ErrGrant)
		if over && !p.alone() && g.Version == claimed.Version {
			g.Dead, g.Attempt, g.NotBefore = wording.New("oauth.ended", "the CRM ended the sign-in"), Attempt{}, time.Time{}
			return nil
		}
		g.Attempt.Unheard = errors.Is(cause, ErrUnheard)
		if !g.Attempt.Unheard {
			g.Attempt = Attempt{}
		}
		g.Failures, g.Problem = g.Failures+1, problemOf(cause)
		g.Tried, g.Person = p.by(), over && p.alone()
		g.NotBefore = s.Now().Add(pause(g.Failures, cause))
		return nil
	})
	if errors.Is(err, errHeld) {
		return s.renew(ctx) // somebody signed in or renewed meanwhile: theirs counts
	}
	if err != nil {
		return errors.Join(cause, fmt.Errorf("note the failed renewal: %w", err))
	}
	s.take(stored)
	return cause
}

// refusedPause is how long credentials that were refused are not tried again: often enough to see that somebody put it
// right at the CRM, and seldom enough that the CRM does not lock the user out.
const refusedPause = 15 * time.Minute

// pause is how long a provider is left alone after a failure: 1, 2, 4 and then 8 minutes, ten calls in the first hour, or
// what it asked for.
func pause(failures int, cause error) time.Duration {
	d := time.Minute << min(failures-1, 3)
	var e *presets.Error
	if errors.As(cause, &e) {
		d = max(d, e.RetryAfter)
	}
	if errors.Is(cause, ErrGrant) {
		d = max(d, refusedPause)
	}
	return d
}

// problemOf is the text of a failure that may be stored and shown.
func problemOf(cause error) wording.Text {
	var e *presets.Error
	if errors.As(cause, &e) {
		return e.Text
	}
	return wording.New("oauth.no_answer", "no answer")
}

func signInAgain() wording.Text {
	return wording.New("oauth.sign_in_again", "sign in again with Connect")
}

func dead(g Grant) error {
	return &presets.Error{
		Op: wording.New("oauth.renew_sign", "renew the sign-in"), Text: g.Dead, Hint: signInAgain(), ReauthNeeded: true, Err: ErrGrant,
	}
}
