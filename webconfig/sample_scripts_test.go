package webconfig

func scriptsSamples() []sample {
	return []sample{
		{"scripts", scriptListShown{}, scriptListShown{scriptRowsFull}, hostileOf(scriptListShown{scriptRowsFull})},
		{"script", editorShown{}, editorFull, hostileOf(editorFull)},
	}
}

var editorFull = editorShown{
	Head: &headFull, Action: "/scripts/x", Back: "/scripts", Remove: "/scripts/x/remove", Revision: 2, Conflict: true, NameValue: "Open", URL: "https://x.example/#(Caller nmber)",
	When: []wizardChoice{{"match", "Match", true}}, Pop: true, Problems: []formProblem{{"url", "Address", "wrong"}},
	Groups:  []insertGroup{{"The call", []insertItem{{"#(Caller number)", "Number", "020"}, {"#(Queue)", "", ""}}}},
	Samples: []wizardChoice{{"0", "Ada", true}},
	Result: previewShown{
		Started: true, Pieces: []previewPiece{{"https://x.example/", false}, {"#(Caller nmber)", true}},
		Mistakes: []mistakeShown{{1, 19, "no such property", "#(Caller number)"}}, Contact: "Ada", Invented: true,
	},
}
