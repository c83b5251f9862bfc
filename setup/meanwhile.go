package setup

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// ErrMeanwhile means that the integration a draft is a copy of was changed, and nobody has said yet what holds.
var ErrMeanwhile = errors.New("the integration was changed meanwhile")

// Difference is something that was changed in an integration after a copy of it was made, and is not so in the copy.
type Difference struct {
	Name    string // of a member as in its JSON form, or [OptionPart] and the name of an option
	Touched bool   // it was changed in the copy too
	Bound   bool   // it is an address or a secret, which are taken together
}

// OptionPart begins the names of options among what the steps are about.
const OptionPart = "option."

// carried is what the steps are about besides options, by the names in the JSON form. Whether it is enabled, and when it was
// uploaded, is the integration's own.
var carried = map[string]func(from tenant.Integration, into *tenant.Integration){
	"name":          func(from tenant.Integration, into *tenant.Integration) { into.Name = from.Name },
	"pushed":        func(from tenant.Integration, into *tenant.Integration) { into.Pushed = from.Pushed },
	"objects":       func(from tenant.Integration, into *tenant.Integration) { into.Objects = from.Objects },
	"region":        func(from tenant.Integration, into *tenant.Integration) { into.Region = from.Region },
	"area_code":     func(from tenant.Integration, into *tenant.Integration) { into.AreaCode = from.AreaCode },
	"country_field": func(from tenant.Integration, into *tenant.Integration) { into.CountryField = from.CountryField },
	"fax":           func(from tenant.Integration, into *tenant.Integration) { into.Fax = from.Fax },
	"age_limit":     func(from tenant.Integration, into *tenant.Integration) { into.AgeLimit = from.AgeLimit },
	"secret_ends":   func(from tenant.Integration, into *tenant.Integration) { into.SecretEnds = from.SecretEnds },
	"priority":      func(from tenant.Integration, into *tenant.Integration) { into.Priority = from.Priority },
	"window":        func(from tenant.Integration, into *tenant.Integration) { into.Window = from.Window },
	"guard":         func(from tenant.Integration, into *tenant.Integration) { into.Guard = from.Guard },
	"blocks":        func(from tenant.Integration, into *tenant.Integration) { into.Blocks = from.Blocks },
	"notification":  func(from tenant.Integration, into *tenant.Integration) { into.Notification = from.Notification },
	"display":       func(from tenant.Integration, into *tenant.Integration) { into.Display = from.Display },
	"scripts":       func(from tenant.Integration, into *tenant.Integration) { into.Scripts = from.Scripts },
}

// Meanwhile tells what others have changed in the integration that a draft is a copy of, and which one that is. Nothing that was
// changed to the same here is told.
func (s *Setup) Meanwhile(ctx context.Context, i tenant.Integration) (of tenant.Integration, list []Difference, err error) {
	if i.CopyOf() == "" {
		return of, nil, nil
	}
	of, err = s.d.Directory.Integration(ctx, i.Tenant, i.CopyOf())
	if err != nil {
		return of, nil, err
	}
	list = meanwhile(i, of)
	if p, ok := s.d.Catalog.Get(i.Preset); ok {
		bound := boundParts(p.Options, i, of)
		for n := range list {
			list[n].Bound = slices.Contains(bound, list[n].Name)
		}
	}
	return of, list, nil
}

func meanwhile(mine, theirs tenant.Integration) (list []Difference) {
	base := mine
	if mine.Wizard.Base != nil {
		base = *mine.Wizard.Base
	}
	for _, name := range parts(base, mine, theirs) {
		if !samePart(name, base, theirs) && !samePart(name, mine, theirs) {
			list = append(list, Difference{Name: name, Touched: !samePart(name, base, mine)})
		}
	}
	return list
}

