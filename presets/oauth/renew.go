package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/oauth2"

	"github.com/ringdex/ringdex/presets"
)

// leaseTime is how long a renewal may take before another process may try; longer than exchangeTime.
const leaseTime = 60 * time.Second

// Reasons why a renewal is not ours to do now. They abort a vault's transaction.
var (
	errGood = errors.New("the stored token is good")
	errHeld = errors.New("somebody else is renewing")
)

// waitError says that a renewal failed lately and the provider is left alone until then.
type waitError struct{ until time.Time }

func (e *waitError) Error() string { return "a renewal failed lately" }

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
		case err == nil && claimed.Dead != "":
			s.take(claimed)
			return dead(claimed)
		case err == nil:
			return s.exchange(ctx, claimed)
		case errors.As(err, &wait):
			s.take(stored)
			return &presets.Error{
				Op: "renew the sign-in", Text: "the last try failed: " + stored.Problem, Retry: true,
				RetryAfter: wait.until.Sub(s.Now()), Err: ErrOverload,
			}
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
	s.mu.Lock()
	good := s.good(*g, s.due)
	s.mu.Unlock()
	switch {
	case g.Dead != "":
		return nil
	case good:
		return errGood
	case now.Before(g.Lease.Until) && g.Lease.Holder != "" && g.Lease.Holder != s.name:
		return errHeld
	case now.Before(g.NotBefore):
		return &waitError{g.NotBefore}
	}
	next := Attempt{Token: digest(g.Refresh), Started: now}
	if open := g.Attempt; open.Token == next.Token {
		next.Lost = open.Lost
		if !open.Unheard {
			next.Lost++
		}
	}
	if p, _ := s.provider(); next.Lost > 1 && p.Grant != ClientCredentials {
		g.Dead, g.Attempt, g.Lease = "the answers to two renewals were lost", Attempt{}, Lease{Number: g.Lease.Number}
		return nil
	}
	g.Attempt = next
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

func (s *Source) ask(ctx context.Context, g Grant) (Grant, error) {
	p, client := s.provider()
	return p.tokens(ctx, client, s.Now(), func(ctx context.Context) (*oauth2.Token, error) {
		if p.Grant == ClientCredentials {
			return p.credentials().Token(ctx)
		}
		if g.Refresh == "" {
			return nil, errNoRefresh
		}
		return p.refreshing(g.Refresh).Token(ctx)
	})
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
// the stored one, makes it dead.
func (s *Source) failed(ctx context.Context, claimed Grant, cause error) error {
	if errors.Is(cause, errNoRefresh) {
		cause = &presets.Error{Op: "renew the sign-in", Text: "the CRM gave no refresh token", Hint: "sign in again with Connect", ReauthNeeded: true, Err: ErrGrant}
	}
	stored, err := s.Vault.Update(ctx, func(g *Grant) error {
		if !g.Lease.is(claimed.Lease) {
			return errHeld
		}
		g.Lease = Lease{Number: g.Lease.Number}
		if errors.Is(cause, ErrGrant) && g.Version == claimed.Version {
			g.Dead, g.Attempt, g.NotBefore = "the CRM ended the sign-in", Attempt{}, time.Time{}
			return nil
		}
		g.Attempt.Unheard = errors.Is(cause, ErrUnheard)
		if !g.Attempt.Unheard {
			g.Attempt = Attempt{}
		}
		g.Failures, g.Problem = g.Failures+1, wording(cause)
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

// pause is how long a provider is left alone after a failure: 1, 2, 4 and then 8 minutes, ten calls in the first hour, or
// what it asked for.
func pause(failures int, cause error) time.Duration {
	d := time.Minute << min(failures-1, 3)
	var e *presets.Error
	if errors.As(cause, &e) {
		d = max(d, e.RetryAfter)
	}
	return d
}

// wording is the text of a failure that may be stored and shown.
func wording(cause error) string {
	var e *presets.Error
	if errors.As(cause, &e) {
		return e.Text
	}
	return "no answer"
}

func dead(g Grant) error {
	return &presets.Error{
		Op: "renew the sign-in", Text: g.Dead, Hint: "sign in again with Connect", ReauthNeeded: true, Err: ErrGrant,
	}
}
