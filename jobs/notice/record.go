package notice

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// ErrNone means that there is no notice of that id.
var ErrNone = errors.New("no such notice")

// Notice is one occasion.
type Notice struct {
	ID           string               `json:"id"` // "n_…"
	Kind         Kind                 `json:"kind"`
	Integration  tenant.IntegrationID `json:"integration,omitempty"`
	Name         string               `json:"name,omitempty"` // of the integration when it was told
	Since        time.Time            `json:"since"`
	Reason       string               `json:"reason,omitempty"`
	Words        wording.Text         `json:"words,omitzero"` // the reason in every language
	Step         int                  `json:"step"`           // the newest that was told
	Told         time.Time            `json:"told"`           // when
	Recipients   int                  `json:"recipients"`
	MailedTo     []string             `json:"mailed_to,omitempty"`   // addresses, of the newest step
	Webhook      bool                 `json:"webhook,omitempty"`     // it went there as well
	Limited      bool                 `json:"limited,omitempty"`     // the day's mails were used up: it is only shown
	Undelivered  int                  `json:"undelivered,omitempty"` // mails and webhooks that were given up
	Acknowledged time.Time            `json:"acknowledged,omitzero"` // then it is not told again
	Ended        time.Time            `json:"ended,omitzero"`
}

// Keys in the control store, all sealed with the account's key:
//
//	ACCOUNT/notice/ID      an occasion; ids sort newest first
//	ACCOUNT/outbox/ID      a mail or webhook on its way
//	ACCOUNT/mails          how many mails the day has had
const (
	kindNotice = "notice/"
	kindOutbox = "outbox/"
	kindMails  = "mails"
)

func keyOf(account tenant.ID, kind, id string) []byte {
	return []byte(string(account) + "/" + kind + id)
}

// OnItsWay tells the key of a mail or webhook that waits. A backup leaves those out: a restored server must not send them again.
func OnItsWay(key []byte) bool {
	return len(key) > tenant.IDLength && strings.HasPrefix(string(key[tenant.IDLength:]), "/"+kindOutbox)
}

// newID is "n_", time and a count backwards, so that a scan begins with the newest, and something that is unique.
func (d *Desk) newID(now time.Time) string {
	var random [2]byte
	_, _ = rand.Read(random[:]) // crypto/rand.Read never returns an error
	return fmt.Sprintf("n_%012x%04x%s", uint64(1)<<48-1-uint64(now.UnixMilli()), 0xffff-d.count.Add(1)%0x10000, hex.EncodeToString(random[:]))
}

func newLetterID() string {
	var random [12]byte
	_, _ = rand.Read(random[:]) // crypto/rand.Read never returns an error
	return "m" + hex.EncodeToString(random[:])
}

// checkID keeps text from outside from becoming part of a key.
func checkID(id string) error {
	if len(id) != 22 || id[:2] != "n_" {
		return ErrNone
	}
	if _, err := hex.DecodeString(id[2:]); err != nil {
		return ErrNone
	}
	return nil
}

func (d *Desk) put(w store.Writer, account tenant.ID, key []byte, value any) error {
	sealer, err := d.Keys.TenantKey(account)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return w.Put(key, tenant.Seal(sealer, plain, key))
}

func open[T any](d *Desk, account tenant.ID, pair store.Pair) (T, error) {
	var v T
	sealer, err := d.Keys.TenantKey(account)
	if err != nil {
		return v, err
	}
	plain, err := tenant.Unseal(sealer, pair.Value, pair.Key)
	if err == nil {
		err = json.Unmarshal(plain, &v)
	}
	if err != nil {
		return v, fmt.Errorf("read %s: %w", pair.Key, err)
	}
	return v, nil
}

// get reads a value; ok is false where there is none.
func get[T any](d *Desk, r store.Reader, account tenant.ID, key []byte) (v T, ok bool, err error) {
	raw, err := r.Get(key)
	if errors.Is(err, store.ErrNotFound) {
		return v, false, nil
	}
	if err == nil {
		v, err = open[T](d, account, store.Pair{Key: key, Value: raw})
	}
	return v, err == nil, err
}

