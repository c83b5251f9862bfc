package webconfig

// OIDC is the operator's identity provider.
type OIDC struct {
	Name         string // on the button
	Issuer       string
	ClientID     string
	ClientSecret string
	Organisation string // claim that holds the tenant's external id
	RoleClaim    string // claim that holds a role or a list of them
	AdminRole    string // the value of it that makes an admin
}

type oidcClient struct{}

func newOIDC(OIDC, string) *oidcClient { return &oidcClient{} }

func (w *Web) oidcRoutes() []route { return nil }
