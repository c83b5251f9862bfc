package tenant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

// Erasure is the removal of an account or of one integration, and its report. It stays in the ledger: a restore of an older backup
// replays it.
type Erasure struct {
	Account       ID              `json:"account"`
	Integration   IntegrationID   `json:"integration,omitempty"`  // "" = the whole account
	Integrations  []IntegrationID `json:"integrations,omitempty"` // whose contacts the caller has to delete from the cache
	Removed       time.Time       `json:"removed"`                // answers stopped
	KeysDestroyed time.Time       `json:"keys_destroyed,omitzero"`
	Finished      time.Time       `json:"finished,omitzero"` // what the stores held is deleted
	Stores        []ErasedStore   `json:"stores,omitempty"`
}

// ErasedStore is how much was deleted where.
type ErasedStore struct {
	Name    string `json:"name"` // control, cache, …
	Records int    `json:"records"`
}

const ledgerAccount = "account"

func (e Erasure) place() string {
	what := ledgerAccount
	if e.Integration != "" {
		what = string(e.Integration)
	}
	return metaErased + string(e.Account) + "/" + what
}

// RemoveAccount removes a tenant, or a reseller that has no tenants, for good: it is gone from every answer when the call returns, its
// keys are destroyed, and its control data is deleted, except the audit log, which names nobody any more. What other stores
// hold of e.Integrations is the caller's to delete, and to report by [Directory.FinishErasure].
func (d *Directory) RemoveAccount(ctx context.Context, by Actor, id ID) (Erasure, error) {
	e := Erasure{Account: id, Removed: d.now().UTC()}
	err := d.change(ctx, by, id, ManageAccount, func(t tx) (note, error) {
		a, err := t.account(id)
		if err != nil {
			return note{}, err
		}
		n := note{Action: "account.remove", Object: string(id), Name: a.Name}
		if err := t.tombstone(a, &e); err != nil {
			return note{}, err
		}
		_, err = t.log(a.Parent, by, note{Action: n.Action, Object: n.Object})
		return n, err
	})
	if err != nil {
		return Erasure{}, err
	}
	return d.erase(ctx, e)
}

// tombstone ends everything that leads to the account, and notes the erasure.
func (t tx) tombstone(a Account, e *Erasure) error {
	if err := t.checkChildless(a); err != nil {
		return err
	}
	people, err := list[Person](t.view, a.ID, placePerson)
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := t.dropEmail(p.Email); err != nil {
			return err
		}
	}
	if err := t.dropExternal(a.Parent, a.ExternalID); err != nil {
		return err
	}
	all, err := t.integrations(a.ID)
	if err != nil {
		return err
	}
	e.Integrations = nil
	for _, i := range all {
		e.Integrations = append(e.Integrations, i.ID)
	}
	if err := t.putNode(node{ID: a.ID, Parent: a.Parent, Kind: a.Kind, Removed: e.Removed}); err != nil {
		return err
	}
	return t.putErasure(*e)
}

// checkChildless refuses to leave tenants without an account above them. A tenant never has any below.
func (t tx) checkChildless(a Account) error {
	if a.Kind == KindTenant {
		return nil
	}
	nodes, err := t.nodes()
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if n.Parent == a.ID {
			return wording.Errorf(ErrInvalid, "tenant.account_has_tenants_remove_move", "the account has tenants; remove or move them first")
		}
	}
	return nil
}

// RemoveIntegration removes an integration for good: it answers no more when the call returns, and its keys are destroyed. Its
// contacts in the cache are the caller's to delete, and to report by [Directory.FinishErasure].
func (d *Directory) RemoveIntegration(ctx context.Context, by Actor, t ID, id IntegrationID) (Erasure, error) {
	e := Erasure{Account: t, Integration: id, Integrations: []IntegrationID{id}, Removed: d.now().UTC()}
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		i, err := tx.integration(t, id)
		if err != nil {
			return note{}, err
		}
		if err := tx.remove(place(t, placeIntegration, string(id))); err != nil {
			return note{}, err
		}
		if err := tx.dropLinks(t, id); err != nil {
			return note{}, err
		}
		return note{Action: "integration.remove", Object: string(id), Name: i.Name}, tx.putErasure(e)
	})
	if err != nil {
		return Erasure{}, err
	}
	return d.erase(ctx, e)
}

