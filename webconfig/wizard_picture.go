package webconfig

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// picture is the notification filled with a contact.
func (w *Web) picture(q *request, d *draft, c jobs.CheckedContact, real bool) pictureShown {
	p := pictureShown{Name: c.Name, Company: c.Company, Answered: d.Display.Answered, Invented: !real}
	for _, n := range c.Numbers {
		if n.E164 != "" {
			p.Number, p.Label = n.National, q.wordFor("wizard.label_", n.Label)
			break
		}
	}
	for _, f := range d.Notification {
		if f.Field == "DisplayName" || f.Field == "Company" && p.Company != "" {
			continue // stand on top
		}
		p.Lines = append(p.Lines, pictureLine{f.Title, c.Values[f.Field]})
	}
	for _, sc := range d.Scripts {
		if (sc.When == "" || sc.When == tenant.WhenMatch) && sc.Server == nil {
			p.Scripts = append(p.Scripts, sc.Name)
		}
	}
	p.Copied, p.Sentence = q.copied(d), w.sentence(q, d)
	return p
}

// sentence says in words for which calls a notification is shown, when, and to whom.
func (w *Web) sentence(q *request, d *draft) string {
	directions, numbers, when, who := "both", q.T("wizard.says_all_numbers"), "ringing", q.T("wizard.says_ringing_phone")
	if len(d.Display.Directions) == 1 {
		directions = d.Display.Directions[0]
	}
	if len(d.Display.DDIs) > 0 {
		numbers = q.T("wizard.says_numbers", "Numbers", strings.Join(d.Display.DDIs, ", "))
	}
	if d.Display.Answered {
		when = "answered"
	}
	if len(d.Display.People) > 0 {
		people, err := w.Directory.People(q.ctx(), d.Tenant)
		if err != nil {
			return ""
		}
		var names []string
		for _, p := range people {
			if slices.Contains(d.Display.People, p.ID) {
				names = append(names, cmp.Or(p.Name, p.Email))
			}
		}
		who = strings.Join(names, ", ")
	}
	return q.T("wizard.says", "Calls", q.T("wizard.says_"+directions), "Numbers", numbers, "When", q.T("wizard.says_"+when), "Who", who)
}

// copied are the titles of what is copied out of the CRM: what the notification and the scripts use, and nothing else.
func (q *request) copied(d *draft) []string {
	names := []string{"DisplayName", "Company"}
	for _, f := range d.Notification {
		names = append(names, f.Field)
	}
	for _, s := range d.Scripts {
		for _, text := range s.Texts() {
			names = append(names, scripts.FieldsIn(text)...)
		}
	}
	var titles []string
	for _, name := range names {
		if title := q.fieldTitle(d.preset, name); name != scripts.PopUpURI && !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return titles
}
