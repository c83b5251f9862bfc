package calls

import (
	"context"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// Said is what somebody says of a number: "This is …".
type Said struct {
	Number  string // as the phone system sent it or as typed
	Name    string
	Company string
	// Of a contact that a CRM has under another number, that number and the record; name and company come from there.
	Via    string
	Record Record
}

// Link keeps whose number it is. When it returns, whoever asks is told so, and the live calls of the number show it.
func (d *Desk) Link(ctx context.Context, by tenant.Actor, t tenant.ID, s Said) (tenant.Link, error) {
	r := d.room(t)
	routes, err := r.routesNow(ctx)
	if err != nil {
		return tenant.Link{}, err
	}
	link := tenant.Link{Name: s.Name, Company: s.Company}
	if link.Number, err = routes.e164(s.Number); err != nil {
		return tenant.Link{}, err
	}
	if s.Record.ID != "" {
		if err := d.linkRecord(ctx, routes, &link, s); err != nil {
			return tenant.Link{}, err
		}
	}
	if link, err = d.d.Directory.AddLink(ctx, by, t, link); err != nil {
		return tenant.Link{}, err
	}
	d.relabelLive(ctx, r, link.Number)
	d.Synced(t)
	return link, nil
}

// e164 is the number a text holds.
func (r *routes) e164(text string) (string, error) {
	reading, err := phone.Caller(text, systemOf(r.snapshot, "").Form(r.snapshot.Account.Region))
	if err != nil || reading.Kind != phone.CallerNumber || len(reading.Candidates()) == 0 || reading.Candidates()[0].Number.IsShort() {
		return "", wording.Errorf(tenant.ErrInvalid, "calls.text_holds_no_number_can", "the text holds no number that can be called from outside")
	}
	return reading.Candidates()[0].Number.E164(), nil
}

// linkRecord finds the contact that is meant under the number the CRM has for it.
func (d *Desk) linkRecord(ctx context.Context, routes *routes, l *tenant.Link, s Said) error {
	via, err := routes.e164(s.Via)
	if err != nil {
		return err
	}
	a, err := d.ask(ctx, routes, &told{Event: &Event{Tenant: routes.snapshot.Account.ID, Direction: Inbound}}, Party{Number: via})
	if err != nil {
		return err
	}
	known, err := knownOf(a)
	if err != nil {
		return err
	}
	for i := range known.Matches {
		if m := &known.Matches[i]; recordOf(m) == s.Record && m.Integration.ID != "" {
			l.Name, l.Company, l.Via = m.Name, m.Company, via
			l.Integration, l.Type, l.Record = s.Record.Integration, s.Record.Type, s.Record.ID
			return nil
		}
	}
	return wording.Errorf(tenant.ErrInvalid, "calls.no_such_contact_under_number", "there is no such contact under that number")
}

// relabelLive shows on live calls of a number who is known now.
func (d *Desk) relabelLive(ctx context.Context, r *room, number string) {
	routes, err := r.routesNow(ctx)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.use(routes)
	for c := range r.live {
		if c.known.Number.E164 != number {
			continue
		}
		known, _, err := d.recognise(ctx, routes, &told{Event: c.question(r.tenant)})
		if err != nil {
			d.d.Log.Warn("live call not looked up again", "tenant", r.tenant, "error", err)
			continue
		}
		c.show(known, d.d.Now().UTC())
		who := audience{}
		r.audienceOf(c, who)
		r.tell(who)
		r.write(c)
	}
}
