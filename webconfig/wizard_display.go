package webconfig

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// displayShown is the third step.
type displayShown struct {
	Head       wizardHead
	Problems   []formProblem
	Fields     []displayField
	Answered   bool
	Directions []wizardChoice
	DDIs       string
	People     []wizardChoice
	Samples    []wizardChoice
	Picture    pictureShown
}

// displayField is a line somebody may show.
type displayField struct {
	ID, Name, Title string
	Shown           bool
	First, Last     bool
	Value           string // of the sample contact
}

// pictureShown is the notification as it would look.
type pictureShown struct {
	Name, Company, Number, Label string
	Lines                        []pictureLine
	Scripts                      []string
	Answered                     bool
	Invented                     bool
	Copied                       []string
	Sentence                     string // for which calls it is shown, when, and to whom
}

type pictureLine struct{ Title, Value string }

// invented is the contact that pages show before there is a real one.
func invented() jobs.CheckedContact {
	return jobs.CheckedContact{
		Name: "Ada Muster", Company: "Muster BV",
		Numbers: []jobs.CheckedNumber{{Raw: "020 123 45 67", E164: "+31201234567", National: "0201234567", Label: "business"}},
		Values: map[string]string{
			"DisplayName": "Ada Muster", "FirstName": "Ada", "LastName": "Muster", "Company": "Muster BV", "Email": "ada@example.com",
			"Identifier": "10042", "PopUpUri": "https://crm.example.com/contacts/10042",
		},
	}
}

// sampleContacts are contacts of the CRM that somebody saw in a test, or the invented one.
func (w *Web) sampleContacts(id tenant.IntegrationID) (list []jobs.CheckedContact, real bool) {
	known := w.setups.get(id)
	for _, c := range known.report.Sample {
		if slices.ContainsFunc(c.Numbers, func(n jobs.CheckedNumber) bool { return n.E164 != "" }) {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return []jobs.CheckedContact{invented()}, false
	}
	return list, true
}

// sampleContact is the one a form asks for.
func (w *Web) sampleContact(q *request, id tenant.IntegrationID) (c jobs.CheckedContact, list []wizardChoice, real bool) {
	all, real := w.sampleContacts(id)
	n, err := strconv.Atoi(q.FormValue("sample"))
	if err != nil || n < 0 || n >= len(all) {
		n = 0
	}
	for k, one := range all {
		title := one.Name
		if title == "" {
			title = one.Company
		}
		if !real {
			title = q.T("wizard.invented", "Name", title)
		}
		list = append(list, wizardChoice{strconv.Itoa(k), title, k == n})
	}
	return all[n], list, real
}

// fieldTitle is how a field is called on a notification.
func (q *request) fieldTitle(p *presets.Preset, name string) string {
	if key := "wizard.field_" + strings.ToLower(name); q.words.Has(key) {
		return q.T(key)
	}
	for _, s := range p.Streams {
		for _, f := range s.Fields {
			if f.Name == name && f.Title != "" {
				return f.Title
			}
		}
	}
	return name
}

// firstNotification is what a preset shows to begin with.
func (q *request) firstNotification(p *presets.Preset) []tenant.NotificationField {
	var list []tenant.NotificationField
	for _, name := range p.Notification {
		list = append(list, tenant.NotificationField{Field: name, Title: q.fieldTitle(p, name)})
	}
	return list
}

// possibleFields are what a notification or a script of a draft may show.
func (w *Web) possibleFields(d *draft) []string {
	if !d.preset.Reads() {
		return nil
	}
	names := scripts.CommonFields(d.preset.FieldNames()...)
	for _, f := range d.Notification {
		names = append(names, f.Field)
	}
	if d.preset.AnyField() {
		list, real := w.sampleContacts(d.ID)
		for _, c := range list {
			for _, name := range sortedKeys(c.Values) {
				if real {
					names = append(names, name)
				}
			}
		}
	}
	var out []string
	for _, name := range names {
		if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, name) }) {
			out = append(out, name)
		}
	}
	return out
}

func (w *Web) displayStep(q *request, d *draft) error {
	s, err := w.displayShown(q, d)
	if err != nil {
		return err
	}
	return q.show("wizard_display", "wizard.title_notification", s)
}

