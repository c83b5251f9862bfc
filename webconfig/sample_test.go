package webconfig

import (
	"slices"

	"github.com/ringdex/ringdex/option"
)

// sample is what a page's template is executed with: nothing, everything, and texts that want to be code.
type sample struct {
	page                 string
	empty, full, hostile any
}

// samples has a line for each template; most pages list theirs in sample_PAGE_test.go.
func samples() []sample {
	return slices.Concat(ownSamples(), wizardSamples(), overviewSamples(), scriptsSamples(), lookUpSamples(), systemsSamples(),
		callsSamples(), agentSamples())
}

func ownSamples() []sample {
	return []sample{
		{"signin", signInShown{}, signInFull, hostileOf(signInFull)},
		{"problem", problemShown{}, problemFull, hostileOf(problemFull)},
		{"settings", settingsShown{}, settingsShown{formFull}, hostileOf(settingsShown{formFull})},
		{"callback", connectedShown{}, connectedShown{"CRM", "refused"}, hostileOf(connectedShown{"CRM", "refused"})},
		{"home", homeShown{}, homeFull, hostileOf(homeFull)},
	}
}

var (
	signInFull = signInShown{Email: "ada@example.com", Next: "/people", Problem: "The password is not right.", Provider: "Telephony"}

	problemFull = problemShown{Text: "Something", Next: "/people", Reference: "ABC", AskPerson: true}

	formFull = form{
		Fields: []field{
			{ID: "o-a", Name: "o.a", Label: "A", Help: "Help", Example: "x", Value: "v", Kind: "text", Problem: "wrong"},
			{ID: "o-b", Name: "o.b", Label: "B", Value: "true", Kind: "boolean", Help: "Help"},
			{ID: "o-c", Name: "o.c", Label: "C", Value: "1", Kind: "choice", Choices: []option.Choice{{Value: "1", Title: "One"}, {Value: "2"}}},
			{ID: "o-d", Name: "o.d", Label: "D", Value: "1\n2", Kind: "area", Required: true},
		},
		Advanced: []field{{ID: "o-e", Name: "o.e", Label: "E", Kind: "secret", Since: "1 Jan 2026"}},
		Problems: []formProblem{{"o-a", "A", "wrong"}, {"", "", "all of it"}},
	}

	homeFull = homeShown{
		Contacts: 12, Numbers: 20, Attention: 1,
		Integrations: []homeIntegration{{
			navIntegration: navIntegration{ID: "i_aaaaaaaaaaaaa", Name: "CRM", Icon: "/preset-icons/csv/x.svg", Dot: "bad", State: "Reauth"},
			Preset:         "Demo", Contacts: 12, Numbers: 20, Synced: "20 Nov 2026, 14:03", Text: "sign in",
		}},
	}
)
