package setup

import (
	"context"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/phone"
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
// unless someone still has to sign in at the CRM: then it stays a draft until the sign-in came back.
func (s *Setup) Add(ctx context.Context, by tenant.Actor, t tenant.ID, n Draft) (tenant.Integration, error) {
	p, err := s.preset(n.Preset)
	if err != nil {
		return tenant.Integration{}, err
	}
	i := tenant.Integration{
		Tenant: t, Name: n.Name, Preset: p.ID, State: tenant.StateEnabled,
		Notification: notificationOf(p), Scripts: scriptsOf(p),
		PathsTrusted: by.Kind == tenant.ActorCommand,
	}
	if i.Name == "" {
		i.Name = p.Name
	}
	values, secrets, err := s.apply(ctx, &i, p, n.Options, nil)
	if err != nil {
		return tenant.Integration{}, err
	}
	if needsPerson(p, values) {
		i.State = tenant.StateDraft
	}
	i, err = s.d.Directory.AddIntegration(ctx, by, t, i)
	if err != nil || len(secrets) == 0 {
		return i, err
	}
	if err := s.d.Directory.SetSecrets(ctx, by, t, i.ID, secrets); err != nil {
		return i, fmt.Errorf("keep the secrets of %s: %w", i.ID, err)
	}
	return s.d.Directory.Integration(ctx, t, i.ID)
}

// Change sets options of an integration. An empty value removes one.
func (s *Setup) Change(ctx context.Context, by tenant.Actor, t tenant.ID, id tenant.IntegrationID, options map[string]string) (tenant.Integration, error) {
	before, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil {
		return before, err
	}
	p, err := s.preset(before.Preset)
	if err != nil {
		return before, err
	}
	kept, err := s.d.Directory.Secrets(ctx, t, id)
	if err != nil {
		return before, err
	}
	var secrets map[string]tenant.Secret
	after, err := s.d.Directory.SetIntegration(ctx, by, t, id, func(i *tenant.Integration) error {
		i.PathsTrusted = by.Kind == tenant.ActorCommand || i.PathsTrusted && !setsPath(p, options)
		_, secrets, err = s.apply(ctx, i, p, options, kept)
		return err
	})
	if err != nil || len(secrets) == 0 {
		return after, err
	}
	return after, s.d.Directory.SetSecrets(ctx, by, t, id, secrets)
}

// apply checks options against the preset and the common settings and writes them into i. It returns all values of the
// preset's options, and apart the secrets that were given.
func (s *Setup) apply(ctx context.Context, i *tenant.Integration, p *presets.Preset, given map[string]string, kept map[string]tenant.Secret) (option.Values, map[string]tenant.Secret, error) {
	own, common := s.divide(p, given)
	all, err := s.inherited(ctx, i.Tenant, p.ID)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range i.Options {
		all[name] = value
	}
	for name, value := range kept {
		all[name] = value.Reveal()
	}
	for name, value := range own {
		all[name] = value
	}
	values, err := p.Options.Validate(all)
	if err != nil {
		return nil, nil, err
	}
	commonValues, err := s.commonly.Validate(common)
	if err != nil {
		return nil, nil, err
	}
	if err := checkBlocks(commonValues.List("blocks")); err != nil {
		return nil, nil, err
	}
	applyCommon(i, commonValues, common)
	secrets := keep(i, p, values, own)
	return values, secrets, s.checkPaths(p, i)
}

// divide tells the preset's options from the common ones; the preset's win where both have a name.
func (s *Setup) divide(p *presets.Preset, given map[string]string) (own, common map[string]string) {
	own, common = map[string]string{}, map[string]string{}
	for name, value := range given {
		_, ofPreset := p.Options.Find(name)
		_, ofAll := s.commonly.Find(name)
		if ofAll && !ofPreset {
			common[name] = value
		} else {
			own[name] = value // unknown names too: the preset's validation names the nearest one
		}
	}
	return own, common
}

// keep stores what was given, in the spelling of the declaration; defaults are not stored, so that they can improve.
func keep(i *tenant.Integration, p *presets.Preset, values option.Values, given map[string]string) map[string]tenant.Secret {
	if i.Options == nil {
		i.Options = map[string]string{}
	}
	secrets := map[string]tenant.Secret{}
	for name, raw := range given {
		o, ok := p.Options.Find(name)
		switch {
		case !ok:
		case o.IsSecret():
			secrets[o.Name] = tenant.NewSecret(values.Get(o.Name))
		case strings.TrimSpace(raw) == "":
			delete(i.Options, o.Name)
		default:
			i.Options[o.Name] = values.Get(o.Name)
		}
	}
	return secrets
}

func checkBlocks(blocks []string) error {
	for _, text := range blocks {
		if _, err := phone.ParseBlock(text); err != nil {
			return option.Problems{{Option: "blocks", Code: option.CodeMalformed, Text: "has a range that cannot be read: " + err.Error()}}
		}
	}
	return nil
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
			ID: tenant.NewScriptID(), Name: sc.Name, URL: sc.URL, When: tenant.When(sc.When), Pop: sc.Pop,
		})
	}
	return list
}