func scan[T any](d *Desk, r store.Reader, account tenant.ID, kind string, visit func(id string, v T) (more bool, err error)) error {
	return scanFrom(d, r, account, kind, nil, visit)
}

// scanFrom begins at a key, nil at the first.
func scanFrom[T any](d *Desk, r store.Reader, account tenant.ID, kind string, from []byte, visit func(id string, v T) (more bool, err error)) error {
	prefix := keyOf(account, kind, "")
	for pair, err := range r.Scan(prefix, from) {
		if err != nil {
			return err
		}
		v, err := open[T](d, account, pair)
		if err != nil {
			return err
		}
		more, err := visit(string(pair.Key[len(prefix):]), v)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// List returns notices of an account, newest first: the newest, or those told before one. An id that names none is [ErrNone].
func (d *Desk) List(ctx context.Context, account tenant.ID, before string, limit int) ([]Notice, error) {
	var from []byte
	if before != "" {
		if err := checkID(before); err != nil {
			return nil, err
		}
		from = append(keyOf(account, kindNotice, before), 0)
	}
	var all []Notice
	err := d.Store.View(ctx, func(r store.Reader) error {
		all = nil
		return scanFrom(d, r, account, kindNotice, from, func(_ string, n Notice) (bool, error) {
			all = append(all, n)
			return len(all) < limit, nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return all, nil
}

// Current returns the notices of an account that have not ended and that nobody has put aside, newest first.
func (d *Desk) Current(ctx context.Context, account tenant.ID) ([]Notice, error) {
	all, err := d.List(ctx, account, "", keepNotices)
	return slices.DeleteFunc(all, func(n Notice) bool { return !n.Ended.IsZero() || !n.Acknowledged.IsZero() }), err
}

// Acknowledge notes that somebody knows: what goes on is not told again. Its end still is.
func (d *Desk) Acknowledge(ctx context.Context, account tenant.ID, id string) (Notice, error) {
	var n Notice
	if err := checkID(id); err != nil {
		return n, err
	}
	err := d.Store.Update(ctx, func(w store.Writer) error {
		key := keyOf(account, kindNotice, id)
		var ok bool
		var err error
		if n, ok, err = get[Notice](d, w, account, key); err != nil || !ok {
			return errors.Join(err, ErrNone)
		}
		if n.Acknowledged.IsZero() {
			n.Acknowledged = d.Now().UTC()
		}
		return d.put(w, account, key, n)
	})
	return n, err
}

const (
	keepNotices = 500                 // of an account
	keepEnded   = 90 * 24 * time.Hour // after its end
)

// prune deletes notices nobody needs any more.
func (d *Desk) prune(w store.Writer, account tenant.ID) error {
	kept := 0
	return scan(d, w, account, kindNotice, func(id string, n Notice) (bool, error) {
		if kept++; n.Ended.IsZero() || kept <= keepNotices && d.Now().Sub(n.Ended) < keepEnded {
			return true, nil
		}
		return true, w.Delete(keyOf(account, kindNotice, id))
	})
}

// Forget deletes what is kept of an integration that was removed.
func (d *Desk) Forget(ctx context.Context, account tenant.ID, integration tenant.IntegrationID) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	err := d.Store.Update(ctx, func(w store.Writer) error {
		gone := map[string]bool{}
		err := scan(d, w, account, kindNotice, func(id string, n Notice) (bool, error) {
			if n.Integration != integration {
				return true, nil
			}
			gone[id] = true
			return true, w.Delete(keyOf(account, kindNotice, id))
		})
		if err != nil {
			return err
		}
		return scan(d, w, account, kindOutbox, func(id string, l letter) (bool, error) {
			if !gone[l.Notice] {
				return true, nil
			}
			return true, w.Delete(keyOf(account, kindOutbox, id))
		})
	})
	if errors.Is(err, tenant.ErrErased) || errors.Is(err, tenant.ErrNotFound) {
		err = nil // the account went with all that is its own
	}
	for p := range d.told {
		if p.in.Tenant == account && p.in.Integration == integration {
			delete(d.told, p)
		}
	}
	return err
}
