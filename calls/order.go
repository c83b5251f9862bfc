package calls

import (
	"cmp"
	"strings"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// orderOf reads who calls whom, and writes the number as the phone system wants it dialled.
func orderOf(s *tenant.Snapshot, r DialRequest) (Order, error) {
	system := systemOf(s, r.System)
	o := Order{Tenant: r.Tenant, System: system.ID}
	agent, ok := routesOf(s).find(r.Agent)
	if !ok || r.Agent == "" {
		return o, &DialError{wording.New("calls.no_agent_name", "there is no agent of that name"), wording.New("calls.name_agent_by_e_mail", "name an agent by e-mail address, name, id or device number")}
	}
	o.Agent, o.Name = agent.ID, agent.Name
	for i := range s.People {
		if p := &s.People[i]; p.ID == agent.ID && len(p.Devices) > 0 {
			o.Device = p.Devices[0].Number
			for _, d := range p.Devices {
				if tenant.DeviceKey(d.Number) == tenant.DeviceKey(bareDevice(r.Agent)) {
					o.Device = d.Number
				}
			}
		}
	}
	if o.Device == "" {
		return o, &DialError{wording.New("calls.agent_has_no_device_call", "the agent has no device to call from"), wording.New("calls.give_agent_device", "give the agent a device")}
	}
	form := system.Form(s.Account.Region)
	outside := form.OutsidePrefix
	form.OutsidePrefix = "" // what a person types has none
	reading, err := phone.Caller(r.Number, form)
	switch {
	case err != nil:
	case reading.Kind == phone.CallerInternal:
		o.Digits = reading.Internal
		return o, nil
	case reading.Kind == phone.CallerNumber && len(reading.Candidates()) > 0:
		o.Number = reading.Candidates()[0].Number
		o.Digits = dialled(o.Number, form, cmp.Or(s.Account.Region, form.Region), outside)
		return o, nil
	}
	return o, &DialError{wording.New("calls.no_number", "the text holds no number that can be called"), wording.New("calls.give_one", "give one number, such as +31201234567 or 020 123 4567")}
}

// dialled writes a number in the phone system's own form behind its outside prefix.
func dialled(n phone.Number, form phone.SystemForm, region, outside string) string {
	switch {
	case n.IsShort():
		return outside + n.National()
	case form.Form == phone.FormE164:
		return n.E164() // a plus needs no prefix
	case form.Form == phone.FormE164Digits:
		return outside + strings.TrimPrefix(n.E164(), "+")
	}
	return outside + n.Dialled(cmp.Or(form.Region, region))
}

// systemOf is the phone system of that id, else the default one, else one nothing is known of.
func systemOf(s *tenant.Snapshot, id tenant.SystemID) tenant.System {
	if system, ok := s.System(id); ok {
		return system
	}
	for _, system := range s.Systems {
		if system.Name == tenant.DefaultSystem {
			return system
		}
	}
	if len(s.Systems) > 0 {
		return s.Systems[0]
	}
	return tenant.System{}
}
