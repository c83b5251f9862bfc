package tenant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/wording"
)

// roleKinds says what kind of account each role belongs to, so that nobody below can hand out a role of above.
var roleKinds = map[Role]Kind{
	RoleOperator: KindOperator, RoleReseller: KindReseller, RoleAdmin: KindTenant, RoleAgent: KindTenant,
}

// AddPerson adds somebody to p.Account. An empty password means that it is set later. An e-mail address that is in use anywhere in
// the installation is [ErrExists].
func (d *Directory) AddPerson(ctx context.Context, by Actor, p Person, password Secret) (Person, error) {
	p.ID, p.Created = newPersonID(), d.now().UTC()
	p.Email = strings.TrimSpace(p.Email)
	if err := p.check(); err != nil {
		return Person{}, err
	}
	phc, err := d.hashPassword(ctx, password)
	if err != nil {
		return Person{}, err
	}
	err = d.change(ctx, by, p.Account, ManagePeople, func(t tx) (note, error) {
		if err := t.putPerson(p, ""); err != nil {
			return note{}, err
		}
		if phc != "" {
			if err := t.put(p.Account, place(p.Account, placePassword, string(p.ID)), phc); err != nil {
				return note{}, err
			}
		}
		return note{Action: "person.add", Object: string(p.ID), Name: p.Email, Details: []string{string(p.Role)}}, nil
	})
	return p, err
}

// SetPerson lets change edit a person: e-mail address, name, role, language, devices. change may run again.
func (d *Directory) SetPerson(ctx context.Context, by Actor, account ID, id PersonID, change func(*Person) error) (Person, error) {
	var p Person
	err := d.change(ctx, by, account, ManagePeople, func(t tx) (note, error) {
		before, err := t.person(account, id)
		if err != nil {
			return note{}, err
		}
		p = before
		p.Devices, p.DDIs, p.Queues = slices.Clone(before.Devices), slices.Clone(before.DDIs), slices.Clone(before.Queues)
		if err := change(&p); err != nil {
			return note{}, err
		}
		p.ID, p.Account, p.Created = before.ID, before.Account, before.Created
		if err := p.check(); err != nil {
			return note{}, err
		}
		n := note{Action: "person.set", Object: string(id), Name: p.Email, Details: changedMembers(before, p)}
		if p.Email != before.Email {
			if err := t.endTicket(account, id); err != nil {
				return note{}, err
			}
		}
		return n, t.putPerson(p, before.Email)
	})
	return p, err
}

// SetPassword sets somebody's password. People may set their own, whatever their role.
func (d *Directory) SetPassword(ctx context.Context, by Actor, account ID, id PersonID, password Secret) error {
	if password.IsZero() {
		return wording.Errorf(ErrInvalid, "tenant.password_empty", "the password is empty")
	}
	phc, err := d.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	set := func(t tx) (note, error) {
		p, err := t.person(account, id)
		if err != nil {
			return note{}, err
		}
		n := note{Action: "person.password", Object: string(id), Name: p.Email}
		return n, errors.Join(t.endTicket(account, id), t.put(account, place(account, placePassword, string(id)), phc))
	}
	if by.Kind == ActorPerson && by.ID == string(id) && by.Account == account {
		return d.changeOwn(ctx, by, account, set)
	}
	return d.change(ctx, by, account, ManagePeople, set)
}

// RemovePerson removes somebody; sign-in, devices and own keys end at once.
func (d *Directory) RemovePerson(ctx context.Context, by Actor, account ID, id PersonID) error {
	err := d.change(ctx, by, account, ManagePeople, func(t tx) (note, error) {
		p, err := t.person(account, id)
		if err != nil {
			return note{}, err
		}
		if err := t.dropEmail(p.Email); err != nil {
			return note{}, err
		}
		if err := t.forgetLinker(account, id); err != nil {
			return note{}, err
		}
		n := note{Action: "person.remove", Object: string(id), Name: p.Email}
		return n, errors.Join(t.endTicket(account, id), t.dropKeysOf(account, id),
			t.remove(place(account, placePerson, string(id)), place(account, placePassword, string(id))))
	})
	if err != nil {
		return err
	}
	return d.reloadAccess(ctx, account)
}

// Person returns somebody of an account.
func (d *Directory) Person(ctx context.Context, account ID, id PersonID) (Person, error) {
	var p Person
	err := d.live(ctx, account, func(v view) error {
		var err error
		p, err = v.person(account, id)
		return err
	})
	return p, err
}

