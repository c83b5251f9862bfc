package webconfig

func agentSamples() []sample { return nil }
