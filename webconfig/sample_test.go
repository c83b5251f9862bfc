package webconfig

import (
	"slices"
	"time"

	"github.com/ringdex/ringdex/option"
)

// sample is what a page's template is executed with: nothing, everything, and texts that want to be code.
type sample struct {
	page                 string
	empty, full, hostile any
}

// samples has a line for each template; most pages list theirs in sample_PAGE_test.go.
func samples() []sample {
	return slices.Concat(ownSamples(), wizardSamples(), overviewSamples(), noticesSamples(), popSamples(), widgetSamples(), scriptsSamples(), lookUpSamples(), systemsSamples(),
		callsSamples(), agentSamples())
}

func ownSamples() []sample {
	return []sample{
		{"signin", signInShown{}, signInFull, hostileOf(signInFull)},
		{"problem", problemShown{}, problemFull, hostileOf(problemFull)},
		{"settings", settingsShown{}, settingsShown{formFull, "https://x.example/widget/t_aaaaaaaaaaaaa"}, hostileOf(settingsShown{formFull, "x"})},
		{"callback", connectedShown{}, connectedShown{"CRM", "refused"}, hostileOf(connectedShown{"CRM", "refused"})},
		{"password", passwordShown{Over: true}, passwordFull, hostileOf(passwordFull)},
		{"forgotten", forgottenShown{}, forgottenShown{Sent: true}, forgottenShown{NoMail: true}},
		{"enter", "/", "/people", poisonous},
		{"account", accountShown{}, accountFull, hostileOf(accountFull)},
		{"people", peopleShown{}, peopleFull, hostileOf(peopleFull)},
		{"person", personShown{}, personFull, hostileOf(personFull)},
		{"handover", handedOver{}, handedOver{"ada@example.com", "https://x.example/password/abc", "/people", true}, hostileOf(handedOver{"a", "b", "/people", false})},
		{"audit", auditShown{}, auditFull, hostileOf(auditFull)},
		{"tenants", tenantsShown{}, tenantsFull, hostileOf(tenantsFull)},
		{"below", belowShown{Kind: "reseller"}, belowFull, hostileOf(belowFull)},
		{"resellers", resellersShown{}, resellersFull, hostileOf(resellersFull)},
		{"presets", presetsShown{}, presetsFull, hostileOf(presetsFull)},
		{"preset", presetShown{}, presetShown{ID: "csv", Set: true, Callback: "https://x.example/oauth/callback", Form: formFull}, hostileOf(presetShown{Form: formFull})},
		{"home", homeShown{}, homeFull, hostileOf(homeFull)},
	}
}

var sampleTime = time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC)

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

	passwordFull = passwordShown{Email: "ada@example.com", Problem: "too short", Invited: true}

	accountFull = accountShown{
		Email: "ada@example.com", Role: "Admin", Language: "nl", Problem: "wrong", Languages: []string{"en", "nl"},
		Sessions: []shownSession{
			{ID: "0123456789abcdef", Since: sampleTime, Seen: sampleTime, From: "192.0.2.1", Agent: "Browser", This: true},
			{ID: "fedcba9876543210", Since: sampleTime, Seen: sampleTime, From: "192.0.2.2", Agent: "Other", Widget: true},
		},
		Addresses: &ownAddresses{
			Rows:    []keyRow{{ID: "k_aaaaaaaaaaaaa", Name: "Softphone", Prefix: "rdx_abcd", Created: sampleTime, Used: sampleTime}, {ID: "k_baaaaaaaaaaaa", Prefix: "rdx_efgh", Created: sampleTime}},
			Systems: []choiceShown{{"p_aaaaaaaaaaaaa", "Door", true}}, Name: "Telephone", Problem: "too many", Fresh: "https://x.example/pop/rdx_secret?number=",
		},
	}

	rolesFull  = []roleChoice{{"agent", "Agent", "Sees calls."}, {"admin", "Admin", "Sets up."}}
	somebody   = personForm{Email: "ada@example.com", Name: "Ada", Role: "admin", Language: "nl", Devices: "201, Desk"}
	peopleFull = peopleShown{
		People: []personRow{{ID: "u_aaaaaaaaaaaaa", Email: "ada@example.com", Name: "Ada", Role: "Admin", Devices: "201", You: true}},
		Roles:  rolesFull, Invite: somebody, Problem: "exists", Search: "ada", Turn: pager{Page: 2, Pages: 3, Before: "?page=1", Behind: "?page=3"},
	}
	personFull = personShown{ID: "u_aaaaaaaaaaaaa", Problem: "exists", Form: somebody, Roles: rolesFull}

	auditFull = auditShown{
		Search: "ada", Older: "/audit?before=7", Later: true,
		Entries: []auditRow{{Time: sampleTime, Who: "ada@example.com", Address: "192.0.2.1", What: "Signed in", Object: "x", More: "region"}},
	}

	tenantsFull = tenantsShown{
		Search: "acme", Only: "trouble", Any: true, Turn: pager{Page: 2, Pages: 3, Before: "?page=1", Behind: "?page=3"},
		Tenants: []tenantRow{{ID: "t_aaaaaaaaaaaaa", Name: "Acme", External: "42", Reseller: "Partner", Integrations: 2, Trouble: 1, Contacts: 7, Numbers: 9, Dot: "bad"}},
	}

	belowFull = belowShown{
		ID: "t_aaaaaaaaaaaaa", Name: "Acme", Path: "/tenants/t_aaaaaaaaaaaaa", Kind: "tenant", Form: formFull, Resellers: []choiceShown{{"t_bbbbbbbbbbbbb", "Partner", true}},
		People: peopleFull.People, Invite: somebody, Roles: rolesFull, Problem: "exists", Provisions: true, Provision: "https://x.example/v1/tenants/by-external/42", Deleting: "not the name",
	}
	resellersFull = resellersShown{
		Search: "part", Any: true, Turn: pager{Page: 2, Pages: 3, Before: "?page=1", Behind: "?page=3"},
		Resellers: []resellerRow{{ID: "t_aaaaaaaaaaaaa", Name: "Partner", External: "7", Contact: "help@example.com", Tenants: 3, Suspended: true}},
	}

	presetsFull = presetsShown{[]presetRow{
		{ID: "csv", Name: "CSV", Icon: "/preset-icons/csv/x.svg", Summary: "Reads files.", Maturity: "beta", Options: true, Set: true, Integrations: 3, Trouble: 1},
	}}

	homeFull = homeShown{
		Contacts: 12, Numbers: 20, Attention: 1,
		Notices: []noticeShown{noticeFull}, More: 2,
		Integrations: []homeIntegration{{
			navIntegration: navIntegration{ID: "i_aaaaaaaaaaaaa", Name: "CRM", Icon: "/preset-icons/csv/x.svg", Dot: "bad", State: "Reauth"},
			Preset:         "Demo", Contacts: 12, Numbers: 20, Synced: "20 Nov 2026, 14:03", Text: "sign in",
		}},
	}
)
