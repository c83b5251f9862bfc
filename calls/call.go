package calls

import (
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// State is where a call is, or one device's part in it.
type State string

// The states. Elsewhere is only a device's: another one has answered.
const (
	StateRinging   State = "ringing"
	StateAnswered  State = "answered"
	StateEnded     State = "ended"
	StateMissed    State = "missed"
	StateElsewhere State = "elsewhere"
)

// live tells whether the call goes on.
func (s State) live() bool { return s == StateRinging || s == StateAnswered }

// Call is a call as somebody sees it, at one moment. Nobody changes it: what it holds may be shared.
type Call struct {
	ID     string          `json:"id"`      // ours
	CallID string          `json:"call_id"` // the phone system's
	System tenant.SystemID `json:"system,omitempty"`

	Direction Direction `json:"direction"`
	State     State     `json:"state"` // in an agent's list: of the agent's own devices
	Caller    Party     `json:"caller,omitzero"`
	DDI       Party     `json:"ddi,omitzero"`
	Queue     string    `json:"queue,omitempty"`
	Device    Party     `json:"device,omitzero"` // in an agent's list: the agent's own
	Agent     string    `json:"agent,omitempty"` // name of who has answered
	Legs      []Leg     `json:"legs"`            // what rings or has rung

	Start  time.Time `json:"start_time"`
	Answer time.Time `json:"answer_time,omitzero"`
	End    time.Time `json:"end_time,omitzero"`

	Known      Known             `json:"match"`            // who is on the other side
	Chosen     *Record           `json:"chosen,omitempty"` // which of several matches was meant the last time
	Extra      map[string]string `json:"extra,omitempty"`
	Relabelled time.Time         `json:"relabelled,omitzero"` // the match came by a later sync
}

// Duration is how long the conversation took, or has taken at now; 0 while nobody has answered.
func (c *Call) Duration(now time.Time) time.Duration {
	end := c.End
	if end.IsZero() {
		end = now
	}
	if c.Answer.IsZero() || end.Before(c.Answer) {
		return 0
	}
	return end.Sub(c.Answer)
}

// Of tells whether the call rang or was taken at one of a person's devices.
func (c *Call) Of(p tenant.PersonID) bool {
	for _, l := range c.Legs {
		for _, a := range l.Agents {
			if a.ID == p {
				return true
			}
		}
	}
	return false
}

// Leg is one device's part in a call.
type Leg struct {
	Device Party     `json:"device,omitzero"`
	State  State     `json:"state"`
	Agents []Agent   `json:"agents,omitempty"` // whose device it is, or who sees the call by number or queue
	Start  time.Time `json:"start_time,omitzero"`
	Answer time.Time `json:"answer_time,omitzero"`
	End    time.Time `json:"end_time,omitzero"`
}

// Agent is a person who sees a call.
type Agent struct {
	ID   tenant.PersonID `json:"id"`
	Name string          `json:"name"`
}

// Record names a contact in its CRM, or a link of "This is …".
type Record struct {
	Integration tenant.IntegrationID `json:"integration,omitempty"`
	Type        string               `json:"type"`
	ID          string               `json:"id"`
}
