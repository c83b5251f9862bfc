package tenant

// When says for which calls a script is offered.
type When string

// The values. The zero value counts as WhenMatch for an integration's script and as WhenAlways for a stand-alone one.
const (
	WhenMatch   When = "match"
	WhenNoMatch When = "no_match"
	WhenAlways  When = "always"
)

// Script is a named screen-pop template of a tenant or of one of its integrations.
type Script struct {
	ID   ScriptID `json:"id"`
	Name string   `json:"name"`
	URL  string   `json:"url"` // template as typed; parsed again from this text
	When When     `json:"when,omitempty"`
	Pop  bool     `json:"pop,omitempty"` // open at once instead of showing a button
}
