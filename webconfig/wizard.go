package webconfig

func (w *Web) wizardRoutes() []route { return nil }
