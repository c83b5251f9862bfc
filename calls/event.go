package calls

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// Kind is what happened to a call.
type Kind string

// The kinds of events.
const (
	KindRinging  Kind = "ringing"
	KindAnswered Kind = "answered"
	KindEnded    Kind = "ended"
	KindMissed   Kind = "missed" // ended, and nobody had answered
)

// Direction is where a call goes, as the tenant sees it.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Internal Direction = "internal" // between the tenant's own devices
)

// Party is one end of a call as the phone system names it.
type Party struct {
	Number string `json:"number,omitempty"`
	Name   string `json:"name,omitempty"`
}

// Event is what a phone system tells of a call. Call id, kind and device say which event it is: the same one sent twice
// changes nothing.
type Event struct {
	Tenant tenant.ID       `json:"-"`
	System tenant.SystemID `json:"-"`

	CallID    string    `json:"call_id"` // the phone system's own; one for all devices of a ring group
	Kind      Kind      `json:"event"`
	Direction Direction `json:"direction,omitempty"` // "" is inbound, unless the caller is one of the tenant's devices
	Caller    Party     `json:"caller,omitzero"`     // who calls
	Device    Party     `json:"device,omitzero"`     // the agent's phone the event is about; none: the whole call
	DDI       Party     `json:"ddi,omitzero"`        // which number was called
	Queue     string    `json:"queue,omitempty"`
	Agent     string    `json:"agent,omitempty"` // e-mail address, name or id of a person, where the phone system knows it

	Start  time.Time `json:"start_time,omitzero"` // zero is now
	Answer time.Time `json:"answer_time,omitzero"`
	End    time.Time `json:"end_time,omitzero"`

	Extra map[string]string `json:"extra,omitempty"` // for `#(Extra NAME)`
}

// ErrEvent means that an event cannot be understood; its text says what is wrong.
var ErrEvent = errors.New("event refused")

// The longest texts of an event, in bytes, and how many extra values it may have.
const (
	maxID    = 256
	maxText  = 512
	maxExtra = 32
)

// check refuses what cannot be kept, and fills in what was left out.
func (e *Event) check() error {
	e.CallID = strings.TrimSpace(e.CallID)
	switch e.Kind {
	case KindRinging, KindAnswered, KindEnded, KindMissed:
	default:
		return fmt.Errorf("%w: event must be ringing, answered, ended or missed", ErrEvent)
	}
	switch e.Direction {
	case "", Inbound, Outbound, Internal:
	default:
		return fmt.Errorf("%w: direction must be inbound, outbound or internal", ErrEvent)
	}
	if e.CallID == "" && e.deviceKey() == "" {
		return fmt.Errorf("%w: call_id is missing; without one, the number of the device must say which call it is", ErrEvent)
	}
	if len(e.CallID) > maxID {
		return fmt.Errorf("%w: call_id is longer than %d bytes", ErrEvent, maxID)
	}
	for _, text := range []string{
		e.Caller.Number, e.Caller.Name, e.Device.Number, e.Device.Name, e.DDI.Number, e.DDI.Name, e.Queue, e.Agent,
	} {
		if len(text) > maxText {
			return fmt.Errorf("%w: a number or name is longer than %d bytes", ErrEvent, maxText)
		}
	}
	if len(e.Extra) > maxExtra {
		return fmt.Errorf("%w: more than %d values in extra", ErrEvent, maxExtra)
	}
	for name, value := range e.Extra {
		if len(name) > maxText || len(value) > 2*maxText {
			return fmt.Errorf("%w: a value in extra is longer than %d bytes", ErrEvent, 2*maxText)
		}
	}
	return nil
}

// deviceKey makes the spellings of one device the same; "" is the call as a whole.
func (e *Event) deviceKey() string { return deviceKey(e.Device) }

func deviceKey(p Party) string {
	if p.Number != "" {
		return tenant.DeviceKey(bareDevice(p.Number))
	}
	return tenant.DeviceKey(p.Name)
}

// bareDevice is a device's number without the address around it, as desk phones send it: sip:201@pbx.example.
func bareDevice(number string) string {
	text := strings.TrimSpace(number)
	lower := strings.ToLower(text)
	for _, scheme := range []string{"sips:", "sip:", "tel:"} {
		if strings.HasPrefix(lower, scheme) {
			text = text[len(scheme):]
			text, _, _ = strings.Cut(text, ";")
			text, _, _ = strings.Cut(text, "@")
			return text
		}
	}
	return text
}
