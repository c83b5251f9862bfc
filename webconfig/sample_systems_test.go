package webconfig

func systemsSamples() []sample {
	list := systemsShown{Systems: []systemRow{{ID: "s_aaaaaaaaaaaaa", Name: "Door", Form: "Any", Keys: 2, Requests: 120}}, Name: "x", Problem: "no name", Devices: 3}
	full := systemShown{
		ID: "s_aaaaaaaaaaaaa", Name: "Door", Form: formFull, Try: "0612345678", Fresh: "rdx_secret", Address: "https://x.example/pop/rdx_secret?number=", KeyProblem: "wrong", Region: "NL",
		Read:     &readShown{Number: "0612345678", Kind: "is looked up as", Internal: "12", Readings: []readingShown{{"+31612345678", "national", 0}}, Steps: []string{"taken off"}},
		Keys:     []keyRow{{ID: "k_aaaaaaaaaaaaa", Name: "Key", Prefix: "rdx_abcd", Scopes: "ask", Owner: "ada@example.com", URLKey: true, Created: sampleTime, Used: sampleTime, Requests: 7}},
		Key:      keyForm{Name: "Key", Scopes: []choiceShown{{"match", "Ask", true}, {"calls", "Tell", false}}, URLKey: true},
		Snippets: []snippet{{ID: "snippet-http", Title: "HTTP", Help: "Help", Text: "curl"}}, Devices: []choiceShown{{"201", "201 (Ada)", false}},
	}
	return []sample{{"systems", systemsShown{}, list, hostileOf(list)}, {"system", systemShown{}, full, hostileOf(full)}}
}
