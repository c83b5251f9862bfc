package webconfig

func (w *Web) overviewRoutes() []route { return nil }
