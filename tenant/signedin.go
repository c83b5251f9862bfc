package tenant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// SignedInPerson is somebody with a session, and the account they belong to.
type SignedInPerson struct {
	Person  Person
	Account Account
	Stamp   string // another one once the password was changed; tells nothing of it
}

// SignedIn returns who has a session, as they are now. Somebody who was removed, or whose account was removed or suspended, is
// [ErrNotFound].
func (d *Directory) SignedIn(ctx context.Context, account ID, id PersonID) (SignedInPerson, error) {
	var s SignedInPerson
	if err := account.check(); err != nil {
		return s, err
	}
	err := d.live(ctx, account, func(v view) error {
		var err error
		if s.Person, err = v.person(account, id); err != nil {
			return err
		}
		if s.Account, err = v.account(account); err != nil {
			return err
		}
		if s.Account.Suspended {
			return ErrNotFound
		}
		phc, err := get[string](v, account, place(account, placePassword, string(id)))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		sum := sha256.Sum256([]byte("ringdex session " + phc))
		s.Stamp = hex.EncodeToString(sum[:8])
		return nil
	})
	return s, err
}

// NoteSession keeps in an account's log that somebody signed in to it, or began to work in it: "session.begin", "session.enter".
func (d *Directory) NoteSession(ctx context.Context, by Actor, account ID, action string) error {
	return d.changeOwn(ctx, by, account, func(tx) (note, error) {
		return note{Action: action, Object: by.ID, Name: by.Name}, nil
	})
}

// SetOwnLanguage sets the language of somebody's pages; people may set their own, whatever their role. "" is the browser's.
func (d *Directory) SetOwnLanguage(ctx context.Context, by Actor, account ID, id PersonID, language string) error {
	if by.Kind != ActorPerson || by.ID != string(id) || by.Account != account {
		return ErrForbidden
	}
	return d.changeOwn(ctx, by, account, func(t tx) (note, error) {
		p, err := t.person(account, id)
		if err != nil {
			return note{}, err
		}
		p.Language = language
		if err := p.check(); err != nil {
			return note{}, err
		}
		return note{Action: "person.set", Object: string(id), Name: p.Email, Details: []string{"language"}}, t.putPerson(p, p.Email)
	})
}
