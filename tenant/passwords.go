package tenant

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringdex/ringdex/tenant/signin"
	"github.com/ringdex/ringdex/wording"
)

// minPassword is the fewest characters of a password (NIST SP 800-63B-4 3.1.1: 8 where it is not the only factor, which a
// sign-in of ours may become).
const minPassword = 8

// WaitError means that there were too many wrong passwords: try again after Wait.
type WaitError struct{ Wait time.Duration }

func (e *WaitError) Error() string {
	return fmt.Sprintf("too many wrong passwords; try again in %s", e.Wait.Round(time.Second))
}

// CheckPassword returns whose e-mail address and password these are. Wrong ones, unknown people and suspended accounts are all
// [ErrSignIn] after the same time. Who fails too often must wait: [WaitError]. Too many at once is [ErrBusy].
func (d *Directory) CheckPassword(ctx context.Context, email string, password Secret, from netip.Addr) (Person, error) {
	account := strings.ToLower(strings.TrimSpace(email))
	if wait := d.backoff.Try(account, from); wait > 0 {
		return Person{}, &WaitError{wait}
	}
	p, phc, err := d.credentials(ctx, account)
	if err != nil {
		d.backoff.Undo(account, from)
		return Person{}, err
	}
	right, outdated, err := d.hasher.Check(ctx, phc, password.Reveal())
	if errors.Is(err, signin.ErrTooLong) {
		return Person{}, ErrSignIn
	}
	if err != nil {
		d.backoff.Undo(account, from)
		return Person{}, fmt.Errorf("check password: %w", err)
	}
	if !right {
		return Person{}, ErrSignIn
	}
	d.backoff.Succeed(account, from)
	if outdated {
		d.renewHash(ctx, p, phc, password)
	}
	return p, nil
}

// credentials returns a person with the stored hash; both are empty for somebody unknown or not allowed in.
func (d *Directory) credentials(ctx context.Context, email string) (Person, string, error) {
	var p Person
	var phc string
	err := d.view(ctx, func(v view) error {
		var err error
		if p, err = v.personByEmail(email); err != nil {
			return err
		}
		n, err := v.liveNode(p.Account)
		if err != nil || n.Suspended {
			return errors.Join(err, ErrNotFound)
		}
		phc, err = get[string](v, p.Account, place(p.Account, placePassword, string(p.ID)))
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return Person{}, "", nil
	}
	return p, phc, err
}

// renewHash stores the password with the present cost, unless it was changed meanwhile. The sign-in does not depend on it.
func (d *Directory) renewHash(ctx context.Context, p Person, old string, password Secret) {
	phc, err := d.hasher.Hash(ctx, password.Reveal())
	if err != nil {
		return
	}
	server := Server("sign-in")
	_ = d.change(ctx, server, p.Account, ManagePeople, func(t tx) (note, error) {
		key := place(p.Account, placePassword, string(p.ID))
		now, err := get[string](t.view, p.Account, key)
		if err != nil || now != old {
			return note{}, errors.Join(err, ErrNotFound)
		}
		return note{Action: "person.rehash", Object: string(p.ID), Name: p.Email}, t.put(p.Account, key, phc)
	})
}

func (d *Directory) hashPassword(ctx context.Context, password Secret) (string, error) {
	if password.IsZero() {
		return "", nil
	}
	if utf8.RuneCountInString(password.Reveal()) < minPassword {
		return "", wording.Errorf(ErrInvalid, "tenant.password_has_least_value_characters", "a password has at least {Value} characters", "Value", minPassword)
	}
	phc, err := d.hasher.Hash(ctx, password.Reveal())
	if errors.Is(err, signin.ErrTooLong) {
		return "", wording.Errorf(ErrInvalid, "tenant.password_has_most_most_bytes", "a password has at most {Most} bytes", "Most", signin.MaxPassword)
	}
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return phc, nil
}
