package webconfig

import "github.com/ringdex/ringdex/calls"

func popSamples() []sample {
	full := popShown{
		Text: "Several contacts have this number.", Number: "0201234567", Area: "Amsterdam",
		People: []popPerson{
			{Name: "Ada", Company: "Muster AG", Label: "mobile", Quality: "only the company", Source: "CRM", Open: []calls.Button{{Name: "Open", URL: "https://crm.example/1", Pop: true}, {Name: "Call back", URL: "tel:0201234567"}}},
			{Company: "Bakery"},
		},
		Scripts: []calls.Button{{Name: "New contact", URL: "https://crm.example/new"}},
	}
	return []sample{{"pop", popShown{}, full, hostileOf(full)}}
}
