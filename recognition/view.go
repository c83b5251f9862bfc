package recognition

import (
	"cmp"
	"slices"
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
	scripts      besides // stand-alone
	own          owners
	links        map[phone.Number]*link // by number, folded

	rings                 []ringing // requests the server sends when it rings
	scripted              bool      // there are scripts at all
	showsDevice, showsDDI bool      // some show that number
}

// system is a phone system with its settings read.
type system struct {
	form phone.SystemForm
	line line
}

// integration is one that may answer, with its templates parsed.
type integration struct {
	cache.Ref
	name, preset string
	state        tenant.State
	priority     int
	ageLimit     time.Duration
	notification []notificationField
	match        []script // for each contact
	beside       besides  // beside the matches
	options      map[string]string
	rings        []ringing
	asJSON       []byte
}

// notificationField is one line of the notification.
type notificationField struct {
	field string
	title cache.Text
}

func (r *Recognizer) compile(s *tenant.Snapshot) *view {
	v := &view{
		revision: s.Revision, account: s.Account, location: s.Account.Location(),
		systems: make(map[tenant.SystemID]*system, len(s.Systems)),
		scripts: standAlone(s.Scripts, r.d.StandAlone), rings: ringings(s.Account.ID, nil, s.Scripts, r.d.StandAlone, tenant.WhenAlways),
		own: ownersOf(s), links: linksOf(s.Links),
	}
	v.addSystems(s)
	for _, i := range s.Integrations {
		if i.State != tenant.StateDraft {
			v.integrations = append(v.integrations, r.compileIntegration(i))
		}
	}
	v.noteScripts()
	return v
}

func (v *view) addSystems(s *tenant.Snapshot) {
	for _, sys := range s.Systems {
		compiled := &system{form: sys.Form(s.Account.Region), line: newLine(sys)}
		v.systems[sys.ID] = compiled
		if v.fallback == nil || sys.Name == tenant.DefaultSystem {
			v.fallback = compiled
		}
	}
	if v.fallback == nil {
		v.fallback = &system{form: tenant.System{}.Form(s.Account.Region), line: newLine(tenant.System{})}
	}
}

// noteScripts finds out what questions have to prepare for scripts.
func (v *view) noteScripts() {
	lists := [][]script{v.scripts.all()}
	for _, i := range v.integrations {
		lists = append(lists, i.match, i.beside.all())
	}
	for _, list := range lists {
		v.scripted = v.scripted || len(list) > 0
	}
	v.showsDevice, v.showsDDI = asksFor("Device number", lists...), asksFor("Ddi number", lists...)
	for _, i := range v.integrations {
		v.rings = append(v.rings, i.rings...)
	}
	for _, one := range v.rings {
		properties := one.action.Properties()
		v.showsDevice = v.showsDevice || slices.Contains(properties, "Device number")
		v.showsDDI = v.showsDDI || slices.Contains(properties, "Ddi number")
	}
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
		name: i.Name, preset: i.Preset, state: i.State, priority: i.Priority,
		ageLimit: cmp.Or(i.AgeLimit, r.d.AgeLimit), options: i.Options,
	}
	if r.d.Options != nil {
		c.options = r.d.Options(i)
	}
	c.asJSON = c.appendIntegration(nil)
	for _, f := range i.Notification {
		c.notification = append(c.notification, notificationField{f.Field, cache.TextOf(cmp.Or(f.Title, f.Field))})
	}
	names, ok := r.d.Names(i)
	if !ok {
		return c // the contacts still answer; only the buttons are gone
	}
	c.match = parseScripts(i.Scripts, names, c.options, "", tenant.WhenMatch)
	c.beside = besides{
		always:  parseScripts(i.Scripts, names, c.options, tenant.WhenAlways),
		noMatch: parseScripts(i.Scripts, names, c.options, tenant.WhenNoMatch),
	}
	c.rings = ringings(i.Tenant, c, i.Scripts, names, tenant.WhenMatch)
	return c
}
