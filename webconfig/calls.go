package webconfig

func (w *Web) callsRoutes() []route { return nil }
