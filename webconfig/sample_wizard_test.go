package webconfig

import (
	"time"

	"github.com/ringdex/ringdex/option"
)

func wizardSamples() []sample {
	return []sample{
		{"wizard_preset", chooseShown{}, chooseFull, hostileOf(chooseFull)},
		{"wizard_crm", crmShown{}, crmFull, hostileOf(crmFull)},
		{"wizard_connect", connectShown{}, connectFull, hostileOf(connectFull)},
		{"wizard_display", displayShown{}, displayFull, hostileOf(displayFull)},
		{"wizard_scripts", scriptsShown{}, wizardScriptsFull, hostileOf(wizardScriptsFull)},
		{"wizard_review", reviewShown{}, reviewFull, hostileOf(reviewFull)},
	}
}

var (
	ribbonFull = []wizardStep{
		{Name: "Choose preset", Kind: "done", State: "done", Href: "/integrations/new"},
		{Name: "CRM configuration", Kind: "attention", State: "needs attention", Href: "/x"},
		{Name: "Call notification", Kind: "current", State: "current step"},
		{Name: "Scripts", Kind: "later", State: "not yet"},
		{Name: "Review", Kind: "skipped", State: "does not apply"},
	}

	headFull = wizardHead{
		ID: "i_aaaaaaaaaaaaa", Name: "CRM", Icon: "/preset-icons/csv/x.svg", Preset: "Demo", Steps: ribbonFull, Changing: true, Conflict: true,
		Revision: 3, Back: "/back", Action: "/integrations/i_aaaaaaaaaaaaa/setup/crm", Step: "crm",
		Meanwhile: &meanwhileShown{Action: "/integrations/i_aaaaaaaaaaaaa/setup/meanwhile", Of: 7, Rows: []meanwhileRow{
			{"m0", "option.domain", "Domain", "acme.example", "other.example", true, true, "Ada", time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC)},
			{"m1", "scripts", "Scripts", "", "", false, false, "", time.Time{}},
		}},
	}

	chooseFull = chooseShown{
		Search: "demo", Category: "crm", Categories: []wizardChoice{{"crm", "CRM", true}}, Draft: "i_aaaaaaaaaaaaa", Steps: ribbonFull, All: 40,
		Cards: []wizardCard{
			{ID: "democrm", Name: "Demo CRM", Summary: "Try it", Icon: "/preset-icons/csv/x.svg", Category: "CRM", Words: "demo", Demo: true},
			{ID: "csv", Name: "CSV", Summary: "A file", Category: "File", Words: "csv", Maturity: "beta"},
		},
	}

	crmFieldsFull = []wizardField{
		{field: field{ID: "o-domain", Name: "o.domain", Label: "Domain", Help: "Where", Example: "acme.example", Value: "acme.example", Kind: "text", Required: true, Problem: "Is missing."}},
		{field: field{ID: "o-secret", Name: "o.secret", Label: "Secret", Kind: "secret", Since: "20 Nov 2026"}},
		{field: field{ID: "o-list", Name: "o.list", Label: "List", Help: "Which", Kind: "many", Choices: []option.Choice{{Value: "a", Title: "A"}, {Value: "b"}}, Problem: "Wrong."}, Many: true, Chosen: []string{"a"}, Load: true, Loaded: true},
		{field: field{ID: "o-one", Name: "o.one", Label: "One", Kind: "choice", Value: "a", Choices: []option.Choice{{Value: "a", Title: "A"}}}, Load: true},
	}

	crmFull = crmShown{
		Head: headFull, NameValue: "CRM", Fields: crmFieldsFull, Open: true, Problems: []formProblem{{"o-domain", "Domain", "Is missing."}, {Text: "Refused"}},
		App:      []wizardField{{field: field{ID: "o-client-id", Name: "o.client_id", Label: "Client id", Kind: "text"}}},
		Advanced: []wizardField{{field: field{ID: "o-fax", Name: "o.fax", Label: "Fax", Kind: "boolean", Value: "true"}}},
		Setup:    [][]howPiece{{{"1. Open it ", false}, {"so", true}}, {{"2. Copy it", false}}}, Callback: "https://ringdex.example/oauth/callback", Docs: "https://docs.example", SignIn: true,
		File: &fileShown{
			Used: "Old file", Waiting: "New file", Compared: true, Added: 1, Changed: 2, Removed: 3, Unchanged: 4, Numbers: 5, Held: "shrinks",
			NewNames: []string{"Ada"}, GoneNames: []string{"Bo"}, Notes: []string{"semicolons"},
		},
		Testable: true, Refused: "no right", Test: testShown{
			Address: "/integrations/i_aaaaaaaaaaaaa/setup/crm", Tried: true, Good: true, Old: true, Account: "Signed in as ada@example.com.", Notes: []string{"note"}, Missing: []string{"read"},
			Total: 12, Values: 3, Numbers: 2, Unusable: 1, TwoReadings: 1, Sample: []sampleShown{
				{Name: "Ada", Company: "Muster", Numbers: []sampleNumber{{"020 123", "+3120123", "business", ""}, {"99", "", "", "no number"}}}, {Name: "Bo"},
			},
		},
	}

	connectFull = connectShown{Head: headFull, Href: "https://crm.example/authorize", Host: "CRM of somebody"}

	pictureFull = pictureShown{
		Name: "Ada", Company: "Muster", Number: "0201234567", Label: "business", Lines: []pictureLine{{"E-mail", "ada@example.com"}, {"Empty", ""}},
		Scripts: []string{"Open"}, Answered: true, Invented: true, Copied: []string{"Name", "Company"}, Sentence: "Inbound calls",
	}

	displayFull = displayShown{
		Head: headFull, Problems: []formProblem{{"ddis", "Numbers", "wrong"}}, Answered: true, DDIs: "0201",
		Fields:     []displayField{{ID: "f0", Name: "Email", Title: "E-mail", Shown: true, First: true, Value: "ada@example.com"}, {ID: "f1", Name: "X", Title: "X"}},
		Directions: []wizardChoice{{"inbound", "Inbound", true}}, People: []wizardChoice{{"u_aaaaaaaaaaaaa", "Sam", true}},
		Samples: []wizardChoice{{"0", "Ada", true}}, Picture: pictureFull,
	}

	scriptRowsFull = []scriptRow{{ID: "s_aaaaaaaaaaaaa", Name: "Open", URL: "https://x.example/#(Caller number)", When: "match", Pop: true, Server: true, First: true, Href: "/scripts/x"}}

	wizardScriptsFull = scriptsShown{Head: headFull, Rows: scriptRowsFull, Add: "/add"}

	reviewFull = reviewShown{
		Head: headFull, Ready: true, Untested: true, Problems: []formProblem{{Label: "Domain", Text: "Is missing."}},
		Sections: []reviewSection{{Title: "CRM", Href: "/x", Rows: []reviewRow{{"Domain", "acme"}, {"Empty", ""}}, Note: "note"}, {Title: "Other"}},
	}
)
