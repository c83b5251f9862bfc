package tenant

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// AccountOptions declares the settings of an account, for forms, commands and the admin API. Those at operator level are set by
// whoever is above the account, not by its own people.
func AccountOptions() option.Set {
	limit, longest := 100, 3650
	return option.Set{
		{Name: "name", Title: "Name", Required: true, Max: &limit, Help: "How people call this account."},
		{Name: "region", Title: "Country", Type: option.Region, Example: "NL", Help: "How its national phone numbers are read. Required for a tenant."},
		{
			Name: "timezone", Title: "Time zone", Example: "Europe/Amsterdam",
			Help: "Whose nights the syncs run in. Required where the country has several.",
		},
		{Name: "language", Title: "Language", Pattern: `[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*`, Example: "nl", Help: "Of mails, places and pages."},
		{
			Name: "own_numbers", Title: "Own numbers", List: true, Example: "020 123 45 67",
			Help: "The tenant's own trunk and direct numbers, or ranges such as 020 123 4500..020 123 4599. They are never a caller.",
		},
		{Name: "contact", Title: "Contact", Type: option.Email, List: true, Help: "Who is told when a connection needs attention."},
		{
			Name: "notice_webhook", Title: "Webhook for notices", Type: option.URL, Pattern: `https://.*`, Example: "https://tickets.example.com/ringdex",
			Help: "A program that is told too. Needs the secret.",
		},
		{
			Name: "notice_webhook_secret", Title: "Secret of the webhook", Type: option.Secret, Pattern: `.{16,200}`,
			Help: "Signs what is sent there, so that the program knows who sends it: 16 characters or more.",
		},
		{
			Name: "call_days", Title: "Days calls are kept", Type: option.Integer, Min: new(int), Max: &longest, Example: "90",
			Help: "0 keeps no history of calls. Without a value it is 90.",
		},
		{
			Name: "calls_without_agents", Title: "Calls without agents", Type: option.Boolean,
			Help: "The history does not say who took a call, as some works councils ask.",
		},
		{
			Name: "widget_origins", Title: "Widget origins", List: true, Example: "https://crm.example.com",
			Help: "Pages that may show the agents' widget in a frame, by scheme, host and port. Without any, none may.",
		},
		{Name: "external_id", Title: "External id", Level: option.Operator, Max: &limit, Help: "What your own systems call this account."},
		{Name: "suspended", Title: "Suspended", Type: option.Boolean, Level: option.Operator, Help: "Its keys and people are refused; its data stays."},
	}
}

// settingsRule says whether settings are those of a new account or changes of one.
type settingsRule bool

const (
	addingSettings   settingsRule = true
	changingSettings settingsRule = false
)

// actionFor is what one needs to be allowed to change these settings.
func actionFor(settings map[string]string) Action {
	for name := range settings {
		if o, ok := AccountOptions().Find(name); ok && o.ForOperator() {
			return ManageAccount
		}
	}
	return ChangeSettings
}

// settingNames is what the audit log keeps of changed settings.
func settingNames(settings map[string]string) []string {
	return slices.Sorted(maps.Keys(settings))
}

// apply checks settings and writes them into the account. Errors wrap [ErrInvalid] and [option.Problems].
func (a *Account) apply(settings map[string]string, rule settingsRule) error {
	read := AccountOptions().Change
	if rule == addingSettings {
		read = AccountOptions().Validate
	}
	values, err := read(settings)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	for name, text := range values {
		a.set(name, text)
	}
	if err := a.complete(values); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return nil
}

