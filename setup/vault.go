package setup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// grantName is the credential under which an integration's tokens are kept, sealed with its secrets' key.
const grantName = "oauth"

// vault keeps an integration's tokens in the directory.
type vault struct {
	d      *tenant.Directory
	tenant tenant.ID
	id     tenant.IntegrationID
	person bool // only somebody's sign-in brings the first tokens
}

// vaultOf is the vault of an integration whose preset signs in with that grant.
func (s *signIns) vaultOf(i tenant.Integration, grant string) vault {
	return vault{d: s.d.Directory, tenant: i.Tenant, id: i.ID, person: grant == oauth.AuthorizationCode}
}

var _ oauth.Vault = vault{}

// nobody is what a connection without tokens says.
func nobody() error {
	return &presets.Error{
		Op: wording.New("presets.sign", "sign in"), Text: wording.New("setup.nobody_has_signed_crm_yet", "nobody has signed in at the CRM yet"), ReauthNeeded: true,
		Hint: wording.New("setup.open_address_ringdex_integration_authorize", "open the address that `ringdex integration authorize` prints"),
	}
}

// Load gives the stored tokens; where there are none yet, those who need no person for the first begin with nothing.
func (v vault) Load(ctx context.Context) (oauth.Grant, error) {
	raw, err := v.d.Credential(ctx, v.tenant, v.id, grantName)
	if errors.Is(err, tenant.ErrNotFound) {
		if v.person {
			return oauth.Grant{}, nobody()
		}
		return oauth.Grant{}, nil
	}
	if err != nil {
		return oauth.Grant{}, err
	}
	return readGrant(raw)
}

func (v vault) Update(ctx context.Context, change func(*oauth.Grant) error) (oauth.Grant, error) {
	var g oauth.Grant
	err := v.d.UpdateCredential(ctx, v.tenant, v.id, grantName, func(old []byte) ([]byte, error) {
		var err error
		if g, err = readGrant(old); err != nil {
			return nil, err
		}
		if err := change(&g); err != nil {
			return nil, err
		}
		return json.Marshal(g)
	})
	return g, err
}

func readGrant(raw []byte) (g oauth.Grant, err error) {
	if len(raw) == 0 {
		return g, nil // nobody has signed in yet
	}
	if err := json.Unmarshal(raw, &g); err != nil {
		return g, fmt.Errorf("read the sign-in: %w", err)
	}
	return g, nil
}

// states keeps sign-ins that are under way in the directory, sealed and for a short time.
type states struct{ d *tenant.Directory }

var _ oauth.States = states{}

func (s states) Put(ctx context.Context, key string, value []byte, until time.Time) error {
	return s.d.PutPending(ctx, key, value, until)
}

func (s states) Take(ctx context.Context, key string) ([]byte, bool, error) {
	return s.d.TakePending(ctx, key)
}
