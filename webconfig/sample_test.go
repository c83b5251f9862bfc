package webconfig

import "slices"

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
		{"home", homeShown{}, homeFull, hostileOf(homeFull)},
	}
}

var (
	signInFull = signInShown{Email: "ada@example.com", Next: "/people", Problem: "The password is not right.", Provider: "Telephony"}

	problemFull = problemShown{Text: "Something", Next: "/people", Reference: "ABC", AskPerson: true}

	homeFull = homeShown{
		Contacts: 12, Numbers: 20, Attention: 1,
		Integrations: []homeIntegration{{
			navIntegration: navIntegration{ID: "i_aaaaaaaaaaaaa", Name: "CRM", Icon: "/preset-icons/csv/x.svg", Dot: "bad", State: "Reauth"},
			Preset:         "Demo", Contacts: 12, Numbers: 20, Synced: "20 Nov 2026, 14:03", Text: "sign in",
		}},
	}
)
