package tenant

import "time"

// Role says what a person (or a key, or a command) may do; the table is in rights.go.
type Role string

// The roles. Each belongs to one kind of account: operator and reseller to theirs, admin and agent to a tenant.
const (
	RoleOperator Role = "operator"
	RoleReseller Role = "reseller"
	RoleAdmin    Role = "admin"
	RoleAgent    Role = "agent"
)

// Person is somebody who signs in. The password's hash is kept apart.
type Person struct {
	ID       PersonID  `json:"id"`
	Account  ID        `json:"account"`
	Email    string    `json:"email"` // unique in the whole installation, compared without letter case
	Name     string    `json:"name,omitempty"`
	Role     Role      `json:"role"`
	Language string    `json:"language,omitempty"` // "" = the account's
	Devices  []Device  `json:"devices,omitempty"`
	DDIs     []string  `json:"ddis,omitempty"`   // called numbers whose calls are this person's where the device is nobody's
	Queues   []string  `json:"queues,omitempty"` // whose calls this person sees as a team
	Created  time.Time `json:"created"`
}

// Device is a phone or softphone, known by the number the phone system calls it.
type Device struct {
	Number string `json:"number"` // as the phone system writes it: 201, or a full number
	Name   string `json:"name,omitempty"`
}
