package webconfig

import "github.com/ringdex/ringdex/calls"

func lookUpSamples() []sample {
	scripts := []buttonShown{{Name: "Open record", URL: "https://crm.example/1", Open: "https://crm.example/1", Pop: true}, {Name: "App", URL: "app:1"}}
	full := lookUpShown{
		Number: "0612345678", DDI: "0201234567", System: "s_aaaaaaaaaaaaa", Systems: []choiceShown{{"s_aaaaaaaaaaaaa", "Standard", true}, {"s_bbbbbbbbbbbbb", "Door", false}},
		Asked: true, Problem: "too long", E164: "+31612345678", National: "06 12345678", About: "Mobile, NL", Location: "Amsterdam", Owner: "Ada", Nobody: "Nobody", Line: "Ada",
		Matches: []matchShown{{
			Name: "Ada", Company: "Acme", Label: "mobile", Quality: "Exact number", Record: "https://crm.example/1", Integration: "CRM", At: "/integrations/i_aaaaaaaaaaaaa",
			Synced: "20 Nov 2026, 14:03", Lines: []calls.Line{{Title: "City", Value: "Utrecht"}}, Scripts: scripts,
		}},
		Scripts: scripts,
		Why: whyShown{
			Region: "NL", Cleaned: "0612345678", Steps: []string{"The prefix was taken off."}, Readings: []readingShown{{"+31612345678", "national", 1}},
			Asked: []askedShown{{Name: "CRM", At: "/integrations/i_aaaaaaaaaaaaa", What: "knows it", Age: "2 h", Hits: 1}}, Refused: []string{"two readings"},
		},
		JSON: "{}", Devices: []choiceShown{{"201", "201 (Ada)", true}}, Call: &simulatedShown{Call: "simulated-1", Device: "201", DeviceText: "201 (Ada)", State: "ringing", Text: "It rings", Ringing: true},
	}
	return []sample{{"lookup", lookUpShown{}, full, hostileOf(full)}}
}
