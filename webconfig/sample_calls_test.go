package webconfig

func callsSamples() []sample {
	choices := []choiceShown{{"u_aaaaaaaaaaaaa", "Ada", true}, {"u_bbbbbbbbbbbbb", "Bo", false}}
	full := callsShown{
		Days: 90, Number: "061", From: "2026-11-01", To: "2026-11-20", Unknown: true, Filtered: true, Directions: choices, Agents: choices, Older: "/calls?before=c_1", Later: true, Links: 2,
		Calls: []callRow{
			{ID: "c_1", Direction: "Incoming", State: "Ended", Dot: "off", Start: sampleTime, Took: "2 min", Name: "Ada", Company: "Acme", Number: "06 12345678", Ask: "+31612345678", Known: "2 contacts", DDI: "020 1234567", Queue: "sales", Agent: "Bo", Unknown: true, Later: true},
			{ID: "c_2", Direction: "Incoming", State: "Missed", Dot: "bad", Start: sampleTime, Number: "06 12345678"},
		},
	}
	links := linksShown{
		Links:  []linkRow{{ID: "l_aaaaaaaaaaaaa", Number: "06 12345678", E164: "+31612345678", Name: "Ada", Company: "Acme", By: "Bo", Integration: "CRM", Created: sampleTime}},
		Search: "ada", Turn: pager{Page: 2, Pages: 3, Before: "?page=1", Behind: "?page=3"},
	}
	return []sample{{"calls", callsShown{}, full, hostileOf(full)}, {"links", linksShown{}, links, hostileOf(links)}}
}
