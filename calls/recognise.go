package calls

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// direction is where a call goes that does not say so: inwards, unless one of the tenant's devices is calling.
func (r *routes) direction(e *Event) Direction {
	form := systemOf(r.snapshot, e.System).Form(r.snapshot.Account.Region)
	switch {
	case !r.internal(e.Caller.Number, form):
		return Inbound
	case e.DDI.Number == "" || r.internal(e.DDI.Number, form):
		return Internal
	}
	return Outbound
}

// device is the one an event is about that names none: whose number was called, or who calls.
func (r *routes) device(e *Event) Party {
	party := e.DDI
	if e.Direction == Outbound {
		party = e.Caller
	}
	if len(r.devices[tenant.DeviceKey(bareDevice(party.Number))]) == 0 {
		return Party{}
	}
	return party
}

// recognise finds out who is on the other side: of an inbound call the caller, of an outbound one whoever is called. A call
// between the tenant's devices is nobody's in a CRM and is not looked up.
func (d *Desk) recognise(ctx context.Context, routes *routes, t *told) (Known, *recognition.Answer, error) {
	if t.Direction == Internal {
		return routes.colleague(t.Event), nil, nil
	}
	sides := []Party{t.Caller}
	if t.Direction == Outbound {
		sides = []Party{t.DDI, t.Caller}
	}
	var first *recognition.Answer
	for _, side := range sides {
		if side.Number == "" && len(sides) > 1 {
			continue
		}
		a, err := d.ask(ctx, routes, t, side)
		if err != nil {
			return Known{}, nil, err
		}
		if first == nil || a.Subscriber() {
			first = a
		}
		if a.Subscriber() {
			break
		}
	}
	if first == nil {
		k := nobody("")
		k.Number.Kind = string(recognition.Withheld)
		return k, nil, nil
	}
	k, err := knownOf(first)
	return k, first, err
}

// nobody is what is known where nothing can be.
func nobody(raw string) Known {
	return Known{Number: Number{Raw: raw}, Matches: []Match{}, Scripts: []Button{}}
}

func (d *Desk) ask(ctx context.Context, routes *routes, t *told, side Party) (*recognition.Answer, error) {
	q := recognition.Question{
		Tenant: t.Tenant, System: t.System, Number: side.Number, CallerName: side.Name,
		DeviceName: t.Device.Name, DeviceNumber: bareDevice(t.Device.Number), DDIName: t.DDI.Name, DDINumber: t.DDI.Number,
		CallID: t.CallID, Start: t.Start,
		Told: &recognition.Told{
			Direction: string(t.Direction), Queue: t.Queue, Answer: t.Answer, End: t.End, Extra: t.Extra, AgentName: t.Agent,
		},
	}
	if a, ok := routes.one(t); ok {
		q.Told.AgentName, q.Told.AgentEmail = a.Name, routes.email(a)
	}
	a, err := d.d.Recognizer.Recognize(ctx, &q)
	if errors.Is(err, recognition.ErrTooLong) {
		return nil, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	return a, err
}

// colleague is the other end of an internal call, as seen from the event's device.
func (r *routes) colleague(e *Event) Known {
	other := e.Caller
	if other.Number == "" || e.deviceKey() != "" && tenant.DeviceKey(bareDevice(other.Number)) == e.deviceKey() {
		other = e.DDI
	}
	k := Known{Number: Number{Raw: other.Number, Kind: string(recognition.Internal), Name: other.Name}, Matches: []Match{}, Scripts: []Button{}}
	if own := r.devices[tenant.DeviceKey(bareDevice(other.Number))]; len(own) == 1 {
		k.Number.Name = own[0].Name
	}
	if reading, err := phone.Caller(other.Number, systemOf(r.snapshot, e.System).Form(r.snapshot.Account.Region)); err == nil {
		k.Number.National = reading.Internal
	}
	return k
}
