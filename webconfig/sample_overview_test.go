package webconfig

func overviewSamples() []sample {
	rejects := []rejectedShown{{Reason: "unparsable", Text: "No phone number", Help: "It has digits.", Count: 3, Here: true}}
	rows := []sampleRow{{Text: "No phone number", Value: "call me", Name: "Ada", URL: "https://crm.example/1", Count: 12}}
	run := runRow{
		ID: "r_aaaaaaaaaaaaa", Trigger: "Nightly", Mode: "everything", State: "Failed", Dot: "bad", Started: sampleTime, Took: "2 s", Read: 12, Added: 1,
		Changed: 2, Removed: 3, Known: 20, Rejected: 1, Error: "refused", Hint: "sign in", Reason: "too few", Traffic: "3 kB", Requests: 4, Resumed: 1, Pages: 2, Same: 6,
	}
	full := overviewShown{
		ID: "i_aaaaaaaaaaaaa", Name: "CRM", Preset: "Demo", Icon: "/preset-icons/csv/x.svg", Dot: "bad", State: "Sign-in needed", Meaning: "Sign in.", Text: "refused",
		Since: sampleTime, Source: "read", SignIn: true, Reauth: true, Contacts: 12, Numbers: 20, Rejected: 3, Synced: sampleTime,
		Plan:    planShown{Next: sampleTime, Why: "Nightly", From: "02:00", To: "05:00", Zone: "Europe/Amsterdam", Every: "15 min", Failures: 2, WaitsForReauth: true, On: true},
		Running: &runningShown{ID: "i_aaaaaaaaaaaaa", Records: 3, Pages: 1, Stream: "contacts", Took: "2 s", All: 12},
		Held:    &heldShown{Reason: "10 of 12 contacts are gone", Since: sampleTime, Before: 12, After: 2, Removed: 10, Leaving: []leavingRow{{"Ada", "Acme", "06 12345678"}, {"", "Acme", "06 12345678"}}, Told: &noticeFull},
		Notices: []overviewNotice{{noticeShown: noticeFull, SignIn: true}, {noticeShown: noticeShown{ID: "n_2", Title: "Old"}}},
		Back:    sampleTime, Runs: []runRow{run}, Problems: rejects, Samples: rows, Problem: "The name differs.", Deleting: true,
		Chart: &chart{Line: "0,1 2,3", Area: "0,1 2,3", Bars: []chartBar{{"0", "1", "2", "3"}}, Most: 20, Least: 10, Sentence: "2 runs", First: sampleTime, Last: sampleTime},
		Files: &filesShown{Used: "People 2026.csv", Waiting: "People 2027.csv", UsedAt: sampleTime, WaitingAt: sampleTime},
	}
	report := reportShown{ID: "i_aaaaaaaaaaaaa", Name: "CRM", Only: "unparsable", Contacts: 1, Numbers: 2, Synced: sampleTime, Reasons: rejects, Rows: rows, Turn: pager{Page: 2, Pages: 3, Before: "?page=1", Behind: "?page=3"}}
	one := runShown{ID: "i_aaaaaaaaaaaaa", Name: "CRM", Run: run, Problems: rejects, Samples: rows}
	return []sample{
		{"overview", overviewShown{}, full, hostileOf(full)},
		{"run", runShown{}, one, hostileOf(one)},
		{"report", reportShown{}, report, hostileOf(report)},
	}
}
