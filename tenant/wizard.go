package tenant

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// Wizard is how far a draft is set up. Where the draft is a copy of an integration that goes on meanwhile, the copy's settings
// become that one's by [Directory.TakeOver].
type Wizard struct {
	Of       IntegrationID `json:"of,omitempty"`     // the integration this is a copy of; "" = a new one
	Revision uint64        `json:"revision"`         // counts what people saved in the steps
	Tested   string        `json:"tested,omitempty"` // stands for the settings with which the connection was tested last
	Seen     []string      `json:"seen,omitempty"`   // steps somebody has been through
	Touched  time.Time     `json:"touched"`          // when it was saved last
}

// ErrRevision means that somebody else, or another window, has saved the same draft since.
var ErrRevision = errors.New("saved elsewhere meanwhile")

// CopyOf is the integration a draft is a copy of, "" if it is none.
func (i Integration) CopyOf() IntegrationID {
	if i.Wizard == nil {
		return ""
	}
	return i.Wizard.Of
}

// Drafts returns what is being set up in a tenant, copies too.
func (d *Directory) Drafts(ctx context.Context, t ID) ([]Integration, error) {
	all, err := d.allIntegrations(ctx, t)
	var drafts []Integration
	for _, i := range all {
		if i.Wizard != nil {
			drafts = append(drafts, i)
		}
	}
	return drafts, err
}

// Copy makes a draft with the settings and secrets of an integration, to be changed while that one goes on.
func (d *Directory) Copy(ctx context.Context, by Actor, t ID, of IntegrationID) (Integration, error) {
	from, err := d.Integration(ctx, t, of)
	if err != nil {
		return Integration{}, err
	}
	c := from.clone()
	c.State, c.Wizard = StateDraft, &Wizard{Of: of, Touched: d.now().UTC()}
	if c, err = d.AddIntegration(ctx, by, t, c); err != nil {
		return c, err
	}
	secrets, err := d.Secrets(ctx, t, of)
	if err != nil || len(secrets) == 0 {
		return c, err
	}
	if err := d.SetSecrets(ctx, by, t, c.ID, secrets); err != nil {
		return c, err
	}
	return d.Integration(ctx, t, c.ID)
}

// SetDraft is [Directory.SetIntegration] and [Directory.SetSecrets] of a draft in one. It is [ErrRevision], and nothing is
// changed, if the draft was saved since the person saw it at that revision.
func (d *Directory) SetDraft(ctx context.Context, by Actor, t ID, id IntegrationID, revision uint64, secrets map[string]Secret, change func(*Integration) error) (Integration, error) {
	var i Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		before, err := tx.integration(t, id)
		if err != nil {
			return note{}, err
		}
		if before.Wizard == nil {
			return note{}, fmt.Errorf("draft %s: %w", id, ErrNotFound)
		}
		if before.Wizard.Revision != revision {
			return note{}, fmt.Errorf("draft %s: %w", id, ErrRevision)
		}
		i = before.clone()
		if err := change(&i); err != nil {
			return note{}, err
		}
		now := d.now().UTC()
		i.ID, i.Tenant, i.Created, i.Revision, i.State = before.ID, before.Tenant, before.Created, before.Revision+1, StateDraft
		i.Wizard.Of, i.Wizard.Revision, i.Wizard.Touched = before.Wizard.Of, revision+1, now
		i.SecretsSet, i.Changed = before.SecretsSet, now
		if err := i.normalise(); err != nil {
			return note{}, err
		}
		if err := tx.mergeSecrets(&i, secrets, now); err != nil {
			return note{}, err
		}
		return note{Action: "integration.draft", Object: string(id), Name: i.Name, Details: changedIntegration(before, i)}, tx.putIntegration(i)
	})
	return i, err
}

func (t tx) mergeSecrets(i *Integration, secrets map[string]Secret, now time.Time) error {
	if len(secrets) == 0 {
		return nil
	}
	texts, err := t.secrets(i.Tenant, i.ID)
	if err != nil {
		return err
	}
	i.SecretsSet = texts.merge(secrets, i.SecretsSet, now)
	return t.putSecrets(i.Tenant, i.ID, texts)
}

// NoteTested remembers with which settings a draft's connection was tested. It is no change of the draft.
func (d *Directory) NoteTested(ctx context.Context, t ID, id IntegrationID, settings string) error {
	return d.update(ctx, t, func(tx tx) error {
		i, err := tx.integration(t, id)
		if err != nil || i.Wizard == nil {
			return err
		}
		i = i.clone()
		i.Wizard.Tested = settings
		return tx.putIntegration(i)
	})
}

// TakeOver makes the settings and secrets of a copy, and the credential of that name if the copy has one of its own, those of
// the integration it was made of: all of them in one transaction. What merge writes is what changes. The copy stays, for the
// caller to remove.
func (d *Directory) TakeOver(ctx context.Context, by Actor, t ID, draft IntegrationID, credential string, merge func(from Integration, into *Integration)) (Integration, error) {
	var i Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		from, err := tx.integration(t, draft)
		if err != nil {
			return note{}, err
		}
		before, err := tx.integration(t, from.CopyOf())
		if err != nil {
			return note{}, err
		}
		i = before.clone()
		merge(from.clone(), &i)
		i.ID, i.Tenant, i.Created, i.Revision = before.ID, before.Tenant, before.Created, before.Revision+1
		i.Changed, i.SecretsSet, i.Wizard = d.now().UTC(), maps.Clone(from.SecretsSet), nil
		if err := i.normalise(); err != nil {
			return note{}, err
		}
		texts, err := tx.secrets(t, draft)
		if err != nil {
			return note{}, err
		}
		if err := tx.putSecrets(t, i.ID, texts); err != nil {
			return note{}, err
		}
		if err := tx.moveCredential(t, draft, i.ID, credential); err != nil {
			return note{}, err
		}
		return note{Action: "integration.set", Object: string(i.ID), Name: i.Name, Details: changedIntegration(before, i)}, tx.putIntegration(i)
	})
	return i, err
}

// moveCredential gives another integration a credential, if there is one.
func (t tx) moveCredential(account ID, from, to IntegrationID, name string) error {
	value, err := getSecret[[]byte](t.view, account, from, place(account, placeCredential, string(from)+"/"+name))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	sealer, err := t.d.keys.SecretsKey(account, to)
	if err != nil {
		return err
	}
	return t.putWith(sealer, place(account, placeCredential, string(to)+"/"+name), value)
}
