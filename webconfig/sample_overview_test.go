package webconfig

func overviewSamples() []sample { return nil }
