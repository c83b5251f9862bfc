package option

// Type says how the text of a value is read and checked.
type Type string

// The types. The zero value counts as Text.
const (
	Text     Type = "text"
	Secret   Type = "secret"   // text that is sealed at rest and never shown again
	Hostname Type = "hostname" // a DNS name or an IP address, with or without a port; kept in lower case
	URL      Type = "url"      // absolute, http or https unless a pattern says otherwise, without user or password
	Email    Type = "email"    // one bare address
	Integer  Type = "integer"  // decimal, between Min and Max
	Boolean  Type = "boolean"  // kept as true or false
	Duration Type = "duration" // 90s, 15m, 2h30m, 7d; Min and Max in seconds
	OneOf    Type = "choice"   // one of Choices
	Path     Type = "path"     // a file or folder of the machine the server runs on
	Region   Type = "region"   // ISO 3166-1 alpha-2, kept in upper case
	CIDR     Type = "cidr"     // 10.0.0.0/8; a lone address is a range of one
)

// Types returns all of them, for documentation and for the schema of presets.
func Types() []Type {
	return []Type{Text, Secret, Hostname, URL, Email, Integer, Boolean, Duration, OneOf, Path, Region, CIDR}
}

// Level says who sets an option: the tenant's admin, or the operator (or reseller) for all tenants below.
type Level string

// The levels. The zero value counts as Tenant.
const (
	Tenant   Level = "tenant"
	Operator Level = "operator"
)

// Choice is one permitted value of an option of type choice.
type Choice struct {
	Value string `yaml:"value" json:"value"`
	Title string `yaml:"title" json:"title,omitempty"`
}

// Option is one declaration.
type Option struct {
	Name     string   `yaml:"name" json:"name"`             // lower-case words joined by _ or -; both are accepted in input
	Type     Type     `yaml:"type" json:"type"`             // "" is text
	Title    string   `yaml:"title" json:"title,omitempty"` // label of the form, a few words
	Help     string   `yaml:"help" json:"help,omitempty"`   // one or two sentences
	Example  string   `yaml:"example" json:"example,omitempty"`
	Default  string   `yaml:"default" json:"default,omitempty"`
	Pattern  string   `yaml:"pattern" json:"pattern,omitempty"` // RE2, must match the whole value
	Level    Level    `yaml:"level" json:"level,omitempty"`     // "" is tenant
	Required bool     `yaml:"required" json:"required,omitempty"`
	Advanced bool     `yaml:"advanced" json:"advanced,omitempty"` // shown only when unfolded
	List     bool     `yaml:"list" json:"list,omitempty"`         // several values, separated by commas or line ends
	Choices  []Choice `yaml:"choices" json:"choices,omitempty"`
	Min      *int     `yaml:"min" json:"min,omitempty"` // of an integer, a duration in seconds, or the length of a text
	Max      *int     `yaml:"max" json:"max,omitempty"`
}

// Kind is the type with its default applied.
func (o Option) Kind() Type {
	if o.Type == "" {
		return Text
	}
	return o.Type
}

// ForOperator tells whether the operator sets it rather than the tenant.
func (o Option) ForOperator() bool { return o.Level == Operator }

// IsSecret tells whether its value must be sealed and never shown.
func (o Option) IsSecret() bool { return o.Kind() == Secret }

// Label is the title, or the name if it has none.
func (o Option) Label() string {
	if o.Title == "" {
		return o.Name
	}
	return o.Title
}
