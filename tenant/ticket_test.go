package tenant

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
)

// Promise: a one-time link sets the password of its person once, within its time, and whatever should end it does.
func TestTickets(t *testing.T) {
	command := Command("test")
	for name, c := range map[string]struct {
		purpose Purpose
		before  func(w *world, p Person, token string) string // returns the token to use
		want    error
	}{
		"invitation": {Invitation, nil, nil},
		"reset":      {Reset, nil, nil},
		"looked at before": {Reset, func(w *world, _ Person, token string) string {
			_, _, err := w.Ticket(t.Context(), token)
			must(t, err)
			return token
		}, nil},
		"after a restart":    {Reset, func(w *world, _ Person, token string) string { w.open(); return token }, nil},
		"invitation in time": {Invitation, func(w *world, _ Person, token string) string { w.clock = w.clock.Add(72*time.Hour - 1); return token }, nil},
		"invitation late":    {Invitation, func(w *world, _ Person, token string) string { w.clock = w.clock.Add(72 * time.Hour); return token }, ErrTicket},
		"reset late":         {Reset, func(w *world, _ Person, token string) string { w.clock = w.clock.Add(time.Hour); return token }, ErrTicket},
		"replaced": {Invitation, func(w *world, p Person, token string) string {
			_, _, err := w.AddTicket(t.Context(), command, p.Account, p.ID, Reset)
			must(t, err)
			return token
		}, ErrTicket},
		"password set meanwhile": {Reset, func(w *world, p Person, token string) string {
			must(t, w.SetPassword(t.Context(), command, p.Account, p.ID, NewSecret("battery staple")))
			return token
		}, ErrTicket},
		"address changed meanwhile": {Reset, func(w *world, p Person, token string) string {
			_, err := w.SetPerson(t.Context(), command, p.Account, p.ID, func(p *Person) error { p.Email = "other@example.com"; return nil })
			must(t, err)
			return token
		}, ErrTicket},
		"person removed": {Reset, func(w *world, p Person, token string) string {
			must(t, w.RemovePerson(t.Context(), command, p.Account, p.ID))
			return token
		}, ErrTicket},
		"account suspended": {Reset, func(w *world, p Person, token string) string {
			_, err := w.SetAccount(t.Context(), command, p.Account, map[string]string{"suspended": "true"})
			must(t, err)
			return token
		}, ErrTicket},
		"account removed": {Reset, func(w *world, p Person, token string) string {
			_, err := w.RemoveAccount(t.Context(), command, p.Account)
			must(t, err)
			return token
		}, ErrTicket},
		"another person's": {Reset, func(w *world, p Person, token string) string {
			other := w.person(p.Account, "eve@example.com", RoleAgent)
			_, _, err := w.AddTicket(t.Context(), command, p.Account, other.ID, Reset)
			must(t, err)
			return token[:idChars] + string(other.ID[2:]) + token[2*idChars:]
		}, ErrTicket},
		"cut off":    {Reset, func(_ *world, _ Person, token string) string { return token[:len(token)-1] }, ErrTicket},
		"empty":      {Reset, func(*world, Person, string) string { return "" }, ErrTicket},
		"upper case": {Reset, func(_ *world, _ Person, token string) string { return strings.ToUpper(token) }, ErrTicket},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.person(w.tenant("Muster", "").ID, "ada@example.com", RoleAdmin)
			link, secret, err := w.AddTicket(t.Context(), command, p.Account, p.ID, c.purpose)
			must(t, err)
			if link.Purpose != c.purpose || strings.Contains(secret.String(), secret.Reveal()) {
				t.Errorf("made %+v", link)
			}
			token := secret.Reveal()
			if c.before != nil {
				token = c.before(w, p, token)
			}
			if _, err := w.UseTicket(t.Context(), token, NewSecret("short"), "192.0.2.1"); c.want == nil && !errors.Is(err, ErrInvalid) {
				t.Errorf("a bad password: %v", err)
			}
			got, err := w.UseTicket(t.Context(), token, NewSecret("tr0ub4dor and"), "192.0.2.1")
			if !errors.Is(err, c.want) {
				t.Fatalf("used: %v, want %v", err, c.want)
			}
			if c.want != nil {
				return
			}
			if in, err := w.CheckPassword(t.Context(), got.Email, NewSecret("tr0ub4dor and"), anyAddress); err != nil || in.ID != p.ID {
				t.Errorf("sign-in with the new password: %v", err)
			}
			if _, err := w.UseTicket(t.Context(), token, NewSecret("a second time"), ""); !errors.Is(err, ErrTicket) {
				t.Errorf("used twice: %v", err)
			}
		})
	}
}

// Promise B1: what is stored of a link does not let anybody use it, and who may not manage people can make none.
func TestTicketsAtRest(t *testing.T) {
	w := newWorld(t)
	p := w.person(w.tenant("Muster", "").ID, "ada@example.com", RoleAgent)
	_, secret, err := w.AddTicket(t.Context(), Command("test"), p.Account, p.ID, Reset)
	must(t, err)
	must(t, w.kv.View(t.Context(), func(r store.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			must(t, err)
			if bytes.Contains(pair.Value, []byte(secret.Reveal()[2*idChars:])) {
				t.Errorf("%s holds the token", pair.Key)
			}
		}
		return nil
	}))
	if _, _, err := w.AddTicket(t.Context(), p.Actor(""), p.Account, p.ID, Reset); !errors.Is(err, ErrForbidden) {
		t.Errorf("an agent made a link: %v", err)
	}
}
