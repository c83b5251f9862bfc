package recognition

import (
	"strings"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Names returns the names a script of an integration may use; ok is false when its preset is not in the catalogue any more.
type Names func(i tenant.Integration) (names scripts.Names, ok bool)

// view is a tenant as questions need it: parsed, compiled, immutable.
type view struct {
	revision     uint64
	account      tenant.Account
	location     *time.Location
	systems      map[tenant.SystemID]*system
	fallback     *system // of a key without a phone system, and of commands
	integrations []*integration
	scripts      []script // stand-alone
	own          owners
}

// system is a phone system with its settings read.
type system struct {
	form phone.SystemForm
	name nameForm
}

// integration is one that may answer, with its templates parsed.
type integration struct {
	cache.Ref
	name, preset string
	state        tenant.State
	ageLimit     time.Duration
	notification []notificationField
	match        []script
	noMatch      []script
	always       []script
	options      map[string]string
}

// notificationField is one line of the notification.
type notificationField struct{ field, title string }

// script is a parsed template of a button.
type script struct {
	id, name string
	pop      bool
	template *scripts.Template
}

func (r *Recognizer) compile(s *tenant.Snapshot) *view {
	v := &view{
		revision: s.Revision, account: s.Account, location: s.Account.Location(),
		systems: make(map[tenant.SystemID]*system, len(s.Systems)),
		scripts: parseScripts(s.Scripts, scripts.Names{}),
		own:     ownersOf(s),
	}
	for _, sys := range s.Systems {
		compiled := compileSystem(sys, s.Account)
		v.systems[sys.ID] = compiled
		if v.fallback == nil || sys.Name == tenant.DefaultSystem {
			v.fallback = compiled
		}
	}
	if v.fallback == nil {
		v.fallback = compileSystem(tenant.System{}, s.Account)
	}
	for _, i := range s.Integrations {
		if i.State != tenant.StateDraft {
			v.integrations = append(v.integrations, r.compileIntegration(i))
		}
	}
	return v
}

func compileSystem(s tenant.System, account tenant.Account) *system {
	region := s.Region
	if region == "" {
		region = account.Region
	}
	return &system{name: newNameForm(s), form: phone.SystemForm{
		Form: phone.NumberForm(s.NumberForm), Region: region, AreaCode: s.AreaCode,
		OutsidePrefix: s.OutsidePrefix, InternalLengths: s.InternalLengths,
	}}
}

// system returns the phone system a question comes from.
func (v *view) system(id tenant.SystemID) *system {
	if s, ok := v.systems[id]; ok {
		return s
	}
	return v.fallback
}

func (r *Recognizer) compileIntegration(i tenant.Integration) *integration {
	c := &integration{
		Ref:  cache.Ref{Tenant: i.Tenant, Integration: i.ID},
		name: i.Name, preset: i.Preset, state: i.State, ageLimit: i.AgeLimit, options: i.Options,
	}
	if c.ageLimit == 0 {
		c.ageLimit = r.d.AgeLimit
	}
	for _, f := range i.Notification {
		title := f.Title
		if title == "" {
			title = f.Field
		}
		c.notification = append(c.notification, notificationField{f.Field, title})
	}
	names, ok := r.d.Names(i)
	if !ok {
		return c // the contacts still answer; only the buttons are gone
	}
	byWhen := map[tenant.When][]tenant.Script{}
	for _, s := range i.Scripts {
		byWhen[s.When] = append(byWhen[s.When], s)
	}
	c.match = append(parseScripts(byWhen[""], names), parseScripts(byWhen[tenant.WhenMatch], names)...)
	c.noMatch = parseScripts(byWhen[tenant.WhenNoMatch], names)
	c.always = parseScripts(byWhen[tenant.WhenAlways], names)
	return c
}

// parseScripts leaves out what does not parse: it was checked when it was saved, so only a change of the preset since
// can have broken it, and the other buttons still serve.
func parseScripts(list []tenant.Script, names scripts.Names) []script {
	var out []script
	for _, s := range list {
		t, err := scripts.Parse(s.URL, names)
		if err != nil {
			continue
		}
		out = append(out, script{id: string(s.ID), name: s.Name, pop: s.Pop, template: t})
	}
	return out
}

// optionValue gives a script the integration's own options.
func (i *integration) optionValue(name string) string {
	return i.options[strings.TrimPrefix(name, "option.")]
}
