package webconfig

func (w *Web) settingsRoutes() []route { return nil }
