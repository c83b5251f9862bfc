package tenant

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant/signin"
)

var anyAddress = netip.MustParseAddr("192.0.2.1")

// TestSignIn: the right password is right, everything else is the same error (B6).
func TestSignIn(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	p := w.person(tn, "Ada@Example.com", RoleAdmin)
	without, err := w.AddPerson(t.Context(), Command("test"), Person{Account: tn, Email: "new@example.com", Role: RoleAgent}, Secret{})
	must(t, err)
	for name, c := range map[string]struct {
		email, password string
		want            error
	}{
		"right":           {"ada@example.com", "correct horse", nil},
		"wrong":           {"ada@example.com", "wrong horse", ErrSignIn},
		"empty":           {"ada@example.com", "", ErrSignIn},
		"unknown":         {"eve@example.com", "correct horse", ErrSignIn},
		"no password yet": {without.Email, "", ErrSignIn},
	} {
		got, err := w.CheckPassword(t.Context(), c.email, NewSecret(c.password), anyAddress)
		if !errors.Is(err, c.want) || c.want == nil && got.ID != p.ID {
			t.Errorf("%s: %v, %v", name, got.ID, err)
		}
	}
	_, err = w.SetAccount(t.Context(), Command("test"), tn, map[string]string{"suspended": "true"})
	must(t, err)
	if _, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), netip.Addr{}); !errors.Is(err, ErrSignIn) {
		t.Errorf("suspended: %v", err)
	}
}

// TestGuessing: who guesses must wait, and the person whose password is guessed can sign in from elsewhere (B6).
func TestGuessing(t *testing.T) {
	w := newWorld(t)
	w.person(w.tenant("Muster", "").ID, "ada@example.com", RoleAdmin)
	tried := 0
	for range 300 {
		_, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("guess"), anyAddress)
		if errors.Is(err, ErrSignIn) {
			tried++
		}
	}
	var wait *WaitError
	_, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), anyAddress)
	if tried > 5 || !errors.As(err, &wait) || wait.Wait <= 0 {
		t.Errorf("%d guesses were checked, then %v", tried, err)
	}
	if _, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), netip.MustParseAddr("198.51.100.7")); err != nil {
		t.Errorf("the victim is locked out: %v", err)
	}
}

// TestPasswordIsRenewed: after the cost has changed, the next sign-in stores the password with the new one.
func TestPasswordIsRenewed(t *testing.T) {
	w := newWorld(t)
	p := w.person(w.tenant("Muster", "").ID, "ada@example.com", RoleAdmin)
	stored := func() string {
		var phc string
		must(t, w.view(t.Context(), func(v view) error {
			var err error
			phc, err = get[string](v, p.Account, place(p.Account, placePassword, string(p.ID)))
			return err
		}))
		return phc
	}
	before := stored()
	w.hasher = signin.NewHasher(signin.Cost{Memory: 32, Time: 2, Lanes: 1})
	_, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), anyAddress)
	must(t, err)
	if after := stored(); after == before || !strings.Contains(after, "m=32,t=2") {
		t.Errorf("stored as %s", after[:min(30, len(after))])
	}
	_, err = w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), anyAddress)
	must(t, err)
}

