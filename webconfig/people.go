package webconfig

func (w *Web) peopleRoutes() []route { return nil }