// erase is what follows the tombstone: keys, then data. Each step may be repeated. A cancelled request does not stop it.
func (d *Directory) erase(ctx context.Context, e Erasure) (Erasure, error) {
	ctx = context.WithoutCancel(ctx)
	var err error
	if e.Integration == "" {
		d.access.replace(e.Account, nil)
		err = d.keys.DestroyTenant(e.Account)
	} else {
		err = d.keys.DestroyIntegration(e.Account, e.Integration)
	}
	if err != nil {
		return e, fmt.Errorf("destroy keys: %w", err)
	}
	e.KeysDestroyed = d.now().UTC()
	records, err := d.deleteRecords(ctx, e)
	if err != nil {
		return e, err
	}
	e.Stores = append(e.Stores, ErasedStore{Name: "control", Records: records})
	return e, d.noteErasure(ctx, e)
}

// FinishErasure adds what was deleted elsewhere to the report and closes it.
func (d *Directory) FinishErasure(ctx context.Context, e Erasure, stores ...ErasedStore) (Erasure, error) {
	e.Stores = append(e.Stores, stores...)
	e.Finished = d.now().UTC()
	return e, d.noteErasure(ctx, e)
}

func (d *Directory) noteErasure(ctx context.Context, e Erasure) error {
	return d.store.Update(ctx, func(w store.Writer) error { return tx{view{d, w}, w}.putErasure(e) })
}

func (t tx) putErasure(e Erasure) error { return t.put(t.d.operator, e.place(), e) }

// Erasures returns the ledger: every removal, finished or not. A backup keeps it, and a restore gives it to
// [Directory.Replay].
func (d *Directory) Erasures(ctx context.Context) ([]Erasure, error) {
	var out []Erasure
	err := d.view(ctx, func(v view) error {
		for pair, err := range v.r.Scan([]byte(metaErased), nil) {
			if err != nil {
				return fmt.Errorf("read erasure ledger: %w", err)
			}
			e, err := open[Erasure](d, d.operator, string(pair.Key), pair.Value)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// Replay removes again what a ledger says was removed, so that a restored backup does not bring it back. It returns the erasures
// that found something; their contacts are the caller's to delete.
func (d *Directory) Replay(ctx context.Context, ledger []Erasure) ([]Erasure, error) {
	var again []Erasure
	for _, old := range ledger {
		e, err := d.replay(ctx, old)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return again, fmt.Errorf("replay erasure of %s: %w", old.Account, err)
		}
		again = append(again, e)
	}
	return again, nil
}

func (d *Directory) replay(ctx context.Context, old Erasure) (Erasure, error) {
	by := Server("restore")
	if old.Integration != "" {
		return d.RemoveIntegration(ctx, by, old.Account, old.Integration)
	}
	return d.RemoveAccount(ctx, by, old.Account)
}

// finishErasures goes on with what a crash interrupted between the tombstone and the end of the control data.
func (d *Directory) finishErasures(ctx context.Context) error {
	all, err := d.Erasures(ctx)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.KeysDestroyed.IsZero() {
			if _, err := d.erase(ctx, e); err != nil {
				return fmt.Errorf("finish erasure of %s: %w", e.Account, err)
			}
		}
	}
	return nil
}

// deleteBatch keeps one transaction small.
const deleteBatch = 500

// deleteRecords deletes the control data of what was removed, in small transactions, and returns how much it was. Audit log and
// head of an account stay.
func (d *Directory) deleteRecords(ctx context.Context, e Erasure) (int, error) {
	keys, err := d.recordsOf(ctx, e)
	if err != nil {
		return 0, err
	}
	for at := 0; at < len(keys); at += deleteBatch {
		batch := keys[at:min(at+deleteBatch, len(keys))]
		err := d.store.Update(ctx, func(w store.Writer) error { return tx{view{d, w}, w}.remove(batch...) })
		if err != nil {
			return 0, fmt.Errorf("delete control data: %w", err)
		}
	}
	return len(keys), nil
}

func (d *Directory) recordsOf(ctx context.Context, e Erasure) ([]string, error) {
	prefixes := []string{string(e.Account) + "/"}
	if e.Integration != "" {
		prefixes = []string{
			place(e.Account, placeSecrets, string(e.Integration)), place(e.Account, placeConnection, string(e.Integration)),
			place(e.Account, placeCredential, string(e.Integration)+"/"),
		}
	}
	var keys []string
	err := d.view(ctx, func(v view) error {
		for _, prefix := range prefixes {
			for pair, err := range v.r.Scan([]byte(prefix), nil) {
				if err != nil {
					return fmt.Errorf("list control data: %w", err)
				}
				if !staysAfterErasure(e.Account, string(pair.Key)) {
					keys = append(keys, string(pair.Key))
				}
			}
		}
		return nil
	})
	return keys, err
}

func staysAfterErasure(account ID, key string) bool {
	return key == place(account, placeHead, "") || strings.HasPrefix(key, place(account, placeAudit, ""))
}
