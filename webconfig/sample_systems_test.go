package webconfig

func systemsSamples() []sample { return nil }
