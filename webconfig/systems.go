package webconfig

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) systemsRoutes() []route {
	const at = "/systems/:system"
	return []route{
		get("/systems", needAdmin, w.listSystems),
		post("/systems", needAdmin, w.addSystem),
		get(at, needAdmin, w.showSystem),
		post(at, needAdmin, w.setSystem),
		post(at+"/try", needAdmin, w.tryNumber),
		post(at+"/remove", needAdmin, w.removeSystem),
		post(at+"/keys", needAdmin, w.addKey),
		post(at+"/keys/:key/revoke", needAdmin, w.revokeKey),
		post(at+"/template", needAdmin, w.systemTemplate),
		get(at+"/line", needAdmin, w.showLine),
		{method: http.MethodPost, path: at + "/line", need: needAdmin, handle: w.setLine, long: true},
	}
}

// systemsShown is the list of phone systems.
type systemsShown struct {
	Systems       []systemRow
	Name, Problem string
	Devices       int // how many devices people have
}

type systemRow struct {
	ID, Name, Form string
	Keys           int
	Requests       int64
}

func (w *Web) listSystems(q *request) error { return w.systemsPage(q, http.StatusOK, "", "") }

func (w *Web) systemsPage(q *request, status int, name, problem string) error {
	s := systemsShown{Name: name, Problem: problem}
	snapshot, err := w.Directory.Snapshot(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	keys, err := w.Directory.Keys(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	s.Devices = len(snapshot.Devices)
	for _, p := range snapshot.Systems {
		row := systemRow{ID: string(p.ID), Name: q.systemName(p), Form: q.T("systems.form_" + string(cmp.Or(p.NumberForm, phone.FormAuto)))}
		for _, k := range keys {
			if k.System == p.ID {
				row.Keys++
				row.Requests += w.requests(k.ID)
			}
		}
		s.Systems = append(s.Systems, row)
	}
	return q.showStatus(status, "systems", "systems.title", s)
}

func (w *Web) requests(id tenant.KeyID) int64 {
	if w.Requests == nil {
		return 0
	}
	return w.Requests(id)
}

func (w *Web) addSystem(q *request) error {
	name := strings.TrimSpace(q.FormValue("name"))
	system, err := w.Directory.AddSystem(q.ctx(), q.by, q.tenantID(), map[string]string{"name": name})
	if refused(err) {
		return w.systemsPage(q, http.StatusUnprocessableEntity, name, q.T("systems.no_name"))
	}
	if err != nil {
		return err
	}
	return q.see("/systems/"+string(system.ID), "systems.added", "Name", system.Name)
}

// systemShown is one phone system: how it writes numbers, its keys, and what to paste into it.
type systemShown struct {
	ID, Name   string
	Default    bool // it cannot be removed
	Form       form
	Line       lineShown
	Try        string
	Read       *readShown
	Keys       []keyRow
	Key        keyForm
	KeyProblem string
	Fresh      string // a key that was made just now, shown this once
	Address    string // the same for one that opens who is calling: what a softphone opens
	Brands     []brandShown
	Region     string

	fresh        *tenant.Key // the one that was made just now
	secret, open string      // its text, and the brand it was made for
}

// readShown is what a number would be read as, and what the phone shows of it.
type readShown struct {
	Number, Kind, Internal string
	Display                *phoneShown
	Readings               []readingShown
	Steps                  []string
	Problem                string
}

type keyRow struct {
	ID, Name, Prefix, Scopes string
	Owner                    string // whose own address it is
	URLKey                   bool
	Created, Used            time.Time
	Requests                 int64
}

type keyForm struct {
	Name   string
	Scopes []choiceShown
	URLKey bool
}

func (w *Web) system(q *request) (tenant.System, error) {
	id := q.pathParam("system")
	all, err := w.Directory.Systems(q.ctx(), q.tenantID())
	if err != nil {
		return tenant.System{}, err
	}
	at := slices.IndexFunc(all, func(s tenant.System) bool { return string(s.ID) == id })
	if at < 0 {
		return tenant.System{}, tenant.ErrNotFound
	}
	return all[at], nil
}

func (w *Web) showSystem(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	return w.systemPage(q, http.StatusOK, system, formInput{Values: settingsOfSystem(system)}, nil)
}

// systemPage shows a phone system with the settings of a form; change edits what is shown.
func (w *Web) systemPage(q *request, status int, p tenant.System, in formInput, change func(s *systemShown)) error {
	in.Words = q.systemWords
	in.Secrets = p.SecretsSet
	basic, _ := systemOptions()
	s := systemShown{
		ID: string(p.ID), Name: q.systemName(p), Default: p.Name == tenant.DefaultSystem, Form: q.form(basic, in), Line: w.lineShown(q, p, formInput{Values: settingsOfSystem(p)}),
		Region: cmp.Or(p.Region, q.account.Region), Key: keyForm{Scopes: q.scopes(tenant.ScopeMatch)},
	}
	areas(s.Form.Advanced, "lookup-template", "lookup-none")
	keys, err := w.Directory.Keys(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	snapshot, err := w.Directory.Snapshot(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.System == p.ID {
			row := w.keyRow(q, k)
			row.Owner = emailOf(snapshot, k.Person)
			s.Keys = append(s.Keys, row)
		}
	}
	if change != nil {
		change(&s)
	}
	if s.Brands, err = w.snippets(q, s.fresh, s.secret, s.open); err != nil {
		return err
	}
	return q.showStatus(status, "system", s.Name, s)
}

func (w *Web) keyRow(q *request, k tenant.Key) keyRow {
	return keyRow{
		ID: string(k.ID), Name: k.Name, Prefix: k.Prefix, Scopes: q.scopesText(k.Scopes), URLKey: k.URLKey, Created: k.Created, Used: k.LastUsed,
		Requests: w.requests(k.ID),
	}
}

func emailOf(s *tenant.Snapshot, id tenant.PersonID) string {
	for i := range s.People {
		if s.People[i].ID == id {
			return s.People[i].Email
		}
	}
	return ""
}

// areas gives settings that may be long more room.
func areas(fields []field, names ...string) {
	for n := range fields {
		if slices.Contains(names, strings.TrimPrefix(fields[n].Name, prefix)) {
			fields[n].Kind = "area"
		}
	}
}

// systemOptions are a phone system's settings: how it writes numbers, and how it tells of calls and starts some.
func systemOptions() (basic, line option.Set) {
	lines := tenant.LineOptions()
	for _, o := range tenant.SystemOptions() {
		if _, ok := lines.Find(o.Name); ok {
			line = append(line, o)
		} else {
			basic = append(basic, o)
		}
	}
	return basic, line
}

// systemWords are a phone system's settings in the person's language.
func (q *request) systemWords(o option.Option) option.Option {
	key := "systems." + strings.ReplaceAll(o.Name, "-", "_")
	o.Title, o.Help = q.wordOr(key, o.Title), q.wordOr(key+"_help", o.Help)
	if o.Name == "number-form" {
		key = "systems.form"
	}
	o.Choices = slices.Clone(o.Choices)
	for n := range o.Choices {
		o.Choices[n].Title = q.wordOr(key+"_"+o.Choices[n].Value, o.Choices[n].Title)
	}
	return o
}

// settingsOfSystem are a phone system's settings as texts of a form.
func settingsOfSystem(p tenant.System) map[string]string {
	values := map[string]string{
		"name": p.Name, "number-form": string(p.NumberForm), "region": p.Region, "area-code": p.AreaCode, "outside-prefix": p.OutsidePrefix,
		"internal-length": lengthsText(p.InternalLengths), "name-template": p.NameTemplate, "lookup-template": p.LookupTemplate, "lookup-none": p.LookupNone,
		"name-ascii": map[bool]string{true: "true"}[p.NameASCII],
	}
	if p.NameMax > 0 {
		values["name-max"] = strconv.Itoa(p.NameMax)
	}
	for _, o := range tenant.LineOptions() {
		if !o.IsSecret() {
			values[o.Name] = p.Line(o.Name)
		}
	}
	return values
}

func lengthsText(lengths []int) string {
	var out []string
	for _, n := range lengths {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ",")
}

func (w *Web) setSystem(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	basic, _ := systemOptions()
	values := q.values(basic)
	_, err = w.Directory.SetSystem(q.ctx(), q.by, q.tenantID(), system.ID, values)
	if refused(err) {
		return w.systemPage(q, http.StatusUnprocessableEntity, system, formInput{Values: values, Err: err}, nil)
	}
	if err != nil {
		return err
	}
	return q.see("/systems/"+string(system.ID), "form.saved")
}

// tryNumber reads a number with the settings of the form, which need not be saved.
func (w *Web) tryNumber(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	basic, _ := systemOptions()
	values := q.values(basic)
	read := q.read(values, q.FormValue("try"))
	if read.Display, err = w.display(q, system.ID, read.Number); err != nil {
		return err
	}
	if q.Request().Header.Get("HX-Request") == "true" {
		return q.part("system", "read", read)
	}
	return w.systemPage(q, http.StatusOK, system, formInput{Values: values}, func(s *systemShown) { s.Try, s.Read = q.FormValue("try"), read })
}

func (q *request) read(values map[string]string, number string) *readShown {
	number = strings.TrimSpace(number)
	if number == "" {
		return &readShown{}
	}
	r := &readShown{Number: number}
	known := maps.Clone(values)
	delete(known, "name")
	form, err := tenant.FormOf(known, q.account.Region)
	if err != nil {
		r.Problem = q.T("systems.bad_settings")
		return r
	}
	reading, err := phone.CallerCanonical(number, form)
	if err != nil {
		r.Problem = q.T("lookup.too_long")
		return r
	}
	r.Internal = reading.Internal
	r.Kind = q.T("systems.read_" + string(reading.Kind))
	for _, step := range reading.Steps {
		r.Steps = append(r.Steps, q.wordOr("lookup.step_"+step, step))
	}
	for _, c := range reading.Candidates() {
		r.Readings = append(r.Readings, readingShown{E164: c.Number.E164(), How: q.wordOr("lookup.how_"+c.How, c.How)})
	}
	return r
}

func (w *Web) removeSystem(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	err = w.Directory.RemoveSystem(q.ctx(), q.by, q.tenantID(), system.ID)
	if errors.Is(err, tenant.ErrInvalid) {
		q.say("bad", q.T("systems.has_keys"))
		return q.Redirect(http.StatusSeeOther, "/systems/"+string(system.ID))
	}
	if err != nil {
		return err
	}
	return q.see("/systems", "systems.removed", "Name", system.Name)
}
