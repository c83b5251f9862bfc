package calls

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// routes say which agents see a call, made once for each revision of a tenant.
type routes struct {
	snapshot *tenant.Snapshot
	devices  map[string][]Agent // by deviceKey and by numberKey
	ddis     map[string][]Agent // by numberKey
	queues   map[string][]Agent // by queueKey
	people   map[string]Agent   // by id, and by e-mail address and name in small letters; an ambiguous name is left out
	emails   map[tenant.PersonID]string
}

func routesOf(s *tenant.Snapshot) *routes {
	r := &routes{
		snapshot: s, devices: map[string][]Agent{}, ddis: map[string][]Agent{}, queues: map[string][]Agent{},
		people: map[string]Agent{}, emails: map[tenant.PersonID]string{},
	}
	names := map[string]int{}
	for i := range s.People {
		p := &s.People[i]
		a := Agent{ID: p.ID, Name: cmp.Or(p.Name, p.Email)}
		r.people[string(p.ID)], r.people[strings.ToLower(p.Email)] = a, a
		r.emails[p.ID] = p.Email
		if name := personKey(p.Name); name != "" {
			if names[name]++; names[name] == 1 {
				r.people[name] = a
			} else {
				delete(r.people, name)
			}
		}
		for _, device := range p.Devices {
			r.devices[tenant.DeviceKey(device.Number)] = append(r.devices[tenant.DeviceKey(device.Number)], a)
			if full := r.numberKey(device.Number); full != "" && full != tenant.DeviceKey(device.Number) {
				r.devices[full] = append(r.devices[full], a)
			}
		}
		for _, ddi := range p.DDIs {
			r.ddis[r.numberKey(ddi)] = append(r.ddis[r.numberKey(ddi)], a)
		}
		for _, queue := range p.Queues {
			r.queues[queueKey(queue)] = append(r.queues[queueKey(queue)], a)
		}
	}
	return r
}

// numberKey makes the spellings of one number the same; a short one stays as it is.
func (r *routes) numberKey(text string) string {
	text = bareDevice(text)
	found := phone.Find(text, phone.FieldContext{Region: r.snapshot.Account.Region})
	if len(found) == 1 && !found[0].Number.IsShort() {
		return found[0].Number.Fold().E164()
	}
	return tenant.DeviceKey(text)
}

func queueKey(queue string) string { return strings.ToLower(strings.TrimSpace(queue)) }

func personKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// agents are who sees an event's device: whoever the phone system names, whose device it is, and whose the called number
// is; only if nobody is found, everybody of the queue.
func (r *routes) agents(e *Event) []Agent {
	var out []Agent
	add := func(more ...Agent) {
		for _, a := range more {
			if !slices.ContainsFunc(out, func(b Agent) bool { return a.ID == b.ID }) {
				out = append(out, a)
			}
		}
	}
	if a, ok := r.people[personKey(e.Agent)]; ok && e.Agent != "" {
		add(a)
	}
	if number := e.Device.Number; number != "" {
		if own, ok := r.devices[e.deviceKey()]; ok {
			add(own...)
		} else {
			add(r.devices[r.numberKey(number)]...)
		}
	}
	if len(out) == 0 && e.DDI.Number != "" && len(r.ddis) > 0 && e.Direction != Outbound {
		add(r.ddis[r.numberKey(e.DDI.Number)]...)
	}
	if len(out) == 0 && e.Queue != "" {
		add(r.queues[queueKey(e.Queue)]...)
	}
	return out
}

// one is the agent an event is about: whoever the phone system names, else whose alone the device is.
func (r *routes) one(t *told) (Agent, bool) {
	if a, ok := r.people[personKey(t.Agent)]; ok && t.Agent != "" {
		return a, true
	}
	if len(t.agents) == 1 {
		return t.agents[0], true
	}
	return Agent{}, false
}

// email is an agent's e-mail address, for scripts.
func (r *routes) email(a Agent) string { return r.emails[a.ID] }

// find returns the person an agent is called by: e-mail address, name, id or device.
func (r *routes) find(text string) (Agent, bool) {
	if a, ok := r.people[personKey(text)]; ok {
		return a, true
	}
	own := r.devices[tenant.DeviceKey(bareDevice(text))]
	if len(own) == 1 {
		return own[0], true
	}
	return Agent{}, false
}

// internal tells whether a text names one of the tenant's devices or is as short as an internal number.
func (r *routes) internal(text string, form phone.SystemForm) bool {
	if text == "" {
		return false
	}
	if len(r.devices[tenant.DeviceKey(bareDevice(text))]) > 0 {
		return true
	}
	reading, err := phone.Caller(text, form)
	return err == nil && reading.Kind == phone.CallerInternal
}
