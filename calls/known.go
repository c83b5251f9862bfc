package calls

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// Known is who is on the other side of a call: the body of GET /v1/match.
type Known struct {
	Number  Number   `json:"number"`
	Matches []Match  `json:"matches"`
	Scripts []Button `json:"scripts"`
}

// Number is the other side's.
type Number struct {
	Raw      string `json:"raw"`
	E164     string `json:"e164"`
	National string `json:"national"`
	Region   string `json:"region"`
	Kind     string `json:"kind"`
	Location string `json:"location"`
	Name     string `json:"name,omitempty"` // of one of the tenant's own devices
}

// Match is one contact.
type Match struct {
	Integration  Integration       `json:"integration"`
	Record       MatchRecord       `json:"record"`
	Name         string            `json:"name"`
	Company      string            `json:"company"`
	Label        string            `json:"label"`
	Quality      string            `json:"quality"`
	Fields       map[string]string `json:"fields"`
	Notification []Line            `json:"notification"`
	Scripts      []Button          `json:"scripts"`
	Capped       bool              `json:"capped,omitempty"`
	Total        int               `json:"total,omitempty"`
	Generation   uint64            `json:"generation"`
	SyncedAt     time.Time         `json:"synced_at"`
}

// Integration is where a match comes from; empty for a link of "This is …".
type Integration struct {
	ID     tenant.IntegrationID `json:"id"`
	Name   string               `json:"name"`
	Preset string               `json:"preset"`
}

// MatchRecord is the contact in its CRM.
type MatchRecord struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	URL  string `json:"url"`
}

// Line is one line of the notification.
type Line struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Button is a script rendered for this call.
type Button struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
	Pop  bool   `json:"pop,omitempty"`
}

// Unknown tells that the other side has a number and nobody is known for it.
func (k *Known) Unknown() bool {
	return len(k.Matches) == 0 && k.Number.E164 != "" && k.Number.Kind != string(recognition.Own)
}

// knownOf keeps an answer.
func knownOf(a *recognition.Answer) (Known, error) {
	var k Known
	if err := json.Unmarshal(a.AppendJSON(nil), &k); err != nil {
		return k, fmt.Errorf("keep an answer: %w", err)
	}
	return k, nil
}
