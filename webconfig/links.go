package webconfig

func (w *Web) linkRoutes() []route { return nil }
