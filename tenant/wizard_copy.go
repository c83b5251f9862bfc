package tenant

import (
	"context"
	"errors"
	"fmt"
	"maps"
)

// errCopied ends a transaction that finds a copy where it was to make one.
var errCopied = errors.New("there is a copy")

// Copy makes a draft with the settings and secrets of an integration, to be changed while that one goes on; if there is one, it
// is that. The draft remembers what it was made of, so that what others change meanwhile is not written over unseen.
func (d *Directory) Copy(ctx context.Context, by Actor, t ID, of IntegrationID) (Integration, error) {
	if err := d.Authorise(ctx, by, t, ManageIntegrations); err != nil {
		return Integration{}, err
	}
	id := NewIntegrationID()
	if err := d.keys.AddIntegration(t, id); err != nil {
		return Integration{}, err
	}
	var c Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		all, err := tx.integrations(t)
		if err != nil {
			return note{}, err
		}
		for _, c = range all {
			if c.CopyOf() == of {
				return note{}, errCopied
			}
		}
		from, err := tx.integration(t, of)
		if err != nil {
			return note{}, err
		}
		texts, err := tx.secrets(t, of)
		if err != nil {
			return note{}, err
		}
		head, err := tx.head(t)
		if err != nil {
			return note{}, err
		}
		c = from.clone()
		c.ID, c.Created, c.Revision, c.State, c.Connection = id, d.now().UTC(), 1, StateDraft, ConnectionState{}
		c.Wizard = &Wizard{Of: of, Base: baseOf(from), Entry: head.Number, Touched: c.Created}
		n := note{Action: "integration.add", Object: string(id), Name: c.Name, Details: []string{c.Preset, string(c.State)}}
		return n, errors.Join(tx.putIntegration(c), tx.putSecrets(t, id, texts))
	})
	if err == nil {
		return c, nil
	}
	gone := d.keys.DestroyIntegration(t, id)
	if errors.Is(err, errCopied) {
		return c, gone
	}
	return Integration{}, errors.Join(err, gone)
}

// baseOf is what a copy remembers of the integration it is of.
func baseOf(i Integration) *Integration {
	base := i.clone()
	base.Wizard, base.Connection = nil, ConnectionState{}
	return &base
}

// Rebase gives a copy what take copies from the integration it is of, with the secrets of these names, and notes that what else was
// changed there has been seen and does not hold in the copy. It is [ErrRevision], and nothing is changed, if one of the two
// was saved since somebody saw them at these revisions.
func (d *Directory) Rebase(ctx context.Context, by Actor, t ID, id IntegrationID, revision, ofRevision uint64, secrets []string, take func(from Integration, into *Integration)) (Integration, error) {
	var i Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		before, err := tx.draft(t, id, revision)
		if err != nil {
			return note{}, err
		}
		of, err := tx.integration(t, before.CopyOf())
		if err != nil {
			return note{}, err
		}
		if of.Revision != ofRevision {
			return note{}, fmt.Errorf("integration %s: %w", of.ID, ErrRevision)
		}
		head, err := tx.head(t)
		if err != nil {
			return note{}, err
		}
		i = before.clone()
		take(of.clone(), &i)
		now := d.now().UTC()
		i.Revision, i.Changed = before.Revision+1, now
		i.Wizard.Base, i.Wizard.Entry, i.Wizard.Revision, i.Wizard.Touched = baseOf(of), head.Number, revision+1, now
		if err := tx.takeSecrets(of, &i, secrets); err != nil {
			return note{}, err
		}
		if err := i.normalise(); err != nil {
			return note{}, err
		}
		return note{Action: "integration.draft", Object: string(id), Name: i.Name, Details: changedIntegration(before, i)}, tx.putIntegration(i)
	})
	return i, err
}

// takeSecrets makes secrets of another integration those of this one, or removes them where the other has none.
func (t tx) takeSecrets(from Integration, into *Integration, names []string) error {
	if len(names) == 0 {
		return nil
	}
	theirs, err := t.secrets(from.Tenant, from.ID)
	if err != nil {
		return err
	}
	mine, err := t.secrets(into.Tenant, into.ID)
	if err != nil {
		return err
	}
	changed := map[string]Secret{}
	for _, name := range names {
		changed[name] = NewSecret(theirs[name])
	}
	into.SecretsSet = mine.merge(changed, into.SecretsSet, t.d.now().UTC())
	for _, name := range names {
		if since, ok := from.SecretsSet[name]; ok {
			into.SecretsSet[name] = since
		}
	}
	return t.putSecrets(into.Tenant, into.ID, mine)
}

// TakeOver makes the settings and secrets of a copy, and the credential of that name if the copy has one of its own, those of
// the integration it was made of: all of them in one transaction. What merge writes is what changes; its error ends it. It is
// [ErrRevision] if the copy was saved since that revision. The copy stays, for the caller to remove.
func (d *Directory) TakeOver(ctx context.Context, by Actor, t ID, draft IntegrationID, revision uint64, credential string, merge func(from Integration, into *Integration) error) (Integration, error) {
	var i Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		from, err := tx.draft(t, draft, revision)
		if err != nil {
			return note{}, err
		}
		before, err := tx.integration(t, from.CopyOf())
		if err != nil {
			return note{}, err
		}
		i = before.clone()
		if err := merge(from.clone(), &i); err != nil {
			return note{}, err
		}
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
