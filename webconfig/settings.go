package webconfig

import (
	"net/http"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) settingsRoutes() []route {
	return []route{
		get("/settings", needAdmin, w.showSettings),
		post("/settings", needAdmin, w.setSettings),
	}
}

// settingsShown is the settings page of a tenant.
type settingsShown struct{ Form form }

func (w *Web) showSettings(q *request) error {
	return q.show("settings", "settings.title", settingsShown{q.form(ownSettings(), formInput{Values: settingsOf(q.account), Words: q.settingWords})})
}

func (w *Web) setSettings(q *request) error {
	values := q.values(ownSettings())
	_, err := w.Directory.SetAccount(q.ctx(), q.by, q.tenantID(), values)
	if refused(err) {
		f := q.form(ownSettings(), formInput{Values: values, Err: err, Words: q.settingWords})
		return q.showStatus(http.StatusUnprocessableEntity, "settings", "settings.title", settingsShown{f})
	}
	if err != nil {
		return err
	}
	return q.see("/settings", "form.saved")
}

// ownSettings are those a tenant's own people set.
func ownSettings() option.Set { return tenant.AccountOptions().At(option.Tenant) }

// settingsOf are an account's settings as texts of a form.
func settingsOf(a tenant.Account) map[string]string {
	return map[string]string{
		"name": a.Name, "region": a.Region, "timezone": a.TimeZone, "language": a.Language, "contact": a.Contact,
		"own_numbers": joined(a.OwnNumbers), "external_id": a.ExternalID, "suspended": map[bool]string{true: "true"}[a.Suspended],
	}
}

// settingWords are an account's settings in the person's language.
func (q *request) settingWords(o option.Option) option.Option {
	if key := "settings." + o.Name; q.words.Has(key) {
		o.Title = q.T(key)
	}
	if key := "settings." + o.Name + "_help"; q.words.Has(key) {
		o.Help = q.T(key)
	}
	return o
}
