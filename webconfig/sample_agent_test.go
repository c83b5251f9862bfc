package webconfig

import "github.com/ringdex/ringdex/calls"

func agentSamples() []sample {
	return []sample{
		{"agent", agentShown{}, agentFull, hostileOf(agentFull)},
		{"dial", dialShown{}, dialShown{"020 1234567", "wrong"}, hostileOf(dialShown{"020 1234567", "wrong"})},
	}
}

var agentFull = agentShown{
	Queue: "sales", NoDevice: true, Devices: "/people/u_aaaaaaaaaaaaa", Search: "ada", Older: "/agent?before=c_1", Stream: "/agent/events?queue=sales",
	Live: []card{
		{
			ID: "c_1", Queue: "sales", State: "answered", StateText: "Answered", Direction: "incoming", Answered: "2026-11-20T14:03:00Z",
			Title: "Ada Muster", Company: "Muster AG", Number: "0201234567", Label: "mobile", Quality: "block", DDI: "020 7654321",
			InQueue: "sales", AnsweredBy: "Bram", Area: "Amsterdam",
			Lines:   []calls.Line{{Title: "Email", Value: "ada@example.com"}},
			Buttons: []calls.Button{{ID: "s_1", Name: "Open", URL: "https://crm.example/1", Pop: true}},
			Others:  []other{{"i_1", "contact", "7", "Bram", "Muster AG", "CRM", "https://crm.example/7"}},
		},
		{ID: "c_2", State: "ringing", StateText: "Ringing", Title: "Unknown", Unknown: true, Number: "0201234568"},
	},
	Past: []pastCall{{ID: "c_0", Name: "Ada", Company: "Muster AG", Number: "0201234567", Start: sampleTime, State: "Ended", Direction: "incoming", Length: "42s", URL: "https://crm.example/1"}},
}