func (a *Account) set(name, text string) {
	switch name {
	case "name":
		a.Name = text
	case "region":
		a.Region = text
	case "timezone":
		a.TimeZone = text
	case "language":
		a.Language = text
	case "own_numbers":
		a.OwnNumbers = option.Values{name: text}.List(name)
	case "contact":
		a.Contact = text
	case "notice_webhook":
		a.Webhook = text
	case webhookSecret:
		a.WebhookSigned = text != ""
	case "external_id":
		a.ExternalID = text
	case "call_days":
		a.CallDays = nil
		if days, err := strconv.Atoi(text); err == nil {
			a.CallDays = &days
		}
	case "calls_without_agents":
		a.CallsWithoutAgents = text == "true"
	case "widget_origins":
		a.WidgetOrigins = option.Values{name: text}.List(name)
	case "suspended":
		a.Suspended = text == "true"
	}
}

// Settings are the account's settings as texts by name, as forms show them; a secret is not among them.
func (a Account) Settings() map[string]string {
	days := ""
	if a.CallDays != nil {
		days = strconv.Itoa(*a.CallDays)
	}
	return map[string]string{
		"name": a.Name, "region": a.Region, "timezone": a.TimeZone, "language": a.Language, "contact": a.Contact,
		"own_numbers": strings.Join(a.OwnNumbers, "\n"), "notice_webhook": a.Webhook, "external_id": a.ExternalID, "call_days": days,
		"calls_without_agents": strconv.FormatBool(a.CallsWithoutAgents), "suspended": strconv.FormatBool(a.Suspended),
		"widget_origins": strings.Join(a.WidgetOrigins, "\n"),
	}
}

// complete judges what depends on several settings, and writes own numbers in one spelling.
func (a *Account) complete(given option.Values) error {
	var problems option.Problems
	if a.Kind == KindTenant && a.Region == "" {
		problems = append(problems, option.Problem{Option: "region", Code: option.CodeMissing, Text: wording.New("option.required", "is required"), Hint: wording.New("tenant.example_nl", "for example NL")})
	}
	if a.Webhook != "" && !a.WebhookSigned {
		problems = append(problems, option.Problem{
			Option: webhookSecret, Code: option.CodeMissing, Text: wording.New("tenant.required_webhook", "is required with a webhook"), Hint: wording.New("tenant.16_random_characters_more_known", "16 random characters or more, known to the program too"),
		})
	}
	if p := a.completeZone(given); p != nil {
		problems = append(problems, *p)
	}
	for i, raw := range a.OwnNumbers {
		text, ok := ownNumber(raw, a.Region)
		if !ok {
			problems = append(problems, option.Problem{
				Option: "own_numbers", Code: option.CodeMalformed, Text: wording.New("tenant.has_no_phone_number_entry", "has no phone number in its entry {Value}", "Value", i+1),
				Hint: wording.New("tenant.write_as_you_would_dial", "write it as you would dial it, or with + and the country"),
			})
			continue
		}
		a.OwnNumbers[i] = text
	}
	problems = append(problems, a.completeOrigins()...)
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// completeZone checks the time zone, or takes the region's where it has only one.
func (a *Account) completeZone(given option.Values) *option.Problem {
	zones := zonesOf(a.Region)
	if _, moved := given["region"]; moved && !given.Has("timezone") && !inRegion(a.Region, a.TimeZone) {
		a.TimeZone = ""
	}
	if a.TimeZone != "" {
		return checkZone(a.TimeZone, zones)
	}
	if a.Region == "" {
		return nil
	}
	if len(zones) == 1 {
		a.TimeZone = zones[0]
		return nil
	}
	p := &option.Problem{Option: "timezone", Code: option.CodeMissing, Text: wording.New("tenant.required_because_country_has_several", "is required, because the country has several"), Hint: someZones(zones)}
	if len(zones) == 0 {
		p.Text = wording.New("tenant.required_because_not_known_country", "is required, because it is not known for the country")
	}
	return p
}

func someZones(zones []string) wording.Text {
	if len(zones) == 0 {
		return wording.New("tenant.a_zone", "for example Europe/Amsterdam")
	}
	return wording.New("tenant.one_of", "one of {List}", "List", strings.Join(zones, ", "))
}
