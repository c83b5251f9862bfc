package tenant

import (
	"errors"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant/signin"
)

// Errors of a directory and a keyring, wrapped in what was being done. Decide by [errors.Is].
var (
	// ErrNotFound means that it does not exist, or not for this actor: the two are not told apart.
	ErrNotFound = errors.New("not found")
	// ErrForbidden means that the actor may see the account, but not do this.
	ErrForbidden = errors.New("not allowed for this role")
	// ErrExists means that a name, e-mail address or external id is taken.
	ErrExists = errors.New("exists already")
	// ErrInvalid means that a value was refused; [option.Problems] in the chain say which.
	ErrInvalid = errors.New("invalid")
	// ErrSignIn means a wrong e-mail address or password, which are not told apart.
	ErrSignIn = errors.New("wrong e-mail address or password")
	// ErrTicket means that a one-time link is unknown, used, replaced by a newer one or too old, which are not told apart.
	ErrTicket = errors.New("the link is no longer good")
	// ErrMasterKey means that the master key is missing, malformed or not the one of this data folder.
	ErrMasterKey = errors.New("master key")
	// ErrNewer means that a newer release wrote the data. Nothing was touched.
	ErrNewer = store.ErrNewer
	// ErrDamaged means that a record or key file fails its seal.
	ErrDamaged = errors.New("sealed data is damaged or was moved")
	// ErrBusy means that too many passwords are being checked; try again in a moment.
	ErrBusy = signin.ErrBusy
	// ErrErased means that the keys of it were destroyed.
	ErrErased = errors.New("was erased")
	// ErrAudit means that an audit log does not verify.
	ErrAudit = errors.New("audit log was altered")
)
