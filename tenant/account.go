package tenant

import "time"

// Kind says what an account is.
type Kind string

// The kinds. The tree is operator → reseller → tenant; a tenant may also be directly below the operator.
const (
	KindOperator Kind = "operator"
	KindReseller Kind = "reseller"
	KindTenant   Kind = "tenant"
)

// Account is a node of that tree.
type Account struct {
	ID         ID       `json:"id"`
	Parent     ID       `json:"parent,omitempty"` // "" only for the operator
	Kind       Kind     `json:"kind"`
	Name       string   `json:"name"`
	ExternalID string   `json:"external_id,omitempty"`    // what the parent's provisioning calls it; unique below one parent
	Region     string   `json:"region,omitempty"`         // ISO 3166-1 alpha-2, how its national numbers are read
	TimeZone   string   `json:"timezone,omitempty"`       // IANA name, of its nights
	Language   string   `json:"language,omitempty"`       // BCP 47
	OwnNumbers []string `json:"own_numbers,omitempty"`    // E.164, or a range of it
	Contact    string   `json:"contact,omitempty"`        // whom to tell about its connections
	Webhook    string   `json:"notice_webhook,omitempty"` // likewise, by a program
	Suspended  bool     `json:"suspended,omitempty"`      // its keys and people are refused, its syncs rest
	CallDays   *int     `json:"call_days,omitempty"`      // for how long calls are kept; see [Account.CallHistory]
	// CallsWithoutAgents keeps of a call that is over neither agents nor their devices.
	CallsWithoutAgents bool      `json:"calls_without_agents,omitempty"`
	WidgetOrigins      []string  `json:"widget_origins,omitempty"`        // pages that may show the widget in a frame
	WebhookSigned      bool      `json:"notice_webhook_signed,omitempty"` // its secret is set
	Created            time.Time `json:"created"`
	Revision           uint64    `json:"-"` // of everything about the account; see [Directory.Revision]
}

// DefaultCallDays is for how many days calls are kept where the account does not say.
const DefaultCallDays = 90

// CallHistory is for how long calls are kept; 0 keeps none.
func (a Account) CallHistory() time.Duration {
	days := DefaultCallDays
	if a.CallDays != nil {
		days = *a.CallDays
	}
	return time.Duration(days) * 24 * time.Hour
}

// Location is the account's time zone, UTC if it has none.
func (a Account) Location() *time.Location {
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
