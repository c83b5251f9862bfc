package webconfig

func (w *Web) lookUpRoutes() []route { return nil }
