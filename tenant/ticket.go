package tenant

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"github.com/ringdex/ringdex/wording"
)

// Purpose is what a one-time link is for. Either ends in the person choosing a password.
type Purpose string

// The purposes.
const (
	Invitation Purpose = "invitation" // somebody who never signed in
	Reset      Purpose = "reset"      // somebody who forgot the password
)

// ticketLife is how long a link of each purpose can be used.
var ticketLife = map[Purpose]time.Duration{Invitation: 72 * time.Hour, Reset: time.Hour}

// Ticket is a one-time link of one person, without its token, which is shown once and not kept.
type Ticket struct {
	Purpose Purpose   `json:"purpose"`
	Expires time.Time `json:"expires"`
}

// ticketRecord is a link as stored: one for each person, so that a newer one ends the one before.
type ticketRecord struct {
	Ticket
	Hash []byte `json:"hash"`
}

// The token names account and person, then come 256 random bits; 13 characters are an id without its kind.
const (
	idChars       = IDLength - 2
	ticketRandom  = 32
	ticketLetters = 2*idChars + (ticketRandom*8+4)/5
)

// AddTicket makes the one-time link of a person and returns its token here and nowhere else. It ends the one made before it.
func (d *Directory) AddTicket(ctx context.Context, by Actor, account ID, id PersonID, purpose Purpose) (Ticket, Secret, error) {
	life, ok := ticketLife[purpose]
	if !ok {
		return Ticket{}, Secret{}, wording.Errorf(ErrInvalid, "tenant.purpose_value", `purpose "{Value}"`, "Value", printable(string(purpose)))
	}
	if err := errors.Join(account.check(), id.check()); err != nil {
		return Ticket{}, Secret{}, err
	}
	var random [ticketRandom]byte
	_, _ = rand.Read(random[:]) // crypto/rand.Read never returns an error
	token := string(account[2:]) + string(id[2:]) + idText.EncodeToString(random[:])
	r := ticketRecord{Ticket: Ticket{Purpose: purpose, Expires: d.now().UTC().Add(life)}, Hash: hashTicket(token)}
	err := d.change(ctx, by, account, ManagePeople, func(t tx) (note, error) {
		p, err := t.person(account, id)
		if err != nil {
			return note{}, err
		}
		n := note{Action: "person." + string(purpose), Object: string(id), Name: p.Email}
		return n, t.put(account, place(account, placeTicket, string(id)), r)
	})
	if err != nil {
		return Ticket{}, Secret{}, err
	}
	return r.Ticket, NewSecret(token), nil
}

// Ticket returns what a token is good for, and whose it is. It uses nothing up, so that a program that looks at links in mails
// harms none. A token that is unknown, used, replaced or too old is [ErrTicket].
func (d *Directory) Ticket(ctx context.Context, token string) (Ticket, Person, error) {
	var r ticketRecord
	var p Person
	err := d.view(ctx, func(v view) (err error) {
		r, p, err = v.ticket(token)
		return err
	})
	return r.Ticket, p, err
}

// UseTicket sets the password of the person a token belongs to, and ends the token in the same transaction. Errors are
// [ErrTicket] and those of [Directory.SetPassword]; after the latter the token can be used again. address is where it came from.
func (d *Directory) UseTicket(ctx context.Context, token string, password Secret, address string) (Person, error) {
	_, p, err := d.Ticket(ctx, token) // before the costly hash
	if err != nil {
		return Person{}, err
	}
	if password.IsZero() {
		return Person{}, wording.Errorf(ErrInvalid, "tenant.password_empty", "the password is empty")
	}
	phc, err := d.hashPassword(ctx, password)
	if err != nil {
		return Person{}, err
	}
	err = d.changeOwn(ctx, p.Actor(address), p.Account, func(t tx) (note, error) {
		r, who, err := t.ticket(token)
		if err != nil {
			return note{}, err
		}
		p = who
		n := note{Action: "person.password", Object: string(p.ID), Name: p.Email, Details: []string{string(r.Purpose)}}
		return n, errors.Join(t.endTicket(p.Account, p.ID), t.put(p.Account, place(p.Account, placePassword, string(p.ID)), phc))
	})
	return p, err
}

// ticket finds the record of a token and its person.
func (v view) ticket(token string) (ticketRecord, Person, error) {
	if len(token) != ticketLetters || strings.Trim(token, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return ticketRecord{}, Person{}, ErrTicket
	}
	account, id := ID("t_"+token[:idChars]), PersonID("u_"+token[idChars:2*idChars])
	n, err := v.liveNode(account)
	if err != nil || n.Suspended {
		return ticketRecord{}, Person{}, unknownTicket(err)
	}
	r, err := get[ticketRecord](v, account, place(account, placeTicket, string(id)))
	if err != nil {
		return ticketRecord{}, Person{}, unknownTicket(err)
	}
	if subtle.ConstantTimeCompare(r.Hash, hashTicket(token)) != 1 || !v.d.now().Before(r.Expires) {
		return ticketRecord{}, Person{}, ErrTicket
	}
	p, err := v.person(account, id)
	if err != nil {
		return ticketRecord{}, Person{}, unknownTicket(err)
	}
	return r, p, nil
}

// unknownTicket keeps an error of the store apart from a link that leads nowhere.
func unknownTicket(err error) error {
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrErased) {
		return ErrTicket
	}
	return err
}

// endTicket ends what was sent to a person: after a new password or another e-mail address it must not work any more.
func (t tx) endTicket(account ID, id PersonID) error {
	return t.remove(place(account, placeTicket, string(id)))
}

func hashTicket(token string) []byte {
	sum := sha256.Sum256([]byte("ringdex one-time link " + token))
	return sum[:]
}