// TestPeopleRules: an address belongs to one person in the installation, a role to its kind of account.
func TestPeopleRules(t *testing.T) {
	w := newWorld(t)
	reseller := w.reseller("seller").ID
	a, b := w.tenant("a", reseller).ID, w.tenant("b", "").ID
	ada := w.person(a, "ada@example.com", RoleAdmin)
	for name, c := range map[string]struct {
		person Person
		want   error
	}{
		"agent":                  {Person{Account: a, Email: "agent@example.com", Role: RoleAgent}, nil},
		"reseller":               {Person{Account: reseller, Email: "seller@example.com", Role: RoleReseller}, nil},
		"operator":               {Person{Account: w.Operator(), Email: "op@example.com", Role: RoleOperator}, nil},
		"address in use":         {Person{Account: b, Email: "ADA@example.com", Role: RoleAdmin}, ErrExists},
		"operator in a tenant":   {Person{Account: a, Email: "x1@example.com", Role: RoleOperator}, ErrInvalid},
		"reseller in a tenant":   {Person{Account: a, Email: "x2@example.com", Role: RoleReseller}, ErrInvalid},
		"admin in a reseller":    {Person{Account: reseller, Email: "x3@example.com", Role: RoleAdmin}, ErrInvalid},
		"no such role":           {Person{Account: a, Email: "x4@example.com", Role: "root"}, ErrInvalid},
		"no address":             {Person{Account: a, Email: "", Role: RoleAgent}, ErrInvalid},
		"not an address":         {Person{Account: a, Email: "ada", Role: RoleAgent}, ErrInvalid},
		"empty device":           {Person{Account: a, Email: "x5@example.com", Role: RoleAgent, Devices: []Device{{Number: " "}}}, ErrInvalid},
		"device to drive a page": {Person{Account: a, Email: "x6@example.com", Role: RoleAgent, Devices: []Device{{Number: "1\x1b"}}}, ErrInvalid},
	} {
		if _, err := w.AddPerson(t.Context(), Command("test"), c.person, Secret{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.SetPerson(t.Context(), Command("test"), a, ada.ID, func(p *Person) error { p.Email, p.Account = "countess@example.com", b; return nil })
	must(t, err)
	if p, err := w.PersonByEmail(t.Context(), "countess@example.com"); err != nil || p.ID != ada.ID || p.Account != a {
		t.Errorf("by new address: %v, %v", p, err)
	}
	if _, err := w.PersonByEmail(t.Context(), "ada@example.com"); !errors.Is(err, ErrNotFound) {
		t.Errorf("by old address: %v", err)
	}
	must(t, w.RemovePerson(t.Context(), Command("test"), a, ada.ID))
	w.person(b, "countess@example.com", RoleAdmin)
}

// TestOwnPassword: an agent may set the own password and nobody else's.
func TestOwnPassword(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	agent, admin := w.person(tn, "agent@example.com", RoleAgent), w.person(tn, "admin@example.com", RoleAdmin)
	must(t, w.SetPassword(t.Context(), agent.Actor(""), tn, agent.ID, NewSecret("my own words")))
	_, err := w.CheckPassword(t.Context(), agent.Email, NewSecret("my own words"), anyAddress)
	must(t, err)
	if err := w.SetPassword(t.Context(), agent.Actor(""), tn, admin.ID, NewSecret("my own words")); !errors.Is(err, ErrForbidden) {
		t.Errorf("the admin's: %v", err)
	}
	for _, short := range []string{"", "1234567"} {
		if err := w.SetPassword(t.Context(), agent.Actor(""), tn, agent.ID, NewSecret(short)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", short, err)
		}
	}
}

// TestPersonOfErasedTenant: the address is free again, and leads nowhere.
func TestPersonOfErasedTenant(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	w.person(tn, "ada@example.com", RoleAdmin)
	_, err := w.RemoveAccount(t.Context(), Command("test"), tn)
	must(t, err)
	if _, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), anyAddress); !errors.Is(err, ErrSignIn) {
		t.Errorf("signed in: %v", err)
	}
	w.person(w.tenant("next", "").ID, "ada@example.com", RoleAdmin)
}

// TestErrorsNameNoPasswords: no error of a sign-in shows what was typed (E3).
func TestErrorsNameNoPasswords(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	p := w.person(tn, "ada@example.com", RoleAdmin)
	w.write(func(s store.Writer) error {
		return s.Put([]byte(place(tn, placePassword, string(p.ID))), []byte("broken"))
	})
	for n := range 5 {
		_, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("c4n4ry-password"), anyAddress)
		if err == nil || strings.Contains(fmt.Sprintf("%+v", err), "c4n4ry") {
			t.Errorf("%d: %v", n, err)
		}
	}
}
