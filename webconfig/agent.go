package webconfig

func (w *Web) agentRoutes() []route { return nil }
