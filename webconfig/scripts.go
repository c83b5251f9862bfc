package webconfig

func (w *Web) scriptsRoutes() []route { return nil }
