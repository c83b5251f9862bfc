package webconfig

func (w *Web) auditRoutes() []route { return nil }
