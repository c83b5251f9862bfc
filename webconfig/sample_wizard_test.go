package webconfig

func wizardSamples() []sample { return nil }
