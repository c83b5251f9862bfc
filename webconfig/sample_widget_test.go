package webconfig

func widgetSamples() []sample {
	asked := agentFull.Live[0]
	asked.ID, asked.Fixed = "asked", true
	full := widgetShown{
		At: "/widget/t_aaaaaaaaaaaaa", Email: "ada@example.com", Stream: "/widget/t_aaaaaaaaaaaaa/events", Live: agentFull.Live[1:], Asked: &asked, AskedNumber: "0201234567",
	}
	off := widgetShown{At: "/widget/t_aaaaaaaaaaaaa", Problem: "wrong"}
	confirmed := confirmShown{At: "/widget/t_aaaaaaaaaaaaa/connect", Email: "ada@example.com", Origins: []string{"https://crm.example.com"}, Code: "abcd-efgh"}
	ask := confirmed
	ask.Code = ""
	return []sample{
		{"widget", widgetShown{Unclear: true}, full, hostileOf(full)},
		{"widget", widgetShown{}, off, hostileOf(off)},
		{"connect", confirmShown{}, confirmed, hostileOf(confirmed)},
		{"connect", confirmShown{}, ask, hostileOf(ask)},
	}
}
