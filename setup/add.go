package setup

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Draft is an integration to be added: the options of its preset and the common ones, by name.
type Draft struct {
	Name    string
	Preset  string
	Options map[string]string
}

// Add makes an integration of a preset, with the notification and the scripts the preset brings. It is enabled at once,
// unless someone still has to sign in at the CRM: then it stays a draft until the sign-in came back. Options that cannot
// be used are option.Problems, and nothing is added.
func (s *Setup) Add(ctx context.Context, by tenant.Actor, t tenant.ID, n Draft) (tenant.Integration, error) {
	p, err := s.preset(n.Preset)
	if err != nil {
		return tenant.Integration{}, err
	}
	c := change{preset: p, given: n.Options}
	if c.inherited, err = s.inherited(ctx, t, p); err != nil {
		return tenant.Integration{}, err
	}
	i := tenant.Integration{
		Tenant: t, Name: n.Name, Preset: p.ID, State: tenant.StateEnabled,
		Scripts:      scriptsOf(p),
		PathsTrusted: by.Kind == tenant.ActorCommand,
	}
	if i.Name == "" {
		i.Name = p.Name
	}
	values, secrets, err := s.apply(&i, c)
	if err != nil {
		return tenant.Integration{}, err
	}
	if p, err = completed(p, i); err != nil {
		return tenant.Integration{}, err
	}
	i.Notification = notificationOf(p)
	if !i.Pushed {
		if err := s.canSignIn(p, values); err != nil {
			return tenant.Integration{}, err
		}
	}
	if s.waits(p, i, values) {
		i.State = tenant.StateDraft
	}
	return s.keep(ctx, by, i, secrets)
}

// waits tells whether an integration cannot work yet: somebody has to sign in at the CRM, or to upload a file.
func (s *Setup) waits(p *presets.Preset, i tenant.Integration, v option.Values) bool {
	return !i.Pushed && (p.NeedsPerson(v) || s.lacksFile(p, i, v))
}

// keep stores a new integration. One with secrets is enabled only when they are stored too, so that no run begins without.
func (s *Setup) keep(ctx context.Context, by tenant.Actor, i tenant.Integration, secrets map[string]tenant.Secret) (tenant.Integration, error) {
	if len(secrets) == 0 {
		return s.d.Directory.AddIntegration(ctx, by, i.Tenant, i)
	}
	meant := i.State
	i.State = tenant.StateDraft
	i, err := s.d.Directory.AddIntegration(ctx, by, i.Tenant, i)
	if err != nil {
		return i, err
	}
	if err := s.d.Directory.SetSecrets(ctx, by, i.Tenant, i.ID, secrets); err != nil {
		return i, fmt.Errorf("keep the secrets of %s: %w", i.ID, err)
	}
	return s.d.Directory.SetIntegration(ctx, by, i.Tenant, i.ID, func(i *tenant.Integration) error {
		i.State = meant
		return nil
	})
}

// Change sets options of an integration. An empty value removes one. A draft that needs no sign-in any more is enabled. With another
// address, secrets have to be given again and somebody has to sign in again: what is saved is for the address it was given for.
func (s *Setup) Change(ctx context.Context, by tenant.Actor, t tenant.ID, id tenant.IntegrationID, options map[string]string) (tenant.Integration, error) {
	before, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return before, err
	}
	c := change{given: options}
	if c.preset, err = s.preset(before.Preset); err != nil {
		return before, err
	}
	if c.inherited, err = s.inherited(ctx, t, c.preset); err != nil {
		return before, err
	}
	if c.kept, err = s.d.Directory.Secrets(ctx, t, id); err != nil {
		return before, err
	}
	left := false // the address the tokens are for
	edit := func(i *tenant.Integration) (map[string]tenant.Secret, error) {
		was := c.together(i.Options, nil)
		if c.setsPath() { // whoever named the file is who is trusted with it
			i.PathsTrusted = by.Kind == tenant.ActorCommand
		}
		values, secrets, err := s.apply(i, c)
		if err == nil && i.State == tenant.StateDraft && i.Wizard == nil && !s.waits(c.preset, *i, values) {
			i.State = tenant.StateEnabled
		}
		if err == nil {
			away, gone := c.moved(was, values)
			left = away || gone
		}
		return secrets, err
	}
	trial := before
	secrets, err := edit(&trial)
	if err != nil {
		return before, err
	}
	if left {
		if err := s.d.Directory.SetCredential(ctx, t, id, grantName, nil); err != nil {
			return before, fmt.Errorf("forget the sign-in of %s: %w", id, err)
		}
	}
	if len(secrets) > 0 {
		if err := s.d.Directory.SetSecrets(ctx, by, t, id, secrets); err != nil {
			return before, fmt.Errorf("keep the secrets of %s: %w", id, err)
		}
	}
	return s.d.Directory.SetIntegration(ctx, by, t, id, func(i *tenant.Integration) error {
		_, err := edit(i)
		return err
	})
}

func notificationOf(p *presets.Preset) []tenant.NotificationField {
	var fields []tenant.NotificationField
	for _, name := range p.Notification {
		fields = append(fields, tenant.NotificationField{Field: name, Title: titleOf(name)})
	}
	return fields
}

// titleOf is how a common field is called on a notification.
func titleOf(field string) string {
	switch field {
	case "DisplayName":
		return "Name"
	case "FirstName":
		return "First name"
	case "LastName":
		return "Last name"
	case scripts.PopUpURI:
		return "Link"
	}
	return field
}

func scriptsOf(p *presets.Preset) []tenant.Script {
	var list []tenant.Script
	for _, sc := range p.Scripts {
		list = append(list, tenant.Script{
			ID: tenant.NewScriptID(), Name: sc.Name, URL: sc.URL, When: tenant.When(whenOf(p, sc)), Pop: sc.Pop, Server: requestOf(sc),
		})
	}
	return list
}
