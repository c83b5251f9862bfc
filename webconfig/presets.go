package webconfig

func (w *Web) presetsRoutes() []route { return nil }
