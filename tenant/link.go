package tenant

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/wording"
)

// Link is what somebody said of a number that no CRM carried: "This is …". It answers the whole tenant until a CRM carries
// the number. It names a contact that has another number (Integration, Type, Record and Via), or is a name and company only.
type Link struct {
	ID          LinkID        `json:"id"`
	Number      string        `json:"number"` // E.164; one link each
	Name        string        `json:"name"`
	Company     string        `json:"company,omitempty"`
	Integration IntegrationID `json:"integration,omitempty"`
	Type        string        `json:"type,omitempty"`   // of the record
	Record      string        `json:"record,omitempty"` // id in the CRM
	Via         string        `json:"via,omitempty"`    // E.164 of a number the CRM has for the record, by which its present data is found
	By          PersonID      `json:"by,omitempty"`     // who said so; nobody once that person is removed
	Created     time.Time     `json:"created"`
}

// LinkID is "l_…".
type LinkID string

// newLinkID returns a new link id.
func newLinkID() LinkID { return LinkID(newID('l')) }

func (id LinkID) check() error { return checkID('l', id) }

// MaxLinks is how many links a tenant has at most: they are all in memory while it answers.
const MaxLinks = 2000

const placeLink = "link/"

// AddLink says whose number it is. A link the number had before is replaced.
func (d *Directory) AddLink(ctx context.Context, by Actor, t ID, l Link) (Link, error) {
	l.ID, l.Created = newLinkID(), d.now().UTC()
	if by.Kind == ActorPerson {
		l.By = PersonID(by.ID)
	}
	if err := l.check(); err != nil {
		return Link{}, err
	}
	err := d.change(ctx, by, t, LinkNumbers, func(tx tx) (note, error) {
		all, err := tx.links(t)
		if err != nil {
			return note{}, err
		}
		if l.Integration != "" {
			if _, err := tx.integration(t, l.Integration); err != nil {
				return note{}, err
			}
		}
		count := len(all)
		for _, old := range all {
			if old.Number == l.Number {
				count--
				if err := tx.remove(place(t, placeLink, string(old.ID))); err != nil {
					return note{}, err
				}
			}
		}
		if count >= MaxLinks {
			return note{}, wording.Errorf(ErrInvalid, "tenant.most_links_already_remove_some", "there are {Most} links already; remove some, or enter the numbers in the CRM", "Most", MaxLinks)
		}
		return note{Action: "link.add", Object: string(l.ID)}, tx.put(t, place(t, placeLink, string(l.ID)), l)
	})
	return l, err
}

// RemoveLink takes a link back.
func (d *Directory) RemoveLink(ctx context.Context, by Actor, t ID, id LinkID) error {
	if err := id.check(); err != nil {
		return err
	}
	return d.change(ctx, by, t, ManageLinks, func(tx tx) (note, error) {
		if _, err := get[Link](tx.view, t, place(t, placeLink, string(id))); err != nil {
			return note{}, fmt.Errorf("link %s: %w", id, err)
		}
		return note{Action: "link.remove", Object: string(id)}, tx.remove(place(t, placeLink, string(id)))
	})
}

// Links returns the links of a tenant, newest first.
func (d *Directory) Links(ctx context.Context, t ID) ([]Link, error) {
	var out []Link
	err := d.live(ctx, t, func(v view) error {
		var err error
		out, err = v.links(t)
		return err
	})
	return out, err
}

// PruneLinks removes the links gone says are not needed any more, and returns how many those were.
func (d *Directory) PruneLinks(ctx context.Context, t ID, gone func(Link) bool) (int, error) {
	all, err := d.Links(ctx, t)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, l := range all {
		if !gone(l) {
			continue
		}
		err := d.RemoveLink(ctx, Server("sync"), t, l.ID)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (v view) links(t ID) ([]Link, error) {
	all, err := list[Link](v, t, placeLink)
	slices.SortFunc(all, func(a, b Link) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// dropLinks removes the links that name a removed integration.
func (t tx) dropLinks(account ID, i IntegrationID) error {
	all, err := t.links(account)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Integration == i {
			if err := t.remove(place(account, placeLink, string(l.ID))); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetLinker keeps the links of a removed person and forgets whose they are.
func (t tx) forgetLinker(account ID, id PersonID) error {
	all, err := t.links(account)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.By == id {
			l.By = ""
			if err := t.put(account, place(account, placeLink, string(l.ID)), l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Link) check() error {
	for _, text := range []string{l.Number, l.Via} {
		if text == "" {
			continue
		}
		if n, err := phone.ParseE164(text); err != nil || n.E164() != text {
			return wording.Errorf(ErrInvalid, "tenant.link_number_one_can_called", "a link's number is one that can be called from outside")
		}
	}
	l.Name, l.Company = strings.TrimSpace(l.Name), strings.TrimSpace(l.Company)
	switch {
	case l.Number == "":
		return wording.Errorf(ErrInvalid, "tenant.link_needs_number", "a link needs a number")
	case l.Name == "" && l.Company == "":
		return wording.Errorf(ErrInvalid, "tenant.link_needs_name_company", "a link needs a name or a company")
	case len(l.Name) > 200 || len(l.Company) > 200 || len(l.Type) > 512 || len(l.Record) > 512:
		return wording.Errorf(ErrInvalid, "tenant.name_company_has_most_200", "a name or company has at most 200 bytes")
	case printable(l.Name) != l.Name || printable(l.Company) != l.Company:
		return wording.Errorf(ErrInvalid, "tenant.name_company_has_printable_characters", "a name or company has printable characters only")
	case (l.Integration == "") != (l.Record == ""):
		return wording.Errorf(ErrInvalid, "tenant.record_needs_integration_integration_record", "a record needs its integration, and an integration a record")
	}
	return nil
}
