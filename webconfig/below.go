package webconfig

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// belowRoutes are the pages of one account as whoever is above it sees it: a tenant for operator and resellers, a reseller for
// the operator.
func (w *Web) belowRoutes() []route {
	return slices.Concat(
		w.routesOf(tenant.KindTenant, needAbove),
		w.routesOf(tenant.KindReseller, needOperator),
	)
}

func (w *Web) routesOf(kind tenant.Kind, n need) []route {
	at := rootOf(kind) + "/:" + string(kind)
	of := func(handle func(q *request, a tenant.Account) error) func(q *request) error {
		return func(q *request) error {
			a, err := w.accountBelow(q, kind)
			if err != nil {
				return err
			}
			return handle(q, a)
		}
	}
	return []route{
		get(rootOf(kind)+"/new", n, func(q *request) error { return w.newAccount(q, kind) }),
		post(rootOf(kind)+"/new", n, func(q *request) error { return w.addAccount(q, kind) }),
		get(at, n, of(w.showBelow)),
		post(at, n, of(w.setBelow)),
		post(at+"/people", n, of(w.inviteBelow)),
		post(at+"/people/:person/link", n, of(w.linkBelow)),
		post(at+"/people/:person/remove", n, of(w.removeBelow)),
		{method: http.MethodPost, path: at + "/remove", need: n, handle: of(w.removeAccount), long: true},
	}
}

// rootOf is where accounts of a kind are listed.
func rootOf(kind tenant.Kind) string { return "/" + string(kind) + "s" }

// accountBelow is the account in the path, if it is in reach and of that kind.
func (w *Web) accountBelow(q *request, kind tenant.Kind) (tenant.Account, error) {
	id := tenant.ID(q.pathParam(string(kind)))
	if err := w.Directory.Authorise(q.ctx(), q.by, id, tenant.ManageAccount); err != nil {
		return tenant.Account{}, err
	}
	a, err := w.Directory.Account(q.ctx(), id)
	if err == nil && a.Kind != kind {
		err = tenant.ErrNotFound
	}
	return a, err
}

// belowShown is one account, for whoever is above it.
type belowShown struct {
	ID, Name, Path string // ID is "" for a new one
	Kind           string // tenant, reseller: its texts begin with it
	Form           form
	Resellers      []choiceShown // below whom it may be; none where that is not asked
	People         []personRow
	Turn           pager // of the people
	Invite         personForm
	Roles          []roleChoice
	Problem        string // what was wrong with the invitation
	Provisions     bool   // it is directly below whoever looks, whose other systems can keep it as it should be
	Provision      string // the address for that, "" without an external id
	Deleting       string // why it was not removed
}

// settingsBelow are the settings of an account as they are shown to those above it: what they seldom set comes last. Of a new one it
// is not asked whether it is suspended.
func settingsBelow(kind tenant.Kind, fresh bool) option.Set {
	ofReseller := []string{"name", "language", "timezone", "contact", "external_id", "suspended"}
	var set option.Set
	for _, o := range tenant.AccountOptions() {
		often := o.Name == "region" || slices.Contains(ofReseller, o.Name)
		if fresh && o.Name == "suspended" || kind == tenant.KindReseller && !slices.Contains(ofReseller, o.Name) {
			continue
		}
		o.Advanced, o.Required = !often, o.Required || o.Name == "region"
		set = append(set, o)
	}
	return set
}

// wordsBelow are the settings of an account in the person's language.
func (q *request) wordsBelow(kind tenant.Kind) func(option.Option) option.Option {
	return func(o option.Option) option.Option {
		o = q.settingWords(o)
		if kind == tenant.KindReseller {
			o.Help = q.wordOr("resellers."+o.Name+"_help", o.Help)
			o.Title = q.wordOr("resellers."+o.Name, o.Title)
		}
		return o
	}
}

func (w *Web) newAccount(q *request, kind tenant.Kind) error {
	return w.newAccountPage(q, http.StatusOK, kind, formInput{})
}

func (w *Web) newAccountPage(q *request, status int, kind tenant.Kind, in formInput) error {
	in.Words = q.wordsBelow(kind)
	choices, err := w.resellerChoices(q, kind, tenant.ID(q.FormValue("reseller")))
	if err != nil {
		return err
	}
	s := belowShown{Kind: string(kind), Path: rootOf(kind), Form: q.form(settingsBelow(kind, true), in), Resellers: choices}
	return q.showStatus(status, "below", string(kind)+"s.new", s)
}

func (w *Web) addAccount(q *request, kind tenant.Kind) error {
	values := q.values(settingsBelow(kind, true))
	for name, text := range values {
		if text == "" {
			delete(values, name)
		}
	}
	var a tenant.Account
	var err error
	if kind == tenant.KindReseller {
		a, err = w.Directory.AddReseller(q.ctx(), q.by, values)
	} else {
		parent := q.home.ID
		if chosen := q.FormValue("reseller"); chosen != "" {
			parent = tenant.ID(chosen)
		}
		a, err = w.Directory.AddTenant(q.ctx(), q.by, parent, values)
	}
	if refused(err) {
		return w.newAccountPage(q, http.StatusUnprocessableEntity, kind, formInput{Values: values, Err: err})
	}
	if err != nil {
		return err
	}
	return q.see(rootOf(kind)+"/"+string(a.ID), string(kind)+"s.added", "Name", a.Name)
}

