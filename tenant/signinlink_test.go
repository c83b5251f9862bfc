package tenant

import (
	"errors"
	"testing"
)

// Promise: a portal's link signs one person in, once, within a minute, and only who manages the account can make it.
func TestSignInLink(t *testing.T) {
	for name, c := range map[string]struct {
		before func(w *world, p Person)
		want   error
	}{
		"in time":  {nil, nil},
		"too late": {func(w *world, _ Person) { w.clock = w.clock.Add(SignInLinkLife) }, ErrTicket},
		"removed":  {func(w *world, p Person) { must(t, w.RemovePerson(t.Context(), Command("test"), p.Account, p.ID)) }, ErrTicket},
		"suspended": {func(w *world, p Person) {
			_, err := w.SetAccount(t.Context(), Command("test"), p.Account, map[string]string{"suspended": "true"})
			must(t, err)
		}, ErrTicket},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.person(w.tenant("Muster", "").ID, "ada@example.com", RoleAgent)
			token, err := w.AddSignInLink(t.Context(), Command("test"), p.Account, p.ID)
			must(t, err)
			if c.before != nil {
				c.before(w, p)
			}
			got, err := w.UseSignInLink(t.Context(), token.Reveal())
			if !errors.Is(err, c.want) || c.want == nil && got.ID != p.ID {
				t.Fatalf("got %v, %v", got.ID, err)
			}
			if _, err := w.UseSignInLink(t.Context(), token.Reveal()); !errors.Is(err, ErrTicket) {
				t.Errorf("a second time: %v", err)
			}
			if _, err := w.AddSignInLink(t.Context(), p.Actor(""), p.Account, p.ID); err == nil {
				t.Error("an agent made one")
			}
		})
	}
}
