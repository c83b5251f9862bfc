package webconfig

func (w *Web) tenantsRoutes() []route { return nil }
