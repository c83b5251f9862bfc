package webconfig

import (
	"net/http"
	"time"

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
type settingsShown struct {
	Form   form
	Widget string // its address
}

func (w *Web) settingsShown(q *request, f form) settingsShown {
	return settingsShown{f, w.at("/widget/" + string(q.tenantID()))}
}

func (w *Web) showSettings(q *request) error {
	return q.show("settings", "settings.title", w.settingsShown(q, q.form(ownSettings(), settingsForm(q.account, q.settingWords))))
}

func (w *Web) setSettings(q *request) error {
	values := q.values(ownSettings())
	_, err := w.Directory.SetAccount(q.ctx(), q.by, q.tenantID(), values)
	if refused(err) {
		in := settingsForm(q.account, q.settingWords)
		in.Values, in.Err = values, err
		f := q.form(ownSettings(), in)
		return q.showStatus(http.StatusUnprocessableEntity, "settings", "settings.title", w.settingsShown(q, f))
	}
	if err != nil {
		return err
	}
	return q.see("/settings", "form.saved")
}

// ownSettings are those a tenant's own people set.
func ownSettings() option.Set { return tenant.AccountOptions().At(option.Tenant) }

// settingsForm is what a form shows of an account.
func settingsForm(a tenant.Account, words func(option.Option) option.Option) formInput {
	in := formInput{Values: a.Settings(), Words: words, Secrets: map[string]time.Time{}}
	if a.WebhookSigned {
		in.Secrets["notice_webhook_secret"] = time.Time{}
	}
	return in
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
