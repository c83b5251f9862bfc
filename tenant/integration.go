package tenant

import (
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/wording"
)

// State is how far an integration is set up.
type State string

// The states. Only enabled integrations answer and sync.
const (
	StateDraft    State = "draft"
	StateEnabled  State = "enabled"
	StateDisabled State = "disabled"
)

// Health is the state of the connection to the CRM.
type Health string

// The states of a connection. The zero value counts as HealthOK.
const (
	HealthOK       Health = "ok"
	HealthRetrying Health = "retrying"
	HealthReauth   Health = "reauth_needed"
	HealthStale    Health = "stale" // data is older than the maximum age: it no longer answers
)

// ConnectionState is a health with its reason.
type ConnectionState struct {
	Health Health       `json:"state"`
	Since  time.Time    `json:"since,omitzero"`
	Text   string       `json:"text,omitempty"` // for a person; no secrets, no bodies
	Words  wording.Text `json:"words,omitzero"` // the same in every language
}

// Said is the reason in every language; that of a state noted before there were any is as it was.
func (c ConnectionState) Said() wording.Text { return c.Words.Or(wording.Plain(c.Text)) }

// Integration is a preset set up for a tenant.
type Integration struct {
	ID           IntegrationID        `json:"id"`
	Tenant       ID                   `json:"tenant"`
	Name         string               `json:"name"`
	Preset       string               `json:"preset"`
	State        State                `json:"state"`
	Priority     int                  `json:"priority"`                // lower answers first
	Options      map[string]string    `json:"options,omitempty"`       // tenant-level, without secrets
	SecretsSet   map[string]time.Time `json:"secrets_set,omitempty"`   // which secrets there are, since when
	PathsTrusted bool                 `json:"paths_trusted,omitempty"` // its file options were set by a command on the server's machine
	Pushed       bool                 `json:"pushed,omitempty"`        // its contacts are sent to the server, which opens no source of its own
	Objects      []string             `json:"objects,omitempty"`       // ids of the streams that are copied; none = all
	Uploaded     time.Time            `json:"uploaded,omitzero"`       // when an uploaded file was taken into use last
	Region       string               `json:"region,omitempty"`        // how its national numbers are read; "" = the tenant's
	AreaCode     string               `json:"area_code,omitempty"`
	CountryField string               `json:"country_field,omitempty"` // the record's field that is the country of the phone
	Fax          bool                 `json:"fax,omitempty"`           // index fax numbers too
	AgeLimit     time.Duration        `json:"age_limit,omitempty"`     // after it, the connection is stale; 0 = the server's
	SecretEnds   time.Time            `json:"secret_ends,omitzero"`    // when the CRM ends its client secret or API key, as somebody entered it
	Notification []NotificationField  `json:"notification,omitempty"`
	Display      Display              `json:"display,omitzero"` // for which calls, and to whom
	Scripts      []Script             `json:"scripts,omitempty"`
	Wizard       *Wizard              `json:"wizard,omitempty"` // of a draft that is being set up step by step
	Window       Window               `json:"window,omitzero"`
	Guard        Guard                `json:"guard,omitzero"`
	Blocks       []string             `json:"blocks,omitempty"` // number ranges typed by the admin
	Connection   ConnectionState      `json:"connection,omitzero"`
	Created      time.Time            `json:"created"`
	Changed      time.Time            `json:"changed,omitzero"`
	Revision     uint64               `json:"revision"` // counts the changes of this integration
}

// NotificationField is one line of a call notification.
type NotificationField struct {
	Field string `json:"field"`
	Title string `json:"title,omitempty"`
}

// Window is the part of the night, in the tenant's local time, in which the nightly run starts: "02:00" to "05:00".
type Window struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Guard overrides when a full run is held as suspiciously small. Zero values mean the server's defaults.
type Guard struct {
	Percent int  `json:"percent,omitempty"` // a drop of more than this …
	Records int  `json:"records,omitempty"` // … and of more than this many
	Off     bool `json:"off,omitempty"`
}

// clone returns a copy that shares nothing that can be changed.
func (i Integration) clone() Integration {
	i.Options, i.SecretsSet = maps.Clone(i.Options), maps.Clone(i.SecretsSet)
	i.Notification, i.Scripts = slices.Clone(i.Notification), slices.Clone(i.Scripts)
	i.Blocks, i.Objects = slices.Clone(i.Blocks), slices.Clone(i.Objects)
	i.Display = i.Display.clone()
	if i.Wizard != nil {
		w := *i.Wizard
		w.Seen = slices.Clone(w.Seen)
		if w.Base != nil {
			base := w.Base.clone()
			w.Base = &base
		}
		i.Wizard = &w
	}
	return i
}
