package scripts

import (
	"errors"
	"testing"
	"time"

	"github.com/ringdex/ringdex/phone"
)

// example is the record, the call and the settings most tests render with.
func example(t testing.TB) (Names, Values) {
	t.Helper()
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{
		"DisplayName": "Ada Muster", "FirstName": "Ada", "Email": "ada@example.com", "Identifier": "1001",
		PopUpURI: "https://crm.example.com/r/Contact/1001/view", "Account.Name": "Muster AG",
		"Account number": "A-7", "urn:x@y": "colon", "Phone (work)": "+31 (0)20 123 45 67", "Empty": "",
	}
	options := map[string]string{
		"option.domain": "acme.crm.example:8443", "option.url": "https://suite.example.com/crm/", "option.team": "a/b",
	}
	call := &Call{
		Caller:   Party{Number: number(t, "+31201234567"), Name: "A. Muster"},
		Device:   Party{Short: "201", Name: "Reception"},
		DDI:      Party{Number: number(t, "+31207654321"), Name: "Support"},
		Start:    time.Date(2026, 11, 20, 13, 3, 9, 0, time.UTC),
		Answer:   time.Date(2026, 11, 20, 13, 3, 20, 0, time.UTC),
		End:      time.Date(2026, 11, 20, 13, 8, 32, 900, time.UTC),
		Location: amsterdam, Direction: "inbound", ID: "a84b@pbx", Queue: "Sales & More",
		AgentName: "Bo de Vries", AgentEmail: "bo@example.com", Extra: map[string]string{"VIP level": "gold"},
	}
	names := Names{Fields: CommonFields("Account.Name", "Account number", "urn:x@y", "Phone (work)", "Empty")}
	return names, Values{
		Call: call, Region: "NL",
		Field:  func(name string) string { return fields[name] },
		Option: func(name string) string { return options[name] },
	}
}

func presetNames(n Names) Names {
	n.Options = []string{"option.domain", "option.url", "option.team"}
	return n
}

func number(t testing.TB, e164 string) phone.Number {
	t.Helper()
	n, err := phone.ParseE164(e164)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func mustParse(t testing.TB, text string, known Names) *Template {
	t.Helper()
	template, err := Parse(text, known)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return template
}

// withField is a record in which every field has one value.
func withField(value string) Values {
	return Values{Field: func(string) string { return value }}
}

// firstError returns the first mistake Parse finds.
func firstError(t testing.TB, text string, known Names) *SyntaxError {
	t.Helper()
	template, err := Parse(text, known)
	if err == nil {
		t.Fatalf("Parse(%q) = %q, want an error", text, template)
	}
	var all SyntaxErrors
	if !errors.As(err, &all) {
		t.Fatalf("Parse(%q): %T, want SyntaxErrors", text, err)
	}
	return all[0]
}
