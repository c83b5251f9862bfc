package webconfig

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) peopleRoutes() []route {
	return []route{
		get("/people", needManager, w.listPeople),
		post("/people", needManager, w.invite),
		get("/people/:person", needManager, w.showPerson),
		post("/people/:person", needManager, w.setPerson),
		post("/people/:person/link", needManager, w.linkPerson),
		post("/people/:person/remove", needManager, w.removePerson),
	}
}

// peopleShown is the list, with the form that invites.
type peopleShown struct {
	People          []personRow
	Roles           []roleChoice
	Invite          personForm
	Problem, Search string
	Turn            pager
}

type personRow struct {
	ID, Email, Name, Role, Devices string
	You                            bool
}

type roleChoice struct{ Value, Title, Help string }

// personForm is what can be said of somebody.
type personForm struct {
	Email, Name, Role, Language, Devices string
}

// peopleOnPage is how many people a page lists.
const peopleOnPage = 50

func (w *Web) listPeople(q *request) error {
	return w.peoplePage(q, http.StatusOK, personForm{Role: q.rolesOf(q.managed().Kind)[0].Value}, "")
}

func (w *Web) peoplePage(q *request, status int, form personForm, problem string) error {
	all, err := w.peopleOf(q, q.managed().ID)
	if err != nil {
		return err
	}
	search := strings.ToLower(strings.TrimSpace(q.QueryParam("search")))
	shown := peopleShown{Roles: q.rolesOf(q.managed().Kind), Invite: form, Problem: problem, Search: q.QueryParam("search")}
	all = slices.DeleteFunc(all, func(p personRow) bool {
		return !strings.Contains(strings.ToLower(p.Email+" "+p.Name+" "+p.Devices), search)
	})
	shown.People, shown.Turn = onPage(all, q, peopleOnPage)
	return q.showStatus(status, "people", "people.title", shown)
}

// peopleOf lists the people of an account by name.
func (w *Web) peopleOf(q *request, account tenant.ID) ([]personRow, error) {
	all, err := w.Directory.People(q.ctx(), account)
	var rows []personRow
	for _, p := range all {
		rows = append(rows, personRow{
			ID: string(p.ID), Email: p.Email, Name: p.Name, Role: q.T("people.role_" + string(p.Role)), Devices: devicesText(p.Devices, ", "),
			You: p.ID == q.person.ID,
		})
	}
	slices.SortFunc(rows, func(a, b personRow) int {
		return cmp.Or(strings.Compare(strings.ToLower(cmp.Or(a.Name, a.Email)), strings.ToLower(cmp.Or(b.Name, b.Email))), strings.Compare(a.ID, b.ID))
	})
	return rows, err
}

// rolesOf are those the people of an account have.
func (q *request) rolesOf(kind tenant.Kind) []roleChoice {
	of := map[tenant.Kind][]tenant.Role{
		tenant.KindOperator: {tenant.RoleOperator}, tenant.KindReseller: {tenant.RoleReseller}, tenant.KindTenant: {tenant.RoleAgent, tenant.RoleAdmin},
	}
	var out []roleChoice
	for _, r := range of[kind] {
		out = append(out, roleChoice{string(r), q.T("people.role_" + string(r)), q.T("people.role_" + string(r) + "_help")})
	}
	return out
}

func (q *request) personForm() personForm {
	return personForm{
		Email: strings.TrimSpace(q.FormValue("email")), Name: strings.TrimSpace(q.FormValue("name")), Role: q.FormValue("role"),
		Language: q.FormValue("language"), Devices: q.FormValue("devices"),
	}
}

// handedOver is a link that whoever asked for it gives to somebody, because no mail was sent.
type handedOver struct {
	Email, Link, Back string
	Often             bool // the day's mails are used up
}

func (w *Web) invite(q *request) error {
	form := q.personForm()
	return w.inviteTo(q, q.managed().ID, form, "/people", func(problem string) error {
		return w.peoplePage(q, http.StatusUnprocessableEntity, form, problem)
	})
}

// inviteTo adds somebody to an account and sends the link; again shows the form with what was wrong with it.
func (w *Web) inviteTo(q *request, account tenant.ID, form personForm, back string, again func(problem string) error) error {
	person, err := w.Directory.AddPerson(q.ctx(), q.by, tenant.Person{
		Account: account, Email: form.Email, Name: form.Name, Role: tenant.Role(form.Role), Language: form.Language,
		Devices: devicesOf(form.Devices),
	}, tenant.Secret{})
	if refused(err) {
		return again(q.personProblem(err))
	}
	if err != nil {
		return err
	}
	return w.sendLink(q, person, tenant.Invitation, back)
}

