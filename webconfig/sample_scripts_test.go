package webconfig

func scriptsSamples() []sample { return nil }
