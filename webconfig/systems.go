package webconfig

func (w *Web) systemsRoutes() []route { return nil }
