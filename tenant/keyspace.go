package tenant

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Keys of the control store. What belongs to an account begins with its id and a slash; ids have one length, so no account's
// range lies in another's:
//
//	t_…/account                settings            t_…/head             audit head and revision
//	t_…/system/p_…             phone system        t_…/audit/NUMBER     audit entry
//	t_…/system-secrets/p_…     its secrets
//	t_…/person/u_…             person              t_…/password/u_…     PHC string
//	t_…/key/k_…                API key's hash      t_…/used/k_…         when it was last used
//	t_…/integration/i_…        integration         t_…/secrets/i_…      its secrets
//	t_…/connection/i_…         state               t_…/credential/i_…/NAME
//	t_…/script/s_…             stand-alone script  t_…/preset/NAME      operator-level preset options
//	t_…/link/l_…               "This is …"        t_…/ticket/u_…       one-time link's hash
//	t_…/webhook                its secret
//
// "meta/" is the installation's: the tree of accounts, the look-ups from outside names, the erasure ledger.
const (
	metaFormat   = "meta/format"
	metaOperator = "meta/operator"
	metaNodes    = "meta/account/"
	metaErased   = "meta/erased/"
)

const (
	placeAccount       = "account"
	placeHead          = "head"
	placeAudit         = "audit/"
	placeSystem        = "system/"
	placeSystemSecrets = "system-secrets/"
	placePerson        = "person/"
	placePassword      = "password/"
	placeKey           = "key/"
	placeUsed          = "used/"
	placeIntegration   = "integration/"
	placeSecrets       = "secrets/"
	placeConnection    = "connection/"
	placeCredential    = "credential/"
	placeScript        = "script/"
	placePreset        = "preset/"
	placeTicket        = "ticket/"
	placeWebhook       = "webhook"
)

// place is the key of something of an account; name is "" for the only one of its kind, or for the range of all.
func place(t ID, kind, name string) string { return string(t) + "/" + kind + name }

func nodePlace(t ID) string { return metaNodes + string(t) }

// lookupPlace is where an outside name (an e-mail address, an external id) leads to its owner, without showing the name.
func lookupPlace(key [32]byte, kind, name string) string {
	mac := hmac.New(sha256.New, derive(key[:], "ringdex look-up "+kind, 32))
	mac.Write([]byte(strings.ToLower(name)))
	return "meta/" + kind + "/" + hex.EncodeToString(mac.Sum(nil)[:16])
}

func auditPlace(t ID, number uint64) string {
	return place(t, placeAudit, fmt.Sprintf("%016x", number))
}
