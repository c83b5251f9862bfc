package tenant

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// Action is what somebody may be allowed to do with an account.
type Action string

// The actions. Whoever shows or changes something names one of them.
const (
	Read                Action = "read"                  // settings, integrations, histories; secrets never
	ReadAudit           Action = "read_audit"            //
	AddResellers        Action = "add_resellers"         // below this account
	AddTenants          Action = "add_tenants"           // below this account
	ManageAccount       Action = "manage_account"        // remove, suspend, move, external id
	ChangeSettings      Action = "change_settings"       // region, language, own numbers …
	ManagePeople        Action = "manage_people"         //
	ManageSystems       Action = "manage_systems"        //
	ManageKeys          Action = "manage_keys"           //
	ManageIntegrations  Action = "manage_integrations"   // their scripts and secrets too
	ManageScripts       Action = "manage_scripts"        // stand-alone ones
	ManagePresetOptions Action = "manage_preset_options" // those at operator level
	ManagePresets       Action = "manage_presets"        // uploaded ones, of the whole installation
	ReadCalls           Action = "read_calls"            // of everybody; one's own are one's own
	LinkNumbers         Action = "link_numbers"          // say whose an unknown number is
	ManageLinks         Action = "manage_links"          // take back what others said
)

// reach says on which accounts a role may do something, as seen from its own account.
type reach uint8

const (
	nowhere reach = iota
	own           // its own account
	below         // the accounts below its own
	ownAndBelow
)

// rights is the whole table: a role not named for an action may not do it. The operator's account is above all others.
var rights = map[Action]map[Role]reach{
	Read:                {RoleOperator: ownAndBelow, RoleReseller: ownAndBelow, RoleAdmin: own},
	ReadAudit:           {RoleOperator: ownAndBelow, RoleReseller: ownAndBelow, RoleAdmin: own},
	AddResellers:        {RoleOperator: own},
	AddTenants:          {RoleOperator: ownAndBelow, RoleReseller: own},
	ManageAccount:       {RoleOperator: below, RoleReseller: below},
	ChangeSettings:      {RoleOperator: ownAndBelow, RoleReseller: ownAndBelow, RoleAdmin: own},
	ManagePeople:        {RoleOperator: ownAndBelow, RoleReseller: ownAndBelow, RoleAdmin: own},
	ManageSystems:       {RoleOperator: below, RoleReseller: below, RoleAdmin: own},
	ManageKeys:          {RoleOperator: below, RoleReseller: below, RoleAdmin: own},
	ManageIntegrations:  {RoleOperator: below, RoleReseller: below, RoleAdmin: own},
	ManageScripts:       {RoleOperator: below, RoleReseller: below, RoleAdmin: own},
	ManagePresetOptions: {RoleOperator: ownAndBelow, RoleReseller: own},
	ManagePresets:       {RoleOperator: own},
	ReadCalls:           {RoleOperator: below, RoleReseller: below, RoleAdmin: own},
	LinkNumbers:         {RoleOperator: below, RoleReseller: below, RoleAdmin: own, RoleAgent: own},
	ManageLinks:         {RoleOperator: below, RoleReseller: below, RoleAdmin: own},
}

// Authorise returns nil if the actor may do that with the account. An account that is not the actor's and not below it is
// [ErrNotFound], exactly like one that does not exist; otherwise what the role may not do is [ErrForbidden]. Nothing of
// this is remembered: a tenant taken from a reseller is out of its reach with the next call.
func (d *Directory) Authorise(ctx context.Context, by Actor, account ID, what Action) error {
	return d.view(ctx, func(v view) error { return v.authorise(by, account, what) })
}

func (v view) authorise(by Actor, account ID, what Action) error {
	if err := account.check(); err != nil {
		return err
	}
	if err := v.exists(account, what); err != nil {
		return err
	}
	where, err := v.position(by, account)
	if err != nil {
		return err
	}
	if where == nowhere {
		return fmt.Errorf("account %s: %w", account, ErrNotFound)
	}
	if rights[what][by.Role]&where == 0 {
		return fmt.Errorf("%s: %w", what, ErrForbidden)
	}
	return nil
}

// exists refuses accounts that are not there. The log of a removed one can still be read by those above it.
func (v view) exists(account ID, what Action) error {
	if what != ReadAudit {
		_, err := v.liveNode(account)
		return err
	}
	if _, err := v.node(account); err != nil {
		return fmt.Errorf("account %s: %w", account, err)
	}
	return nil
}

// position tells where the account lies as seen from the actor: own, below or nowhere.
func (v view) position(by Actor, account ID) (reach, error) {
	from := by.Account
	if from == "" && by.Role == RoleOperator {
		from = v.d.operator // commands and the server itself
	}
	if n, err := v.liveNode(from); err != nil || n.Suspended {
		return nowhere, nil //nolint:nilerr // an actor without a live account is nowhere
	}
	if from == account {
		return own, nil
	}
	for range maxDepth {
		n, err := v.node(account)
		if err != nil {
			return nowhere, err
		}
		if n.Parent == "" {
			return nowhere, nil
		}
		if n.Parent == from {
			return below, nil
		}
		account = n.Parent
	}
	return nowhere, fmt.Errorf("account tree deeper than %d: %w", maxDepth, store.ErrDamaged)
}

// maxDepth is how many accounts are above one another: operator, reseller, tenant.
const maxDepth = 3
