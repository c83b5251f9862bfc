package setup

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// change is what somebody wants of an integration's options, with what holds besides.
type change struct {
	preset    *presets.Preset
	given     map[string]string        // in any spelling of the names; empty values remove
	inherited map[string]string        // what operator and resellers set
	kept      map[string]tenant.Secret // the integration's own secrets so far
	partial   bool                     // more will follow: nothing has to be set yet
}

// apply checks a change against the preset and the common settings and writes it into i, which shares no map with what
// it was before. It returns all values of the preset's options, and apart the secrets that were given.
func (s *Setup) apply(i *tenant.Integration, c change) (option.Values, map[string]tenant.Secret, error) {
	own, common := c.divide()
	i.Options = maps.Clone(i.Options)
	commonValues, commonErr := Common().Validate(common)
	if commonErr == nil {
		commonErr = joined(checkBlocks(commonValues.List("blocks")), checkObjects(c.preset, commonValues.List("objects")))
		applyCommon(i, commonValues, common)
	}
	declared := c.preset.Options
	if i.Pushed = i.Pushed || c.preset.Reads() && !c.preset.Opens(); i.Pushed || c.partial {
		declared = optional(declared)
	}
	was := c.together(i.Options, nil)
	values, err := declared.Validate(c.together(i.Options, own))
	if err := joined(err, commonErr); err != nil {
		return nil, nil, err
	}
	secrets := c.write(i, values, own)
	if err := c.followMoves(was, values, secrets); err != nil {
		return nil, nil, err
	}
	if c.partial {
		return values, secrets, s.checkPaths(c.preset, i)
	}
	if _, err := completed(c.preset, *i); err != nil {
		return nil, nil, err
	}
	if err := checkTemplates(c.preset, values); err != nil {
		return nil, nil, err
	}
	return values, secrets, s.checkPaths(c.preset, i)
}

// divide tells the preset's options from the common ones; the preset's win where both have a name.
func (c change) divide() (own, common map[string]string) {
	own, common = map[string]string{}, map[string]string{}
	all := Common()
	for name, value := range c.given {
		_, ofPreset := c.preset.Options.Find(name)
		_, ofAll := all.Find(name)
		if ofAll && !ofPreset {
			common[name] = value
		} else {
			own[name] = value // unknown names too: the preset's validation names the nearest one
		}
	}
	return own, common
}

// together are all values as they would be: the given ones over the integration's own, and those over the inherited ones.
func (c change) together(stored, own map[string]string) map[string]string {
	all := maps.Clone(stored)
	if all == nil {
		all = map[string]string{}
	}
	for name, secret := range c.kept {
		all[name] = secret.Reveal()
	}
	for name := range own {
		if o, ok := c.preset.Options.Find(name); ok {
			delete(all, o.Name)
		}
	}
	for name, raw := range own {
		if _, ok := c.preset.Options.Find(name); !ok || !blank(raw) {
			all[name] = raw
		}
	}
	return over(c.preset, all, c.inherited)
}

// write stores what was given, in the spelling of the declaration; defaults are not stored, so that they can improve.
func (c change) write(i *tenant.Integration, values option.Values, own map[string]string) map[string]tenant.Secret {
	if i.Options == nil {
		i.Options = map[string]string{}
	}
	secrets := map[string]tenant.Secret{}
	for name, raw := range own {
		o, ok := c.preset.Options.Find(name)
		switch {
		case !ok:
		case o.IsSecret() && blank(raw):
			secrets[o.Name] = tenant.Secret{}
		case o.IsSecret():
			secrets[o.Name] = tenant.NewSecret(values.Get(o.Name))
		case blank(raw):
			delete(i.Options, o.Name)
		default:
			i.Options[o.Name] = values.Get(o.Name)
		}
	}
	return secrets
}

// setsPath tells whether a change names a file on this machine.
func (c change) setsPath() bool {
	for name := range c.given {
		if o, ok := c.preset.Options.Find(name); ok && o.Kind() == option.Path {
			return true
		}
	}
	return false
}

// optional are the same options, none of which has to be set: where contacts are sent, the sender knows how to get them.
func optional(set option.Set) option.Set {
	set = slices.Clone(set)
	for i := range set {
		set[i].Required = false
	}
	return set
}

func blank(raw string) bool { return strings.TrimSpace(raw) == "" }

// joined makes one list of several lists of problems, so that a person sees all of them.
func joined(errs ...error) error {
	var all option.Problems
	for _, err := range errs {
		var problems option.Problems
		if err != nil && !errors.As(err, &problems) {
			return err
		}
		all = append(all, problems...)
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// checkObjects refuses objects the preset does not read.
func checkObjects(p *presets.Preset, objects []string) error {
	var ids []string
	for _, s := range p.Streams {
		ids = append(ids, s.ID)
	}
	for _, id := range objects {
		if !slices.Contains(ids, id) {
			return option.Problems{{
				Option: "objects", Code: option.CodeChoice, Text: wording.New("setup.has_id_which_name_does", `has "{ID}", which {Name} does not have`, "ID", id, "Name", p.Name),
				Hint: wording.New("setup.possible_id", "possible: {ID}", "ID", strings.Join(ids, ", ")),
			}}
		}
	}
	return nil
}

func checkBlocks(blocks []string) error {
	for _, text := range blocks {
		if _, err := phone.ParseBlock(text); err != nil {
			return option.Problems{{Option: "blocks", Code: option.CodeMalformed, Text: wording.New("setup.has_range_cannot_read_reason", "has a range that cannot be read: {Reason}", "Reason", err)}}
		}
	}
	return nil
}
