package callstest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/calls"
)

// Secret is what a phone system of [RunDialer] lets somebody in with.
const Secret = "opensesame"

// Mood is how a phone system takes an order to start a call.
type Mood int

// The moods.
const (
	Takes   Mood = iota
	Refuses      // the call, not the sign-in
	Leaves       // it ends the connection instead of answering
	Hangs        // it never answers
)

// PhoneSystem is one that a dialer's package imitates in its own protocol.
type PhoneSystem struct {
	Dialer func(secret string) calls.Dialer
	Orders <-chan string // what it was asked to start calls by, as it was sent
}

// Ordered is an order of the suite: the agent's phone is 201.
func Ordered() calls.Order { return calls.Order{Device: "201", Name: "Ada", Digits: "00201234567"} }

// RunDialer holds a dialer against what all of them promise: an order that is taken is sent once; what an admin or the agent
// can mend is told as a *calls.DialError; a phone system that leaves or hangs is an error and no endless wait; nothing in a
// number, a device or a name begins anything else; and the secret is in no error.
func RunDialer(t *testing.T, start func(t *testing.T, m Mood) PhoneSystem) {
	try := func(t *testing.T, m Mood, secret string, o calls.Order) (orders []string, err error) {
		t.Helper()
		p := start(t, m)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- p.Dialer(secret).Dial(ctx, o) }()
		for {
			select {
			case order := <-p.Orders:
				if orders = append(orders, order); m == Hangs {
					cancel()
				}
				continue
			case err = <-done:
			}
			break
		}
		for len(p.Orders) > 0 {
			orders = append(orders, <-p.Orders)
		}
		if err != nil && (strings.Contains(err.Error(), secret) || o.Digits != "" && strings.Contains(err.Error(), o.Digits)) {
			t.Errorf("the error tells a secret: %v", err)
		}
		return orders, err
	}
	var told *calls.DialError
	t.Run("taken", func(t *testing.T) {
		orders, err := try(t, Takes, Secret, Ordered())
		if err != nil || len(orders) != 1 || !strings.Contains(orders[0], "00201234567") || !strings.Contains(orders[0], "201") {
			t.Errorf("%v, asked %q", err, orders)
		}
	})
	t.Run("refused", func(t *testing.T) {
		if _, err := try(t, Refuses, Secret, Ordered()); !errors.As(err, &told) || told.Hint.IsZero() {
			t.Errorf("%v", err)
		}
	})
	t.Run("wrong password", func(t *testing.T) {
		orders, err := try(t, Takes, "hunter2hunter2", Ordered())
		if !errors.As(err, &told) || !strings.Contains(told.Text.String(), "sign-in") || len(orders) != 0 {
			t.Errorf("%v, asked %q", err, orders)
		}
	})
	t.Run("leaves", func(t *testing.T) {
		if _, err := try(t, Leaves, Secret, Ordered()); err == nil || errors.As(err, &told) {
			t.Errorf("%v", err)
		}
	})
	t.Run("hangs", func(t *testing.T) {
		if orders, err := try(t, Hangs, Secret, Ordered()); err == nil || len(orders) != 1 {
			t.Errorf("%v, asked %q", err, orders)
		}
	})
	t.Run("injection", func(t *testing.T) {
		for _, text := range []string{
			"020\r\nAction: Command", "020\n\nbgapi system reboot", "020}", "{a=b}020", "020 XML public", "020,1", "020&PJSIP/carrier", "020'", "", "020\x00",
		} {
			number, device := Ordered(), Ordered()
			number.Digits, device.Device = text, text
			for where, o := range map[string]calls.Order{"number": number, "device": device} {
				orders, err := try(t, Takes, Secret, o)
				if !errors.As(err, &told) || len(orders) != 0 {
					t.Errorf("%q as the %s: %v, asked %q", text, where, err, orders)
				}
			}
		}
		hostile, plain := Ordered(), Ordered()
		hostile.Name, plain.Name = "Ada \"O'Neil\",\r\n {a=b}<x>;$\\", "Ada ONeil abx"
		got, err := try(t, Takes, Secret, hostile)
		want, _ := try(t, Takes, Secret, plain)
		if err != nil || len(got) != 1 || len(want) != 1 || got[0] != want[0] {
			t.Errorf("a hostile name: %v, asked %q, want %q", err, got, want)
		}
	})
}
