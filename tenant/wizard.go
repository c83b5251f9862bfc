package tenant

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Wizard is how far a draft is set up. Where the draft is a copy of an integration that goes on meanwhile, the copy's settings
// become that one's by [Directory.TakeOver].
type Wizard struct {
	Of       IntegrationID `json:"of,omitempty"`      // the integration this is a copy of; "" = a new one
	Base     *Integration  `json:"base,omitempty"`    // of a copy: that integration as it was when somebody saw it last
	Entry    uint64        `json:"entry,omitempty"`   // of a copy: the newest entry of the audit log then
	Revision uint64        `json:"revision"`          // counts what people saved, in the steps and elsewhere
	Tested   string        `json:"tested,omitempty"`  // stands for the settings with which the connection was tested last
	Seen     []string      `json:"seen,omitempty"`    // steps somebody has been through
	Uploaded time.Time     `json:"uploaded,omitzero"` // of the file that was uploaded in the steps
	Touched  time.Time     `json:"touched"`           // when it was saved last
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

// draft is one that was not saved since somebody saw it at that revision.
func (v view) draft(t ID, id IntegrationID, revision uint64) (Integration, error) {
	i, err := v.integration(t, id)
	switch {
	case err != nil:
		return i, err
	case i.Wizard == nil:
		return i, fmt.Errorf("draft %s: %w", id, ErrNotFound)
	case i.Wizard.Revision != revision:
		return i, fmt.Errorf("draft %s: %w", id, ErrRevision)
	}
	return i, nil
}

// SetDraft is [Directory.SetIntegration] and [Directory.SetSecrets] of a draft in one. It is [ErrRevision], and nothing is
// changed, if the draft was saved since the person saw it at that revision.
func (d *Directory) SetDraft(ctx context.Context, by Actor, t ID, id IntegrationID, revision uint64, secrets map[string]Secret, change func(*Integration) error) (Integration, error) {
	var i Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		before, err := tx.draft(t, id, revision)
		if err != nil {
			return note{}, err
		}
		i = before.clone()
		if err := change(&i); err != nil {
			return note{}, err
		}
		now := d.now().UTC()
		i.ID, i.Tenant, i.Created, i.Revision, i.State = before.ID, before.Tenant, before.Created, before.Revision+1, StateDraft
		seen := i.Wizard.Seen
		i.Wizard = before.clone().Wizard
		i.Wizard.Seen, i.Wizard.Revision, i.Wizard.Touched = seen, revision+1, now
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

// NoteDraft remembers something of a draft that is no change of its settings: a test, a file.
func (d *Directory) NoteDraft(ctx context.Context, t ID, id IntegrationID, write func(*Wizard)) error {
	return d.update(ctx, t, func(tx tx) error {
		i, err := tx.integration(t, id)
		if err != nil || i.Wizard == nil {
			return err
		}
		i = i.clone()
		write(i.Wizard)
		return tx.putIntegration(i)
	})
}
