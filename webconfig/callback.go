package webconfig

func (w *Web) callbackRoutes() []route { return nil }
