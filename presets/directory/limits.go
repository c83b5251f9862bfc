package directory

import (
	"time"

	"github.com/ringdex/ringdex/wording"
)

// Bounds of what is read: a server may be broken or hostile.
const (
	pageSize    = 500       // entries asked for at a time; Active Directory gives at most 1,000
	maxEntries  = 2_000_000 // of one address book
	maxAnswer   = 32 << 20  // bytes of one answer, a page of entries included
	maxValue    = 32 << 10  // bytes of one value
	maxValues   = 2_000     // values of one attribute
	maxPhones   = 100       // numbers of one contact
	maxHollow   = 100       // pages without a new entry, one behind the other
	maxID       = 200       // bytes of an id; a longer one is replaced by its digest
	countPages  = 10        // pages that are read to count entries for a check
	sampleSize  = 10        // entries a check shows
	maxChoices  = 1_000     // books or departments to choose from
	askTimeout  = time.Minute
	bindTimeout = 15 * time.Second
)

// errLarge says that an answer is over its bound.
var errLarge = wording.Error("rest.answer_too_large", "the answer is too large")
