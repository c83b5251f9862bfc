package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/tenant"
)

// draftLife is how long a draft is kept that nobody goes on with.
const draftLife = 14 * 24 * time.Hour

// ErrUntested means a draft whose connection was not tested with the settings it has.
var ErrUntested = errors.New("the connection was not tested with these settings")

// Begin makes a draft of a preset, to be set up step by step. Nothing has to be set yet.
func (s *Setup) Begin(ctx context.Context, by tenant.Actor, t tenant.ID, preset, lang string) (tenant.Integration, error) {
	p, err := s.preset(preset)
	if err != nil {
		return tenant.Integration{}, err
	}
	p = p.In(lang)
	return s.d.Directory.AddIntegration(ctx, by, t, tenant.Integration{
		Name: p.Name, Preset: p.ID, State: tenant.StateDraft, Notification: notificationOf(p), Scripts: scriptsOf(p),
		Pushed: p.Reads() && !p.Opens(), Wizard: &tenant.Wizard{Touched: s.d.Now().UTC()},
	})
}

// Reopen makes the draft in which the settings of an integration are changed, or finds the one there is. The integration goes
// on as it is until [Setup.Finish]. One that is not set up yet is its own draft.
func (s *Setup) Reopen(ctx context.Context, by tenant.Actor, t tenant.ID, id tenant.IntegrationID) (tenant.Integration, error) {
	i, err := s.d.Directory.Integration(ctx, t, id)
	if err != nil || i.Wizard != nil {
		return i, err
	}
	if i.State == tenant.StateDraft { // made by a command or the API
		return s.d.Directory.SetIntegration(ctx, by, t, id, func(i *tenant.Integration) error {
			i.Wizard = &tenant.Wizard{Touched: s.d.Now().UTC()}
			return nil
		})
	}
	return s.d.Directory.Copy(ctx, by, t, id)
}

// SaveDraft sets options of a draft, as [Setup.Change] does, but leaves it to [Setup.Lacks] to say what is missing. more
// writes what else a step is about; it may be nil. The error wraps [tenant.ErrRevision] if somebody else saved meanwhile.
func (s *Setup) SaveDraft(ctx context.Context, by tenant.Actor, i tenant.Integration, revision uint64, options map[string]string, more func(i *tenant.Integration)) (tenant.Integration, error) {
	c := change{given: options, partial: true}
	var err error
	if c.preset, err = s.preset(i.Preset); err != nil {
		return i, err
	}
	if c.inherited, err = s.inherited(ctx, i.Tenant, c.preset); err != nil {
		return i, err
	}
	if c.kept, err = s.d.Directory.Secrets(ctx, i.Tenant, i.ID); err != nil {
		return i, err
	}
	trial, was := i, c.together(i.Options, nil)
	values, secrets, err := s.apply(&trial, c)
	if err != nil {
		return i, err
	}
	saved, err := s.d.Directory.SetDraft(ctx, by, i.Tenant, i.ID, revision, secrets, func(i *tenant.Integration) error {
		if c.setsPath() {
			i.PathsTrusted = false
		}
		if len(options) > 0 {
			if _, _, err := s.apply(i, c); err != nil {
				return err
			}
		}
		if more != nil {
			more(i)
		}
		return nil
	})
	if away, gone := c.moved(was, values); err == nil && (away || gone) {
		err = s.d.Directory.SetCredential(ctx, i.Tenant, i.ID, grantName, nil)
	}
	return saved, err
}

// Lacks says what keeps a draft's settings from being used, as option.Problems: what has to be set and is not, or does not fit.
func (s *Setup) Lacks(ctx context.Context, i tenant.Integration) error {
	p, err := s.preset(i.Preset)
	if err != nil {
		return err
	}
	c := change{preset: p}
	if c.inherited, err = s.inherited(ctx, i.Tenant, p); err != nil {
		return err
	}
	if c.kept, err = s.d.Directory.Secrets(ctx, i.Tenant, i.ID); err != nil {
		return err
	}
	_, _, err = s.apply(&i, c)
	return err
}

// Inherited names the options that the operator or a reseller has set for a tenant's integrations of a preset.
func (s *Setup) Inherited(ctx context.Context, t tenant.ID, p *presets.Preset) ([]string, error) {
	set, err := s.inherited(ctx, t, p)
	return slices.Sorted(maps.Keys(set)), err
}