// People returns everybody of an account.
func (d *Directory) People(ctx context.Context, account ID) ([]Person, error) {
	var out []Person
	err := d.live(ctx, account, func(v view) error {
		var err error
		out, err = list[Person](v, account, placePerson)
		return err
	})
	return out, err
}

// PersonByEmail returns who has that e-mail address, in whatever account.
func (d *Directory) PersonByEmail(ctx context.Context, email string) (Person, error) {
	var p Person
	err := d.view(ctx, func(v view) error {
		var err error
		p, err = v.personByEmail(email)
		return err
	})
	return p, err
}

func (p Person) check() error {
	text := option.Option{Name: "email", Type: option.Email, Required: true}
	if _, err := (option.Set{text}).Validate(map[string]string{"email": p.Email}); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if _, ok := roleKinds[p.Role]; !ok {
		return wording.Errorf(ErrInvalid, "tenant.role_value_operator_reseller_admin", `role "{Value}"; there are operator, reseller, admin, agent`, "Value", printable(string(p.Role)))
	}
	if len(p.Name) > 200 || len(p.Devices) > 50 {
		return wording.Errorf(ErrInvalid, "tenant.name_has_most_200_bytes", "a name has at most 200 bytes and a person at most 50 devices")
	}
	if len(p.DDIs) > 50 || len(p.Queues) > 50 {
		return wording.Errorf(ErrInvalid, "tenant.person_has_most_50_called", "a person has at most 50 called numbers and 50 queues")
	}
	for _, text := range slices.Concat(p.DDIs, p.Queues) {
		if strings.TrimSpace(text) == "" || len(text) > 100 || printable(text) != text {
			return wording.Errorf(ErrInvalid, "tenant.called_number_queue_has_1", "a called number or queue has 1 to 100 printable characters")
		}
	}
	for _, device := range p.Devices {
		if DeviceKey(device.Number) == "" || len(device.Number) > 64 || printable(device.Number) != device.Number {
			return wording.Errorf(ErrInvalid, "tenant.device_number_has_1_64", "a device's number has 1 to 64 printable characters")
		}
	}
	return nil
}

func (v view) person(account ID, id PersonID) (Person, error) {
	if err := id.check(); err != nil {
		return Person{}, err
	}
	p, err := get[Person](v, account, place(account, placePerson, string(id)))
	if err != nil {
		return Person{}, fmt.Errorf("person %s: %w", id, err)
	}
	return p, nil
}

// personLink is where an e-mail address leads.
type personLink struct {
	Account ID       `json:"account"`
	Person  PersonID `json:"person"`
}

func (v view) emailPlace(email string) (string, error) {
	key, err := v.d.keys.TenantKey(v.d.operator)
	return lookupPlace(key, "email", strings.TrimSpace(email)), err
}

func (v view) personByEmail(email string) (Person, error) {
	key, err := v.emailPlace(email)
	if err != nil {
		return Person{}, err
	}
	link, err := get[personLink](v, v.d.operator, key)
	if err != nil {
		return Person{}, fmt.Errorf("person by e-mail address: %w", err)
	}
	return v.person(link.Account, link.Person)
}

// putPerson writes a person and where the e-mail address leads.
func (t tx) putPerson(p Person, before string) error {
	n, err := t.liveNode(p.Account)
	if err != nil {
		return err
	}
	if roleKinds[p.Role] != n.Kind {
		return wording.Errorf(ErrInvalid, "tenant.role_value_belongs_account_kind", "the role {Value} belongs to an account of kind {ValueB}, this one is of kind {ValueC}", "Value", p.Role, "ValueB", roleKinds[p.Role], "ValueC", n.Kind)
	}
	if before != "" && !strings.EqualFold(before, p.Email) {
		if err := t.dropEmail(before); err != nil {
			return err
		}
	}
	key, err := t.emailPlace(p.Email)
	if err != nil {
		return err
	}
	link, err := get[personLink](t.view, t.d.operator, key)
	if err == nil && link.Person != p.ID {
		return fmt.Errorf("e-mail address: %w", ErrExists)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := t.put(t.d.operator, key, personLink{p.Account, p.ID}); err != nil {
		return err
	}
	return t.put(p.Account, place(p.Account, placePerson, string(p.ID)), p)
}

func (t tx) dropEmail(email string) error {
	key, err := t.emailPlace(email)
	if err != nil {
		return err
	}
	return t.remove(key)
}
