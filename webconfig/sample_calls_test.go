package webconfig

func callsSamples() []sample { return nil }