// SignIn tells whether somebody has to sign in at the CRM for an integration as it is set, and whether somebody has.
func (s *Setup) SignIn(ctx context.Context, i tenant.Integration) (needed, done bool, err error) {
	p, err := s.preset(i.Preset)
	if err != nil || i.Pushed {
		return false, false, err
	}
	values, _ := s.partial(ctx, i, p)
	if !p.NeedsPerson(values) {
		return false, false, nil
	}
	holder, err := s.tokenHolder(ctx, i, p, values)
	if err != nil {
		return true, false, nil // cannot be told before the options are complete
	}
	_, err = s.d.Directory.Credential(ctx, i.Tenant, holder.ID, grantName)
	if errors.Is(err, tenant.ErrNotFound) {
		return true, false, nil
	}
	return true, err == nil, err
}

// partial are an integration's values as far as they are set.
func (s *Setup) partial(ctx context.Context, i tenant.Integration, p *presets.Preset) (option.Values, error) {
	q := *p
	q.Options = optional(p.Options)
	return s.values(ctx, i, &q)
}

// valuesSoFar are an integration's values; of a draft that is being set up, those there are: somebody has to sign in before
// the CRM can say what else there is to choose.
func (s *Setup) valuesSoFar(ctx context.Context, i tenant.Integration, p *presets.Preset) (option.Values, error) {
	if i.Wizard != nil {
		return s.partial(ctx, i, p)
	}
	return s.values(ctx, i, p)
}

// tokenHolder is whose tokens an integration uses. A copy in which nobody has signed in uses those of the integration it was
// made of, as long as it is the same app at the same place, and they are sent to no other address: two copies of a token would
// end each other's life.
func (s *Setup) tokenHolder(ctx context.Context, i tenant.Integration, p *presets.Preset, values option.Values) (tenant.Integration, error) {
	if i.CopyOf() == "" || !p.NeedsSignIn(values) {
		return i, nil
	}
	_, err := s.d.Directory.Credential(ctx, i.Tenant, i.ID, grantName)
	if !errors.Is(err, tenant.ErrNotFound) {
		return i, err
	}
	mine, err := oauth.FromPreset(p, values)
	if err != nil {
		return i, err
	}
	of, theirs, err := s.provider(ctx, i.Tenant, i.CopyOf())
	if err != nil || !mine.Same(theirs) || len(boundParts(p.Options, i, of)) > 0 {
		return i, nil //nolint:nilerr // where the other cannot be told, there is nothing to share
	}
	return of, nil
}

// Settings stands for everything a test of the connection is about: other settings, another sign-in or another file have
// another one.
func (s *Setup) Settings(ctx context.Context, i tenant.Integration) (string, error) {
	p, err := s.preset(i.Preset)
	if err != nil {
		return "", err
	}
	values, _ := s.partial(ctx, i, p)
	all := map[string]string{}
	for _, name := range values.Names() {
		all[name] = values.Get(name)
	}
	of := []any{p.ID, all, i.Objects, i.Region, i.AreaCode, i.CountryField, i.Fax, i.Pushed}
	if holder, err := s.tokenHolder(ctx, i, p, values); err == nil {
		raw, err := s.d.Directory.Credential(ctx, i.Tenant, holder.ID, grantName)
		if err != nil && !errors.Is(err, tenant.ErrNotFound) {
			return "", err
		}
		of = append(of, holder.ID, len(raw) > 0) // a renewed token is the same sign-in
	}
	if files, err := s.Uploads(ctx, i.Tenant, i.ID); err == nil {
		of = append(of, files)
	}
	raw, err := json.Marshal(of)
	if err != nil {
		return "", fmt.Errorf("settings of %s: %w", i.ID, err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12]), nil
}

// Tested tells whether an integration's connection was tested with the settings it has, or needs no test: where the server
// reads nothing, there is nothing to test.
func (s *Setup) Tested(ctx context.Context, i tenant.Integration) (bool, error) {
	p, err := s.preset(i.Preset)
	if err != nil {
		return false, err
	}
	if i.Pushed || !p.Opens() {
		return true, nil
	}
	now, err := s.Settings(ctx, i)
	return err == nil && i.Wizard != nil && i.Wizard.Tested == now, err
}

