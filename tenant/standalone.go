package tenant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/wording"
)

// AddScript adds a stand-alone script. It has no record, so a template that names a field is [ErrInvalid], with what
// [scripts.Parse] says about it.
func (d *Directory) AddScript(ctx context.Context, by Actor, t ID, s Script) (Script, error) {
	s.ID = NewScriptID()
	err := d.change(ctx, by, t, ManageScripts, func(tx tx) (note, error) {
		return note{Action: "script.add", Object: string(s.ID), Name: s.Name}, tx.putScript(t, s)
	})
	return s, err
}

// SetScript lets change edit a stand-alone script; it may run again.
func (d *Directory) SetScript(ctx context.Context, by Actor, t ID, id ScriptID, change func(*Script) error) (Script, error) {
	var s Script
	err := d.change(ctx, by, t, ManageScripts, func(tx tx) (note, error) {
		before, err := tx.script(t, id)
		if err != nil {
			return note{}, err
		}
		s = before
		if err := change(&s); err != nil {
			return note{}, err
		}
		s.ID = id
		n := note{Action: "script.set", Object: string(id), Name: s.Name, Details: changedMembers(before, s)}
		return n, tx.putScript(t, s)
	})
	return s, err
}

// RemoveScript removes a stand-alone script.
func (d *Directory) RemoveScript(ctx context.Context, by Actor, t ID, id ScriptID) error {
	return d.change(ctx, by, t, ManageScripts, func(tx tx) (note, error) {
		s, err := tx.script(t, id)
		if err != nil {
			return note{}, err
		}
		return note{Action: "script.remove", Object: string(id), Name: s.Name}, tx.remove(place(t, placeScript, string(id)))
	})
}

// Scripts returns the stand-alone scripts of a tenant, by name.
func (d *Directory) Scripts(ctx context.Context, t ID) ([]Script, error) {
	var out []Script
	err := d.live(ctx, t, func(v view) error {
		var err error
		out, err = v.scripts(t)
		return err
	})
	return out, err
}

func (v view) scripts(t ID) ([]Script, error) {
	all, err := list[Script](v, t, placeScript)
	slices.SortFunc(all, func(a, b Script) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

func (v view) script(t ID, id ScriptID) (Script, error) {
	if err := id.check(); err != nil {
		return Script{}, err
	}
	s, err := get[Script](v, t, place(t, placeScript, string(id)))
	if err != nil {
		return Script{}, fmt.Errorf("script %s: %w", id, err)
	}
	return s, nil
}

func (t tx) putScript(account ID, s Script) error {
	if err := s.check(); err != nil {
		return err
	}
	if _, err := scripts.Parse(s.URL, scripts.Names{Schemes: t.d.schemes}); err != nil {
		return fmt.Errorf("%w: script %q: %w", ErrInvalid, s.Name, err)
	}
	return t.put(account, place(account, placeScript, string(s.ID)), s)
}

// check refuses what no script may be. Templates of an integration are parsed by who knows the preset's fields.
func (s Script) check() error {
	switch {
	case s.ID.check() != nil:
		return wording.Errorf(ErrInvalid, "tenant.script_id", "script id")
	case strings.TrimSpace(s.Name) == "" || len(s.Name) > 100:
		return wording.Errorf(ErrInvalid, "tenant.script_has_name_most_100", "a script has a name of at most 100 bytes")
	case strings.TrimSpace(s.URL) == "" || len(s.URL) > maxScript:
		return wording.Errorf(ErrInvalid, "tenant.script_name_has_no_template", `script "{Name}" has no template, or one above 16 KiB`, "Name", s.Name)
	case !slices.Contains([]When{"", WhenMatch, WhenNoMatch, WhenAlways}, s.When):
		return wording.Errorf(ErrInvalid, "tenant.script_name_when_match_no", `script "{Name}": when is match, no_match or always`, "Name", s.Name)
	}
	return s.Server.check(s.Name)
}
