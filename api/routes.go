package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// need is what a caller must show for a route.
type need uint8

const (
	needUnsaid   need = iota // nobody may use a route that does not say who may
	needNothing              // health, the API's own description
	needMatch                // a key with scope match
	needAdmin                // a key with scope admin, an admin who signed in, or whoever is above them
	needCalls                // a key with scope calls: events
	needDial                 // a key with scope dial
	needCallList             // a key with scope calls, one with scope admin, an admin, or an agent for the own calls
	needOperator             // operator or reseller; which accounts they reach is the directory's business
)

// route is one line of the API. Nothing is served that is not in the list, and a test holds the list against roles,
// tenants and the OpenAPI document.
type route struct {
	method, path string
	need         need
	handle       handler
	raw          func(c echo.Context, q asked) error // instead of handle, for what is not JSON or must be quick
	installation bool                                // an admin's route about the installation rather than one tenant
	long         bool                                // may take longer than the server lets answers take
}

// namePath is the route whose errors have no body.
const namePath = "/v1/name"

// asked is who asks, and of which tenant.
type asked struct {
	by     tenant.Actor
	access tenant.Access // of the key that was shown, if it was one
	usage  *usage        // of that key
	tenant tenant.ID
}

// handler does one thing and returns what to answer as JSON; nil is 204.
type handler func(c echo.Context, q asked) (any, error)

// created is an answer with status 201.
type created struct{ body any }

// routes is the whole API.
func (a *API) routes() []route {
	all := []route{
		{method: http.MethodGet, path: "/livez", need: needNothing, raw: a.live},
		{method: http.MethodGet, path: "/readyz", need: needNothing, raw: a.ready},
		{method: http.MethodGet, path: "/version", need: needNothing, raw: a.version},
		{method: http.MethodGet, path: "/openapi.json", need: needNothing, raw: a.openAPI},
		{method: http.MethodGet, path: "/oauth/callback", need: needNothing, raw: a.oauthCallback},

		{method: http.MethodGet, path: "/v1/match", need: needMatch, raw: a.match},
		{method: http.MethodGet, path: namePath, need: needMatch, raw: a.name},
		{method: http.MethodGet, path: "/v1/lookup", need: needMatch, raw: a.lookup},
		{method: http.MethodPost, path: "/v1/lookup", need: needMatch, raw: a.lookup},
		{method: http.MethodGet, path: "/v1/softphone", need: needMatch, long: true, raw: a.softphone},
		{method: http.MethodGet, path: "/3cx/lookup", need: needMatch, handle: a.pbxLookup},
		{method: http.MethodPost, path: "/3cx/contacts", need: needCalls, handle: a.pbxCreate},
		{method: http.MethodPost, path: "/3cx/journal", need: needCalls, handle: a.pbxJournal},

		{method: http.MethodPost, path: "/v1/calls", need: needCalls, raw: a.callEvent},
		{method: http.MethodGet, path: "/v1/calls/event", need: needCalls, raw: a.callAction},
		{method: http.MethodGet, path: "/v1/calls", need: needCallList, handle: a.listCalls},
		{method: http.MethodGet, path: "/v1/calls/:call", need: needCallList, handle: a.showCall},
		{method: http.MethodGet, path: "/v1/tenants/:tenant/calls", need: needOperator, handle: a.listCalls},
		{method: http.MethodGet, path: "/v1/tenants/:tenant/calls/:call", need: needOperator, handle: a.showCall},
		{method: http.MethodPost, path: "/v1/dial", need: needDial, raw: a.dial},

		{method: http.MethodGet, path: "/v1/presets", need: needAdmin, installation: true, handle: a.listPresets},
		{method: http.MethodGet, path: "/v1/presets/:preset", need: needAdmin, installation: true, handle: a.showPreset},
		{method: http.MethodPut, path: "/v1/presets/:preset", need: needOperator, long: true, raw: a.putPreset},
		{method: http.MethodDelete, path: "/v1/presets/:preset", need: needOperator, handle: a.removePreset},

		{method: http.MethodGet, path: "/v1/tenants", need: needOperator, handle: a.listTenants},
		{method: http.MethodPost, path: "/v1/tenants", need: needOperator, handle: a.addTenant},
		{method: http.MethodPut, path: "/v1/tenants/by-external/:external", need: needOperator, handle: a.provision},
		{method: http.MethodGet, path: "/v1/tenants/:tenant", need: needOperator, handle: a.showTenant},
		{method: http.MethodPatch, path: "/v1/tenants/:tenant", need: needOperator, handle: a.setTenant},
		{method: http.MethodDelete, path: "/v1/tenants/:tenant", need: needOperator, long: true, handle: a.removeTenant},
		{method: http.MethodGet, path: "/v1/resellers", need: needOperator, handle: a.listResellers},
		{method: http.MethodPost, path: "/v1/resellers", need: needOperator, handle: a.addReseller},
		{method: http.MethodGet, path: "/v1/operators/users", need: needOperator, handle: a.operatorsOwn(a.listPeople)},
		{method: http.MethodPost, path: "/v1/operators/users", need: needOperator, handle: a.operatorsOwn(a.addPerson)},
		{method: http.MethodPut, path: "/v1/operators/users/:person/password", need: needOperator, handle: a.operatorsOwn(a.setPassword)},
		{method: http.MethodPost, path: "/v1/operators/users/:person/invite", need: needOperator, handle: a.operatorsOwn(a.invitePerson)},
		{method: http.MethodPost, path: "/v1/operators/users/:person/reset", need: needOperator, handle: a.operatorsOwn(a.resetPerson)},
		{method: http.MethodGet, path: "/v1/operators/notices", need: needOperator, handle: a.operatorsOwn(a.listNotices)},
		{method: http.MethodPost, path: "/v1/operators/notices/:notice/acknowledge", need: needOperator, handle: a.operatorsOwn(a.acknowledge)},
		{method: http.MethodPost, path: "/v1/operators/notices/test", need: needOperator, handle: a.operatorsOwn(a.tryNotices)},
		{method: http.MethodDelete, path: "/v1/operators/users/:person", need: needOperator, handle: a.operatorsOwn(a.removePerson)},
		{method: http.MethodGet, path: "/v1/operators/presets/:preset/options", need: needOperator, handle: a.showPresetOptions},
		{method: http.MethodPut, path: "/v1/operators/presets/:preset/options", need: needOperator, handle: a.setPresetOptions},
		{method: http.MethodGet, path: "/v1/erasures", need: needOperator, handle: a.erasures},
		{method: http.MethodGet, path: "/v1/verify", need: needOperator, long: true, handle: a.verify},
	}
	all = append(all, a.xmlRoutes()...)
	if !a.MetricsElsewhere {
		all = append(all, route{method: http.MethodGet, path: "/metrics", need: needAdmin, installation: true, raw: a.metrics})
	}
	// What an admin key does for its own tenant, operators and resellers do for a tenant they name.
	for _, r := range a.tenantRoutes() {
		named := r
		r.path, r.need = "/v1"+r.path, needAdmin
		named.path, named.need = "/v1/tenants/:tenant"+named.path, needOperator
		all = append(all, r, named)
	}
	return all
}