// Finish puts a draft into effect: a new integration is enabled, and a copy's settings become those of the integration it was
// made of. It returns that one. Settings that cannot be used are option.Problems, untested ones [ErrUntested]; what others have
// changed and nobody has settled is [ErrMeanwhile].
func (s *Setup) Finish(ctx context.Context, by tenant.Actor, i tenant.Integration, revision uint64) (tenant.Integration, error) {
	if i.Wizard == nil {
		return i, fmt.Errorf("draft %s: %w", i.ID, tenant.ErrNotFound)
	}
	if i.Wizard.Revision != revision {
		return i, fmt.Errorf("draft %s: %w", i.ID, tenant.ErrRevision)
	}
	if err := s.Lacks(ctx, i); err != nil {
		return i, err
	}
	if tested, err := s.Tested(ctx, i); err != nil || !tested {
		return i, errors.Join(err, ErrUntested)
	}
	if i.CopyOf() != "" {
		return s.finishCopy(ctx, by, i)
	}
	if err := s.UseUpload(ctx, by, i.Tenant, i.ID); err != nil {
		return i, err
	}
	return s.d.Directory.SetIntegration(ctx, by, i.Tenant, i.ID, func(i *tenant.Integration) error {
		if i.Wizard == nil || i.Wizard.Revision != revision {
			return fmt.Errorf("draft %s: %w", i.ID, tenant.ErrRevision)
		}
		i.State, i.Wizard = tenant.StateEnabled, nil
		return nil
	})
}

// finishCopy can be done again where something went wrong in between: the copy goes last.
func (s *Setup) finishCopy(ctx context.Context, by tenant.Actor, i tenant.Integration) (tenant.Integration, error) {
	done, err := s.d.Directory.TakeOver(ctx, by, i.Tenant, i.ID, i.Wizard.Revision, grantName, takeOver)
	if err != nil {
		return i, err
	}
	s.sign.drop(done.ID)
	s.sign.drop(i.ID)
	if err := s.UseUpload(ctx, by, done.Tenant, done.ID); err != nil {
		return done, err
	}
	err = s.d.Directory.SetConnection(ctx, done.Tenant, done.ID, tenant.ConnectionState{Health: tenant.HealthOK, Since: s.d.Now()})
	return done, errors.Join(err, s.remove(ctx, by, i))
}

// Abandon throws a draft away, with what it was given at the CRM.
func (s *Setup) Abandon(ctx context.Context, by tenant.Actor, i tenant.Integration) error {
	if i.Wizard == nil {
		return fmt.Errorf("draft %s: %w", i.ID, tenant.ErrNotFound)
	}
	if _, err := s.d.Directory.Credential(ctx, i.Tenant, i.ID, grantName); err == nil {
		s.Revoke(ctx, i)
	}
	if i.CopyOf() != "" {
		files, err := s.Uploads(ctx, i.Tenant, i.ID)
		if err == nil && files.Waiting != nil && files.Waiting.Uploaded.Equal(i.Wizard.Uploaded) { // not somebody else's
			err = s.DropUpload(ctx, i.Tenant, i.ID)
		}
		if err != nil && !errors.Is(err, ErrNoUpload) && !errors.Is(err, tenant.ErrNotFound) {
			return err
		}
	}
	return s.remove(ctx, by, i)
}

// AbandonCopies throws the copy of an integration away that somebody is changing, because the integration itself goes.
func (s *Setup) AbandonCopies(ctx context.Context, by tenant.Actor, of tenant.Integration) error {
	drafts, err := s.d.Directory.Drafts(ctx, of.Tenant)
	for _, i := range drafts {
		if i.CopyOf() == of.ID {
			err = errors.Join(err, s.Abandon(ctx, by, i))
		}
	}
	return err
}

func (s *Setup) remove(ctx context.Context, by tenant.Actor, i tenant.Integration) error {
	s.sign.drop(i.ID)
	e, err := s.d.Directory.RemoveIntegration(ctx, by, i.Tenant, i.ID)
	if err != nil {
		return err
	}
	if _, err := s.EraseUploads(i.Tenant, i.ID); err != nil {
		return err
	}
	_, err = s.d.Directory.FinishErasure(ctx, e)
	return err
}

// ExpireDrafts throws away what nobody has gone on with for a fortnight.
func (s *Setup) ExpireDrafts(ctx context.Context) error {
	server := tenant.Server("drafts")
	accounts, err := s.d.Directory.Accounts(ctx, server)
	if err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	var errs []error
	for _, a := range accounts {
		if a.Kind != tenant.KindTenant {
			continue
		}
		drafts, err := s.d.Directory.Drafts(ctx, a.ID)
		errs = append(errs, err)
		for _, i := range drafts {
			if s.d.Now().Sub(i.Wizard.Touched) > draftLife {
				errs = append(errs, s.Abandon(ctx, server, i))
			}
		}
	}
	return errors.Join(errs...)
}