func (w *Web) displayShown(q *request, d *draft) (displayShown, error) {
	s := displayShown{Head: w.wizardHead(q, d, stepDisplay), Answered: d.Display.Answered, DDIs: joined(d.Display.DDIs)}
	contact, samples, real := w.sampleContact(q, d.ID)
	s.Samples = samples
	var order []string
	for _, f := range d.Notification {
		order = append(order, f.Field)
	}
	chosen := len(order)
	for _, name := range w.possibleFields(d) {
		if !slices.Contains(order, name) && name != scripts.PopUpURI {
			order = append(order, name)
		}
	}
	for n, name := range order {
		s.Fields = append(s.Fields, displayField{
			ID: "f" + strconv.Itoa(n), Name: name, Title: q.fieldTitle(d.preset, name), Shown: n < chosen, First: n == 0,
			Last: n >= chosen-1, Value: contact.Values[name],
		})
	}
	for _, one := range shownDirections {
		s.Directions = append(s.Directions, wizardChoice{one, q.T("wizard.direction_" + one), d.directed(one)})
	}
	people, err := w.Directory.People(q.ctx(), d.Tenant)
	if err != nil {
		return s, err
	}
	for _, p := range people {
		s.People = append(s.People, wizardChoice{string(p.ID), cmp.Or(p.Name, p.Email), slices.Contains(d.Display.People, p.ID)})
	}
	s.Picture = w.picture(q, d, contact, real)
	return s, nil
}

// shownDirections are those in which a contact may be on the other side.
var shownDirections = []string{"inbound", "outbound"}

// directed tells whether calls of a direction are shown.
func (d *draft) directed(one string) bool {
	return len(d.Display.Directions) == 0 || slices.Contains(d.Display.Directions, one)
}

// readDisplay writes what the form says into an integration.
func (q *request) readDisplay(d *draft, i *tenant.Integration) {
	form, err := q.FormParams()
	if err != nil {
		return
	}
	shown := form["show"]
	order := form["order"]
	if verb, name, ok := strings.Cut(form.Get("move"), ":"); ok {
		move(order, shown, name, map[string]int{"up": -1, "down": 1}[verb])
	}
	var list []tenant.NotificationField
	for _, name := range order {
		if !slices.Contains(shown, name) || strings.ContainsFunc(name, unicode.IsControl) || slices.ContainsFunc(list, func(f tenant.NotificationField) bool { return f.Field == name }) {
			continue
		}
		title := q.fieldTitle(d.preset, name)
		for _, before := range i.Notification {
			if before.Field == name && before.Title != "" {
				title = before.Title
			}
		}
		list = append(list, tenant.NotificationField{Field: name, Title: title})
	}
	i.Notification = list
	i.Display = tenant.Display{Answered: form.Get("when") == "answered"}
	if wanted := form["direction"]; len(wanted) < len(shownDirections) {
		i.Display.Directions = slices.Clone(wanted)
	}
	for line := range strings.FieldsFuncSeq(form.Get("ddis"), func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		if line = strings.TrimSpace(line); line != "" {
			i.Display.DDIs = append(i.Display.DDIs, line)
		}
	}
	for _, one := range form["person"] {
		i.Display.People = append(i.Display.People, tenant.PersonID(one))
	}
}

// move changes places of a name with the next shown one before or behind it.
func move(order, shown []string, name string, by int) {
	at := slices.Index(order, name)
	if at < 0 || by == 0 {
		return
	}
	for n := at + by; n >= 0 && n < len(order); n += by {
		if slices.Contains(shown, order[n]) {
			order[at], order[n] = order[n], order[at]
			return
		}
	}
}

func (w *Web) saveDisplay(q *request, d *draft) error {
	before := *d
	people, err := w.Directory.People(q.ctx(), d.Tenant)
	if err != nil {
		return err
	}
	conflict, err := w.save(q, d, nil, func(i *tenant.Integration) {
		q.readDisplay(&before, i)
		i.Display.People = slices.DeleteFunc(i.Display.People, func(id tenant.PersonID) bool {
			return !slices.ContainsFunc(people, func(p tenant.Person) bool { return p.ID == id })
		})
		if q.FormValue("move") == "" {
			saw(i, stepDisplay)
		}
	})
	if err != nil && !errors.Is(err, tenant.ErrInvalid) {
		return err
	}
	if err == nil && !conflict {
		if q.FormValue("move") != "" || q.FormValue("intent") == "save" {
			return q.Redirect(http.StatusSeeOther, d.at(stepDisplay)+"?sample="+strconv.Itoa(max(0, number(q.FormValue("sample"))))+"#fields")
		}
		return q.Redirect(http.StatusSeeOther, d.at(d.beside(stepDisplay, 1)))
	}
	q.readDisplay(&before, &d.Integration)
	s, shownErr := w.displayShown(q, d)
	if shownErr != nil {
		return shownErr
	}
	s.Head.Conflict = conflict
	if err != nil {
		s.Problems = []formProblem{{"ddis", q.T("wizard.ddis"), q.T("wizard.ddis_wrong")}}
	}
	return q.showStatus(http.StatusUnprocessableEntity, "wizard_display", "wizard.title_notification", s)
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// previewDisplay is the picture alone, of what the form says and nobody has saved yet.
func (w *Web) previewDisplay(q *request, d *draft) error {
	q.readDisplay(d, &d.Integration)
	contact, _, real := w.sampleContact(q, d.ID)
	return q.part("wizard_display", "picture", w.picture(q, d, contact, real))
}
