package webconfig

func systemsSamples() []sample {
	list := systemsShown{Systems: []systemRow{{ID: "s_aaaaaaaaaaaaa", Name: "Door", Form: "Any", Keys: 2, Requests: 120}}, Name: "x", Problem: "no name", Devices: 3}
	full := systemShown{
		ID: "s_aaaaaaaaaaaaa", Name: "Door", Form: formFull, Try: "0612345678", Fresh: "rdx_secret", Address: "https://x.example/pop/rdx_secret?number=", KeyProblem: "wrong", Region: "NL",
		Read: &readShown{Number: "0612345678", Kind: "is looked up as", Internal: "12", Readings: []readingShown{{"+31612345678", "national", 0}}, Steps: []string{"taken off"}, Display: &phoneShown{"Ada", "0612345678", "{}"}},
		Keys: []keyRow{{ID: "k_aaaaaaaaaaaaa", Name: "Key", Prefix: "rdx_abcd", Scopes: "ask", Owner: "ada@example.com", URLKey: true, Created: sampleTime, Used: sampleTime, Requests: 7}},
		Key:  keyForm{Name: "Key", Scopes: []choiceShown{{"match", "Ask", true}, {"calls", "Tell", false}}, URLKey: true},
		Line: lineShown{
			Fields: []lineField{{field{ID: "o-pbx", Name: "o.pbx", Label: "Address", Value: "x", Kind: "text"}, "events=ami"}}, Advanced: []lineField{{field{ID: "o-dial", Name: "o.dial", Label: "Secret", Kind: "secret", Since: "1 Jan 2026"}, ""}}, Problems: formFull.Problems, Open: true,
			State: stateShown{Dot: "bad", Text: "Not connected", Hint: "Port?", Path: "/systems/s_aaaaaaaaaaaaa/line"},
			Tries: []tryShown{{true, "Hearing", "", ""}, {false, "Starting", "refused", "Compare"}},
		},
		Brands: []brandShown{
			{ID: "yealink", Name: "Yealink", Steps: []string{"Paste it."}, Open: true, Parts: []snippetShown{{ID: "paste-yealink-ldap", Title: "LDAP", Text: "curl", Needs: "a key", Scope: "match", InAddress: true, NoLDAP: true}}},
			{ID: "3cx", Name: "3CX", Steps: []string{"Load it."}, Template: true},
		},
	}
	return []sample{{"systems", systemsShown{}, list, hostileOf(list)}, {"system", systemShown{}, full, hostileOf(full)}}
}
