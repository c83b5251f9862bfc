package webconfig

func (w *Web) accountRoutes() []route { return nil }
