package tenant

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/ringdex/ringdex/store"
)

// Entry is one line of an account's audit log: who did what, when. Texts are printable: control characters and marks that
// change the direction of writing are escaped.
type Entry struct {
	Number  uint64    `json:"number"` // from 1, without gaps
	Time    time.Time `json:"time"`
	Kind    ActorKind `json:"kind"`
	Actor   string    `json:"actor,omitempty"`   // id
	Name    string    `json:"name,omitempty"`    // "" once the account was erased
	Address string    `json:"address,omitempty"` // likewise
	Action  string    `json:"action"`
	Object  string    `json:"object,omitempty"`
	Label   string    `json:"label,omitempty"`   // name of the object; "" once the account was erased
	Details []string  `json:"details,omitempty"` // names of what was changed, never values
}

// auditRecord is an entry as stored. What tells about people is sealed, so that after an erasure the chain still verifies and
// names nobody. MAC covers the record's key, the MAC before and all other members, by a key only the operator's account has.
type auditRecord struct {
	Number  uint64    `json:"number"`
	Time    time.Time `json:"time"`
	Kind    ActorKind `json:"kind"`
	Actor   string    `json:"actor,omitempty"`
	Action  string    `json:"action"`
	Object  string    `json:"object,omitempty"`
	Details []string  `json:"details,omitempty"`
	Sealed  []byte    `json:"sealed"`
	MAC     []byte    `json:"mac,omitempty"`
}

// auditPeople is the sealed part.
type auditPeople struct{ Name, Address, Label string }

// auditHead is the end of the chain, and the revision of the account.
type auditHead struct {
	Number   uint64 `json:"number"`
	MAC      []byte `json:"mac"`      // of the last entry
	Revision uint64 `json:"revision"` // also counts changes that leave no entry
	Proof    []byte `json:"proof,omitempty"`
}

// log appends an entry in the transaction of the change and returns the account's new revision.
func (t tx) log(account ID, by Actor, n note) (uint64, error) {
	head, err := t.head(account)
	if err != nil {
		return 0, err
	}
	key := auditPlace(account, head.Number+1)
	people, err := t.sealPeople(account, key, auditPeople{Name: by.Name, Address: by.Address, Label: n.Name})
	if err != nil {
		return 0, err
	}
	r := auditRecord{
		Number: head.Number + 1, Time: t.d.now().UTC(), Kind: by.Kind, Actor: by.ID,
		Action: n.Action, Object: n.Object, Details: n.Details, Sealed: people,
	}
	r.MAC = t.d.auditMAC(key, head.MAC, r)
	if err := t.putPlain(key, r); err != nil {
		return 0, err
	}
	return head.Revision + 1, t.putHead(account, auditHead{Number: r.Number, MAC: r.MAC, Revision: head.Revision + 1})
}

// bump counts a change that leaves no entry.
func (t tx) bump(account ID) (uint64, error) {
	head, err := t.head(account)
	if err != nil {
		return 0, err
	}
	head.Revision++
	return head.Revision, t.putHead(account, head)
}

func (t tx) sealPeople(account ID, key string, p auditPeople) ([]byte, error) {
	sealer, err := t.d.keys.TenantKey(account)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode audit entry: %w", err)
	}
	return Seal(sealer, plain, recordPlace(key)), nil
}

func (t tx) putPlain(key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if err := t.w.Put([]byte(key), raw); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

func (v view) head(account ID) (auditHead, error) {
	var head auditHead
	raw, err := v.r.Get([]byte(place(account, placeHead, "")))
	if errors.Is(err, store.ErrNotFound) {
		return head, nil
	}
	if err != nil {
		return head, fmt.Errorf("read audit head: %w", err)
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return head, fmt.Errorf("audit head of %s: %w", account, ErrAudit)
	}
	if !hmac.Equal(head.Proof, v.d.headProof(account, head)) {
		return head, fmt.Errorf("audit head of %s: %w", account, ErrAudit)
	}
	return head, nil
}

func (t tx) putHead(account ID, head auditHead) error {
	head.Proof = t.d.headProof(account, head)
	return t.putPlain(place(account, placeHead, ""), head)
}

func (d *Directory) headProof(account ID, head auditHead) []byte {
	return d.mac(fmt.Appendf(nil, "head %s %d %x %d", account, head.Number, head.MAC, head.Revision))
}

func (d *Directory) auditMAC(key string, before []byte, r auditRecord) []byte {
	r.MAC = nil
	body, err := json.Marshal(r)
	if err != nil {
		panic(err) // texts, times and bytes always have a JSON form
	}
	return d.mac(fmt.Appendf(nil, "entry %s %x %s", key, before, body))
}

func (d *Directory) mac(text []byte) []byte {
	mac := hmac.New(sha256.New, d.auditKey)
	mac.Write(text)
	return mac.Sum(nil)
}

// Audit returns up to limit entries of an account, from that number on in ascending order; also of one that was removed.
func (d *Directory) Audit(ctx context.Context, account ID, from uint64, limit int) ([]Entry, error) {
	if err := account.check(); err != nil {
		return nil, err
	}
	var entries []Entry
	err := d.view(ctx, func(v view) error {
		for pair, err := range v.r.Scan([]byte(place(account, placeAudit, "")), []byte(auditPlace(account, from))) {
			if err != nil {
				return fmt.Errorf("read audit log: %w", err)
			}
			if len(entries) >= limit {
				return nil
			}
			e, err := d.entry(account, pair)
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return nil
	})
	return entries, err
}

func (d *Directory) entry(account ID, pair store.Pair) (Entry, error) {
	var r auditRecord
	if err := json.Unmarshal(pair.Value, &r); err != nil {
		return Entry{}, fmt.Errorf("audit entry: %w", ErrAudit)
	}
	e := Entry{
		Number: r.Number, Time: r.Time, Kind: ActorKind(printable(string(r.Kind))), Actor: printable(r.Actor),
		Action: printable(r.Action), Object: printable(r.Object),
	}
	for _, text := range r.Details {
		e.Details = append(e.Details, printable(text))
	}
	var p auditPeople
	if sealer, err := d.keys.TenantKey(account); err == nil {
		plain, err := Unseal(sealer, r.Sealed, recordPlace(string(pair.Key)))
		if err != nil || json.Unmarshal(plain, &p) != nil {
			return Entry{}, fmt.Errorf("audit entry %d: %w", r.Number, ErrAudit)
		}
	}
	e.Name, e.Address, e.Label = printable(p.Name), printable(p.Address), printable(p.Label)
	return e, nil
}

// NoteRefusal keeps in the actor's own log that something was refused: what was tried, on what. Who has no account is not noted.
func (d *Directory) NoteRefusal(ctx context.Context, by Actor, what Action, object string) error {
	if by.Account == "" {
		return nil
	}
	return d.changeOwn(ctx, by, by.Account, func(tx) (note, error) {
		return note{Action: "refused", Object: object[:min(len(object), 64)], Details: []string{string(what)}}, nil
	})
}

// String is one line for a terminal.
func (e Entry) String() string {
	who := e.Name
	if who == "" {
		who = strings.TrimSpace(string(e.Kind) + " " + e.Actor)
	}
	parts := []string{e.Time.Format(time.RFC3339), who, e.Action, e.Object, e.Label, strings.Join(e.Details, " ")}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// printable escapes what a terminal or a page could take as more than a letter.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
