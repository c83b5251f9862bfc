package calls

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// Source is where events come from besides HTTP: a phone system's own protocol. Run connects, connects again when it is cut
// off, and hands on what happens until ctx is over; it waits for what it started.
type Source interface {
	Run(ctx context.Context, take func(context.Context, Event) error) error
}

// Dialer starts calls through one phone system: its device rings, and when it is taken the number is called. An error of
// type [*DialError] is for the agent's eyes.
type Dialer interface {
	Dial(ctx context.Context, o Order) error
}

// Order is a call to start.
type Order struct {
	Tenant tenant.ID
	System tenant.SystemID
	Agent  tenant.PersonID
	Device string       // the agent's, as the phone system calls it
	Name   string       // the agent's
	Number phone.Number // zero for an internal number
	Digits string       // what the phone system has to dial, outside prefix included
	CallID string       // for phone systems that let us choose it
}

// DialError tells why a call was not started.
type DialError struct{ Text, Hint wording.Text }

func (e *DialError) Error() string { return e.Text.String() }

// ErrNoDialer means that nothing is set up that could start calls through the phone system.
var ErrNoDialer = errors.New("nothing is set up to start calls through this phone system")

// DialRequest is what somebody asks for.
type DialRequest struct {
	Tenant tenant.ID
	System tenant.SystemID // "" is the tenant's default
	Agent  string          // e-mail address, name, id or device number
	Number string          // as typed or as it stands in a link
}

// Dial starts a call. It returns when the phone system has taken the order.
func (d *Desk) Dial(ctx context.Context, r DialRequest) error {
	s, err := d.d.Directory.Snapshot(ctx, r.Tenant)
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	order, err := orderOf(s, r)
	if err != nil {
		return err
	}
	if d.d.Dialer == nil {
		return ErrNoDialer
	}
	dialer, err := d.d.Dialer(ctx, r.Tenant, order.System)
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	return dialer.Dial(ctx, order)
}
