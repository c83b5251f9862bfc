package webconfig

var noticeFull = noticeShown{
	ID: "n_1", Title: "Sign in again", Text: "Because.", Action: "Do it.", Path: "/integrations/i_aaaaaaaaaaaaa", Told: sampleTime, Sent: "ada@example.com, the webhook",
	Limited: true, Undelivered: 1, Open: true,
}

func noticesSamples() []sample {
	over := noticeFull
	over.ID, over.Open, over.Ended, over.Acknowledged = "n_2", false, sampleTime, sampleTime
	full := noticesShown{
		Open: 1, All: true, Settings: true, Notices: []noticeShown{noticeFull, over}, Turn: pager{Page: 2, Pages: 3, Before: "?page=1", Behind: "?page=3"},
		Older: "/notices?before=n_2", Later: true,
	}
	return []sample{{"notices", noticesShown{}, full, hostileOf(full)}}
}