// sendLink mails somebody a link and goes back, or shows it to be handed over.
func (w *Web) sendLink(q *request, person tenant.Person, purpose tenant.Purpose, back string) error {
	h, err := w.Notices.Invite(q.ctx(), q.by, person.Account, person.ID, purpose)
	if err != nil {
		return err
	}
	if h.Mailed {
		return q.see(back, "people.mailed", "Email", person.Email)
	}
	return q.show("handover", "handover.title", handedOver{Email: person.Email, Link: h.Link, Back: back, Often: w.Notices.Mail != nil})
}

// personProblem is what was wrong with somebody's form.
func (q *request) personProblem(err error) string {
	if errors.Is(err, tenant.ErrExists) {
		return q.T("people.exists")
	}
	return q.T("people.invalid")
}

// personShown is one person.
type personShown struct {
	ID, Problem string
	You         bool
	Form        personForm
	Roles       []roleChoice
}

func (w *Web) onePerson(q *request) (tenant.Person, error) {
	return w.Directory.Person(q.ctx(), q.managed().ID, tenant.PersonID(q.pathParam("person")))
}

func (w *Web) showPerson(q *request) error {
	p, err := w.onePerson(q)
	if err != nil {
		return err
	}
	form := personForm{Email: p.Email, Name: p.Name, Role: string(p.Role), Language: p.Language, Devices: devicesText(p.Devices, "\n")}
	return q.show("person", cmp.Or(p.Name, p.Email), personShown{ID: string(p.ID), You: p.ID == q.person.ID, Form: form, Roles: q.rolesOf(q.managed().Kind)})
}

func (w *Web) setPerson(q *request) error {
	p, err := w.onePerson(q)
	if err != nil {
		return err
	}
	form := q.personForm()
	shown := personShown{ID: string(p.ID), You: p.ID == q.person.ID, Form: form, Roles: q.rolesOf(q.managed().Kind)}
	if shown.You && form.Role != string(p.Role) {
		shown.Problem = q.T("people.not_yourself")
		return q.showStatus(http.StatusUnprocessableEntity, "person", cmp.Or(p.Name, p.Email), shown)
	}
	_, err = w.Directory.SetPerson(q.ctx(), q.by, p.Account, p.ID, func(p *tenant.Person) error {
		p.Email, p.Name, p.Role, p.Language, p.Devices = form.Email, form.Name, tenant.Role(form.Role), form.Language, devicesOf(form.Devices)
		return nil
	})
	if refused(err) {
		shown.Problem = q.personProblem(err)
		return q.showStatus(http.StatusUnprocessableEntity, "person", cmp.Or(p.Name, p.Email), shown)
	}
	if err != nil {
		return err
	}
	return q.see("/people", "form.saved")
}

// linkPerson ends nothing yet: the password stays until the link is used.
func (w *Web) linkPerson(q *request) error {
	p, err := w.onePerson(q)
	if err != nil {
		return err
	}
	return w.sendLink(q, p, tenant.Reset, "/people")
}

func (w *Web) removePerson(q *request) error {
	p, err := w.onePerson(q)
	if err != nil {
		return err
	}
	if p.ID == q.person.ID {
		q.say("bad", q.T("people.not_yourself"))
		return q.Redirect(http.StatusSeeOther, "/people/"+string(p.ID))
	}
	if err := w.erasePerson(q, p); err != nil {
		return err
	}
	return q.see("/people", "people.removed", "Email", p.Email)
}

// erasePerson removes somebody, ends their sessions and takes them out of the history of calls.
func (w *Web) erasePerson(q *request, p tenant.Person) error {
	if err := w.Directory.RemovePerson(q.ctx(), q.by, p.Account, p.ID); err != nil {
		return err
	}
	if err := w.kept.end(q.ctx(), p.ID, ""); err != nil || w.Calls == nil {
		return err
	}
	_, err := w.Calls.ErasePerson(context.WithoutCancel(q.ctx()), p.Account, p.ID)
	return err
}

// devicesOf reads devices, one to a line: a number, and after a comma what people call it.
func devicesOf(text string) []tenant.Device {
	var out []tenant.Device
	for line := range strings.Lines(text) {
		number, name, _ := strings.Cut(line, ",")
		if number = strings.TrimSpace(number); number != "" {
			out = append(out, tenant.Device{Number: number, Name: strings.TrimSpace(name)})
		}
	}
	return out
}

func devicesText(devices []tenant.Device, between string) string {
	lines := make([]string, len(devices))
	for i, d := range devices {
		if lines[i] = d.Number; d.Name != "" && between == "\n" {
			lines[i] += ", " + d.Name
		}
	}
	return strings.Join(lines, between)
}