// parts names everything the steps are about.
func parts(of ...tenant.Integration) []string {
	all := map[string]bool{}
	for name := range carried {
		all[name] = true
	}
	for _, i := range of {
		for name := range i.Options {
			all[OptionPart+name] = true
		}
		for name := range i.SecretsSet {
			all[OptionPart+name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func samePart(name string, a, b tenant.Integration) bool {
	if option, ok := strings.CutPrefix(name, OptionPart); ok {
		one, in := a.Options[option]
		two, too := b.Options[option]
		return one == two && in == too && a.SecretsSet[option].Equal(b.SecretsSet[option])
	}
	with := b
	carried[name](a, &with)
	return reflect.DeepEqual(with, b)
}

// Settle says what holds of the changes that [Setup.Meanwhile] tells: those that are taken become the copy's, instead of the
// others its own will hold. Where the two have different addresses, these are taken together with all secrets or not at all: a
// secret is sent to no address it was not given for. It is [tenant.ErrRevision] if the copy or the integration was saved since
// somebody saw them.
func (s *Setup) Settle(ctx context.Context, by tenant.Actor, i tenant.Integration, revision, ofRevision uint64, taken []string) (tenant.Integration, error) {
	p, err := s.preset(i.Preset)
	if err != nil {
		return i, err
	}
	of, err := s.d.Directory.Integration(ctx, i.Tenant, i.CopyOf())
	if err != nil {
		return i, err
	}
	bound := boundParts(p.Options, i, of)
	leaves := slices.ContainsFunc(taken, func(name string) bool { return slices.Contains(bound, name) })
	if leaves {
		taken = append(slices.Clone(taken), bound...)
	}
	var secrets []string
	for _, o := range p.Options {
		if o.IsSecret() && slices.Contains(taken, OptionPart+o.Name) {
			secrets = append(secrets, o.Name)
		}
	}
	settled, err := s.d.Directory.Rebase(ctx, by, i.Tenant, i.ID, revision, ofRevision, secrets, func(from tenant.Integration, into *tenant.Integration) {
		mine := *into
		into.Options = maps.Clone(mine.Options)
		for _, name := range taken {
			takePart(name, from, into)
		}
		into.PathsTrusted = trusted(p.Options, *into, mine, from)
	})
	if err == nil && leaves {
		err = s.d.Directory.SetCredential(ctx, i.Tenant, i.ID, grantName, nil)
		s.sign.drop(i.ID)
	}
	return settled, err
}

// boundParts are the addresses and secrets of two integrations, if one of the addresses is another one's.
func boundParts(set option.Set, a, b tenant.Integration) (names []string) {
	moved := false
	for _, o := range set {
		address := isAddress(o)
		moved = moved || address && placeOf(o, cmp.Or(a.Options[o.Name], o.Default)) != placeOf(o, cmp.Or(b.Options[o.Name], o.Default))
		if address || o.IsSecret() {
			names = append(names, OptionPart+o.Name)
		}
	}
	if !moved {
		return nil
	}
	return names
}

func takePart(name string, from tenant.Integration, into *tenant.Integration) {
	option, ok := strings.CutPrefix(name, OptionPart)
	if !ok {
		if take := carried[name]; take != nil {
			take(from, into)
		}
		return
	}
	value, set := from.Options[option]
	switch {
	case !set:
		delete(into.Options, option)
	case into.Options == nil:
		into.Options = map[string]string{option: value}
	default:
		into.Options[option] = value
	}
}

// trusted tells whether the files an integration names are those one of the others was trusted with.
func trusted(set option.Set, i tenant.Integration, others ...tenant.Integration) bool {
	return slices.ContainsFunc(others, func(other tenant.Integration) bool {
		return other.PathsTrusted && !slices.ContainsFunc(set, func(o option.Option) bool {
			return o.Kind() == option.Path && i.Options[o.Name] != other.Options[o.Name]
		})
	})
}

// takeOver writes what the steps are about, unless something was changed meanwhile that nobody has seen.
func takeOver(from tenant.Integration, into *tenant.Integration) error {
	if len(meanwhile(from, *into)) > 0 {
		return ErrMeanwhile
	}
	into.Options, into.PathsTrusted = from.Options, from.PathsTrusted
	for _, take := range carried {
		take(from, into)
	}
	return nil
}