// resellerChoices are the accounts a tenant may be below. A reseller is not asked: its tenants are its own.
func (w *Web) resellerChoices(q *request, kind tenant.Kind, here tenant.ID) ([]choiceShown, error) {
	if kind != tenant.KindTenant || q.home.Kind != tenant.KindOperator {
		return nil, nil
	}
	all, err := w.Directory.Accounts(q.ctx(), q.by)
	if err != nil {
		return nil, err
	}
	choices := []choiceShown{{Value: "", Text: q.T("tenants.reseller_none"), Here: here == ""}}
	for _, a := range all {
		if a.Kind == tenant.KindReseller {
			choices = append(choices, choiceShown{string(a.ID), a.Name, a.ID == here})
		}
	}
	if len(choices) == 1 {
		return nil, nil
	}
	slices.SortFunc(choices[1:], func(a, b choiceShown) int { return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) })
	return choices, nil
}

func (w *Web) showBelow(q *request, a tenant.Account) error {
	return w.belowPage(q, http.StatusOK, a, settingsForm(a, nil), nil)
}

// peopleBelow is how many people the page lists at once, beside everything else it has.
const peopleBelow = 20

// belowPage shows an account with the settings of a form; change edits what is shown.
func (w *Web) belowPage(q *request, status int, a tenant.Account, in formInput, change func(s *belowShown)) error {
	in.Words = q.wordsBelow(a.Kind)
	s := belowShown{
		ID: string(a.ID), Name: a.Name, Kind: string(a.Kind), Path: rootOf(a.Kind) + "/" + string(a.ID),
		Form: q.form(settingsBelow(a.Kind, false), in), Roles: q.rolesOf(a.Kind),
		Provisions: a.Kind == tenant.KindTenant && a.Parent == q.home.ID,
	}
	if s.Provisions && a.ExternalID != "" {
		s.Provision = strings.TrimRight(w.PublicURL, "/") + "/v1/tenants/by-external/" + url.PathEscape(a.ExternalID)
	}
	s.Invite.Role = s.Roles[len(s.Roles)-1].Value // an admin: who is needed first
	people, err := w.peopleOf(q, a.ID)
	if err != nil {
		return err
	}
	s.People, s.Turn = onPage(people, q, peopleBelow)
	here := a.Parent
	if here == w.Directory.Operator() {
		here = ""
	}
	if s.Resellers, err = w.resellerChoices(q, a.Kind, here); err != nil {
		return err
	}
	if change != nil {
		change(&s)
	}
	return q.showStatus(status, "below", a.Name, s)
}

func (w *Web) setBelow(q *request, a tenant.Account) error {
	values := q.values(settingsBelow(a.Kind, false))
	_, err := w.Directory.SetAccount(q.ctx(), q.by, a.ID, values)
	if err == nil {
		err = w.moveTenant(q, a)
	}
	if refused(err) {
		in := settingsForm(a, nil)
		in.Values, in.Err = values, err
		return w.belowPage(q, http.StatusUnprocessableEntity, a, in, nil)
	}
	if err != nil {
		return err
	}
	return q.see(rootOf(a.Kind)+"/"+string(a.ID), "form.saved")
}

// moveTenant puts a tenant below the reseller the form names, if it names one and that is another.
func (w *Web) moveTenant(q *request, a tenant.Account) error {
	posted, err := q.FormParams()
	if err != nil || !posted.Has("reseller") {
		return err
	}
	to := tenant.ID(posted.Get("reseller"))
	if to == "" {
		to = w.Directory.Operator()
	}
	if to == a.Parent {
		return nil
	}
	return w.Directory.MoveAccount(q.ctx(), q.by, a.ID, to)
}

// removeAccount erases an account whose name was typed, and says what was erased.
func (w *Web) removeAccount(q *request, a tenant.Account) error {
	because := func(text string) error {
		return w.belowPage(q, http.StatusUnprocessableEntity, a, settingsForm(a, nil), func(s *belowShown) { s.Deleting = text })
	}
	if strings.TrimSpace(q.FormValue("name")) != strings.TrimSpace(a.Name) {
		return because(q.T("tenants.name_differs", "Name", a.Name))
	}
	erased, err := w.EraseAccount(q.ctx(), q.by, a.ID)
	if refused(err) {
		return because(q.T("resellers.has_tenants"))
	}
	if err != nil {
		return err
	}
	return q.see(rootOf(a.Kind), "tenants.removed", "Name", a.Name, "List", q.erasedText("tenants", erased))
}

// erasedText says how much was erased where; the texts begin with page.
func (q *request) erasedText(page string, e tenant.Erasure) string {
	var list []string
	for _, name := range []string{"control", "cache", "calls", "files"} {
		at := slices.IndexFunc(e.Stores, func(s tenant.ErasedStore) bool { return s.Name == name })
		if at >= 0 {
			list = append(list, q.T(page+".erased_"+name, "Count", e.Stores[at].Records))
		}
	}
	return strings.Join(list, ", ")
}
