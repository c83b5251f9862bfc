package tenant

import "time"

// System is a phone system of a tenant and how it writes numbers.
type System struct {
	ID              SystemID  `json:"id"`
	Tenant          ID        `json:"tenant"`
	Name            string    `json:"name"`                       // unique in the tenant
	NumberForm      string    `json:"number_form"`                // auto, e164, e164_digits or national
	Region          string    `json:"region,omitempty"`           // "" = the tenant's
	AreaCode        string    `json:"area_code,omitempty"`        // without the trunk 0
	OutsidePrefix   string    `json:"outside_prefix,omitempty"`   // sent before outside numbers
	InternalLengths []int     `json:"internal_lengths,omitempty"` // digits of its internal numbers
	NameTemplate    string    `json:"name_template,omitempty"`    // of /v1/name
	NameMax         int       `json:"name_max,omitempty"`         // characters; 0 = not limited
	NameASCII       bool      `json:"name_ascii,omitempty"`       // fold to ASCII
	Created         time.Time `json:"created"`
}

// DefaultSystem is the name of the phone system a tenant starts with.
const DefaultSystem = "default"