// tenantRoutes are the admin's, below /v1 and below /v1/tenants/{tenant}.
func (a *API) tenantRoutes() []route {
	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	return []route{
		{method: get, path: "/systems", handle: a.listSystems},
		{method: post, path: "/systems", handle: a.addSystem},
		{method: patch, path: "/systems/:system", handle: a.setSystem},
		{method: del, path: "/systems/:system", handle: a.removeSystem},
		{method: get, path: "/systems/:system/line", handle: a.showLine},
		{method: post, path: "/systems/:system/check", long: true, handle: a.checkSystem},
		{method: get, path: "/systems/:system/3cx-template", raw: a.pbxShowTemplate},
		{method: post, path: "/systems/:system/3cx-template", raw: a.pbxMakeTemplate},

		{method: get, path: "/users", handle: a.listPeople},
		{method: post, path: "/users", handle: a.addPerson},
		{method: put, path: "/users/:person/password", handle: a.setPassword},
		{method: post, path: "/users/:person/invite", handle: a.invitePerson},
		{method: post, path: "/users/:person/reset", handle: a.resetPerson},
		{method: del, path: "/users/:person", handle: a.removePerson},

		{method: get, path: "/keys", handle: a.listKeys},
		{method: post, path: "/keys", handle: a.addKey},
		{method: del, path: "/keys/:key", handle: a.revokeKey},

		{method: get, path: "/links", handle: a.listLinks},
		{method: post, path: "/links", handle: a.addLink},
		{method: del, path: "/links/:link", handle: a.removeLink},

		{method: get, path: "/scripts", handle: a.listScripts},
		{method: post, path: "/scripts", handle: a.addScript},
		{method: del, path: "/scripts/:script", handle: a.removeScript},

		{method: get, path: "/integrations", handle: a.listIntegrations},
		{method: post, path: "/integrations", handle: a.addIntegration},
		{method: get, path: "/integrations/:integration", handle: a.showIntegration},
		{method: patch, path: "/integrations/:integration", handle: a.setIntegration},
		{method: del, path: "/integrations/:integration", long: true, handle: a.removeIntegration},
		{method: post, path: "/integrations/:integration/authorize", handle: a.authorizeIntegration},
		{method: post, path: "/integrations/:integration/check", long: true, handle: a.checkIntegration},
		{method: get, path: "/integrations/:integration/choices/:option", long: true, handle: a.listChoices},
		{method: post, path: "/integrations/:integration/sync", handle: a.syncIntegration},
		{method: post, path: "/integrations/:integration/accept", handle: a.acceptHeld},
		{method: post, path: "/integrations/:integration/discard", handle: a.discardHeld},
		{method: post, path: "/integrations/:integration/rollback", handle: a.rollback},
		{method: post, path: "/integrations/:integration/enable", handle: a.enableIntegration},
		{method: post, path: "/integrations/:integration/disable", handle: a.disableIntegration},
		{method: get, path: "/integrations/:integration/runs", handle: a.listRuns},
		{method: post, path: "/integrations/:integration/runs", long: true, raw: a.pushRun},
		{method: get, path: "/integrations/:integration/watermark", handle: a.pushState},
		{method: get, path: "/integrations/:integration/runs/:run", handle: a.showRun},
		{method: get, path: "/integrations/:integration/report", long: true, handle: a.report},
		{method: get, path: "/integrations/:integration/file", handle: a.showFile},
		{method: put, path: "/integrations/:integration/file", long: true, raw: a.uploadFile},
		{method: del, path: "/integrations/:integration/file", handle: a.dropFile},
		{method: post, path: "/integrations/:integration/file/preview", long: true, handle: a.previewFile},
		{method: get, path: "/integrations/:integration/scripts", handle: a.listScripts},
		{method: post, path: "/integrations/:integration/scripts", handle: a.addScript},
		{method: del, path: "/integrations/:integration/scripts/:script", handle: a.removeScript},

		{method: get, path: "/notices", handle: a.listNotices},
		{method: post, path: "/notices/test", handle: a.tryNotices},
		{method: post, path: "/notices/:notice/acknowledge", handle: a.acknowledge},

		{method: get, path: "/explain", handle: a.explain},
		{method: get, path: "/audit", handle: a.audit},
	}
}
