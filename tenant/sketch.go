package tenant

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/ringdex/ringdex/store"
)

var errSketch = errors.New("signature only, being written")

type Deps struct {
	Store store.Store
	Keys  *Keyring
	Now   func() time.Time
}
type Directory struct{ d Deps }
type Keyring struct{}
type Snapshot struct {
	Account      Account
	Systems      []System
	Integrations []Integration
	Scripts      []Script
	Revision     uint64
}
type Entry struct {
	Number  uint64
	Time    time.Time
	Actor   Actor
	Action  string
	Object  string
	Details []string
}
type Erasure struct {
	Account     ID
	Integration IntegrationID
}
type Action string

func OpenKeyring(dir string, master []byte, previous ...[]byte) (*Keyring, error) {
	return nil, errSketch
}
func (k *Keyring) AddTenant(t ID) error                           { return errSketch }
func (k *Keyring) AddIntegration(t ID, i IntegrationID) error     { return errSketch }
func (k *Keyring) DestroyTenant(t ID) error                       { return errSketch }
func (k *Keyring) DestroyIntegration(t ID, i IntegrationID) error { return errSketch }
func (k *Keyring) Rotate(newMaster []byte) error                  { return errSketch }
func (k *Keyring) TenantKey(t ID) ([32]byte, error)               { return [32]byte{}, errSketch }
func (k *Keyring) IntegrationKey(t ID, i IntegrationID) ([32]byte, error) {
	return [32]byte{}, errSketch
}
func (k *Keyring) SecretsKey(t ID, i IntegrationID) ([32]byte, error) { return [32]byte{}, errSketch }

func Open(ctx context.Context, d Deps) (*Directory, error) { return nil, errSketch }
func (d *Directory) Operator() ID                          { return "" }
func (d *Directory) Authorise(ctx context.Context, by Actor, account ID, what Action) error {
	return errSketch
}
func (d *Directory) AddReseller(ctx context.Context, by Actor, settings map[string]string) (Account, error) {
	return Account{}, errSketch
}
func (d *Directory) AddTenant(ctx context.Context, by Actor, parent ID, settings map[string]string) (Account, error) {
	return Account{}, errSketch
}
func (d *Directory) SetAccount(ctx context.Context, by Actor, id ID, change map[string]string) (Account, error) {
	return Account{}, errSketch
}
func (d *Directory) RemoveAccount(ctx context.Context, by Actor, id ID) (Erasure, error) {
	return Erasure{}, errSketch
}
func (d *Directory) Account(ctx context.Context, id ID) (Account, error) {
	return Account{}, errSketch
}
func (d *Directory) Accounts(ctx context.Context, by Actor) ([]Account, error) { return nil, errSketch }
func (d *Directory) Find(ctx context.Context, by Actor, idOrName string) (Account, error) {
	return Account{}, errSketch
}
func (d *Directory) AccountByExternal(ctx context.Context, parent ID, external string) (Account, error) {
	return Account{}, errSketch
}
func (d *Directory) AddSystem(ctx context.Context, by Actor, t ID, settings map[string]string) (System, error) {
	return System{}, errSketch
}
func (d *Directory) SetSystem(ctx context.Context, by Actor, t ID, id SystemID, change map[string]string) (System, error) {
	return System{}, errSketch
}
func (d *Directory) RemoveSystem(ctx context.Context, by Actor, t ID, id SystemID) error {
	return errSketch
}
func (d *Directory) Systems(ctx context.Context, t ID) ([]System, error) { return nil, errSketch }
func (d *Directory) AddPerson(ctx context.Context, by Actor, p Person, password Secret) (Person, error) {
	return Person{}, errSketch
}
func (d *Directory) SetPerson(ctx context.Context, by Actor, account ID, id PersonID, change func(*Person) error) (Person, error) {
	return Person{}, errSketch
}
func (d *Directory) SetPassword(ctx context.Context, by Actor, account ID, id PersonID, password Secret) error {
	return errSketch
}
func (d *Directory) CheckPassword(ctx context.Context, email string, password Secret, from netip.Addr) (Person, error) {
	return Person{}, errSketch
}
func (d *Directory) RemovePerson(ctx context.Context, by Actor, account ID, id PersonID) error {
	return errSketch
}
func (d *Directory) People(ctx context.Context, account ID) ([]Person, error) { return nil, errSketch }
func (d *Directory) PersonByEmail(ctx context.Context, email string) (Person, error) {
	return Person{}, errSketch
}
func (d *Directory) AddKey(ctx context.Context, by Actor, k Key) (Key, string, error) {
	return Key{}, "", errSketch
}
func (d *Directory) RevokeKey(ctx context.Context, by Actor, t ID, id KeyID) error { return errSketch }
func (d *Directory) Keys(ctx context.Context, t ID) ([]Key, error)                 { return nil, errSketch }
func (d *Directory) Access(presented string) (Access, bool)                        { return Access{}, false }
func (d *Directory) FlushUsage(ctx context.Context) error                          { return errSketch }
func (d *Directory) AddIntegration(ctx context.Context, by Actor, t ID, i Integration) (Integration, error) {
	return Integration{}, errSketch
}
func (d *Directory) SetIntegration(ctx context.Context, by Actor, t ID, id IntegrationID, change func(*Integration) error) (Integration, error) {
	return Integration{}, errSketch
}
func (d *Directory) RemoveIntegration(ctx context.Context, by Actor, t ID, id IntegrationID) (Erasure, error) {
	return Erasure{}, errSketch
}
func (d *Directory) Integration(ctx context.Context, t ID, id IntegrationID) (Integration, error) {
	return Integration{}, errSketch
}
func (d *Directory) Integrations(ctx context.Context, t ID) ([]Integration, error) {
	return nil, errSketch
}
func (d *Directory) SetConnection(ctx context.Context, t ID, id IntegrationID, c ConnectionState) error {
	return errSketch
}
func (d *Directory) SetSecrets(ctx context.Context, by Actor, t ID, id IntegrationID, change map[string]Secret) error {
	return errSketch
}
func (d *Directory) Secrets(ctx context.Context, t ID, id IntegrationID) (map[string]Secret, error) {
	return nil, errSketch
}

// SetCredential keeps what the server itself renews (OAuth tokens), sealed like secrets, without an audit entry. nil removes it.
func (d *Directory) SetCredential(ctx context.Context, t ID, id IntegrationID, name string, value []byte) error {
	return errSketch
}
func (d *Directory) Credential(ctx context.Context, t ID, id IntegrationID, name string) ([]byte, error) {
	return nil, errSketch
}
func (d *Directory) AddScript(ctx context.Context, by Actor, t ID, s Script) (Script, error) {
	return Script{}, errSketch
}
func (d *Directory) RemoveScript(ctx context.Context, by Actor, t ID, id ScriptID) error {
	return errSketch
}
func (d *Directory) Scripts(ctx context.Context, t ID) ([]Script, error) { return nil, errSketch }
func (d *Directory) PresetOptions(ctx context.Context, account ID, preset string) (map[string]Secret, error) {
	return nil, errSketch
}
func (d *Directory) SetPresetOptions(ctx context.Context, by Actor, account ID, preset string, change map[string]Secret) error {
	return errSketch
}
func (d *Directory) Snapshot(ctx context.Context, t ID) (*Snapshot, error) { return nil, errSketch }
func (d *Directory) Revision(t ID) uint64                                  { return 0 }
func (d *Directory) Audit(ctx context.Context, account ID, from uint64, limit int) ([]Entry, error) {
	return nil, errSketch
}
func (d *Directory) VerifyAudit(ctx context.Context, account ID) error { return errSketch }
