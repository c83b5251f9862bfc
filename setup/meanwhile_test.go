package setup

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// finish notes a passed test of a draft and finishes it, as it was seen at i.
func (w *world) finish(i tenant.Integration) (tenant.Integration, error) {
	w.t.Helper()
	settings, err := w.Settings(w.t.Context(), i)
	w.must(err)
	w.must(w.directory.NoteDraft(w.t.Context(), w.tenant, i.ID, func(w *tenant.Wizard) { w.Tested = settings }))
	tested, err := w.directory.Integration(w.t.Context(), w.tenant, i.ID)
	w.must(err)
	return w.Finish(w.t.Context(), w.admin(), tested, i.Wizard.Revision)
}

// TestMeanwhile guards that what others change in an integration while somebody changes a copy of it is neither lost nor taken
// unseen: it is told, and Finish waits until somebody has said what holds.
func TestMeanwhile(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), w.admin()
	i := w.mustAdd(by, "freshdesk", w.required("freshdesk")...)
	secret := w.secretOf("freshdesk")
	c, err := w.Reopen(ctx, by, w.tenant, i.ID)
	w.must(err)
	if !c.SecretsSet[secret].Equal(i.SecretsSet[secret]) {
		t.Error("a copy's secrets are younger than they are")
	}
	c, err = w.SaveDraft(ctx, by, c, c.Wizard.Revision, map[string]string{"region": "BE", "area_code": "2", "priority": "7"}, nil)
	w.must(err)
	w.clock = w.clock.Add(time.Minute)
	w.mustChange(i, command, "region", "DE", "fax", "true", "priority", "7", secret, "newer")
	w.mustChange(i, command, "night_from", "01:00")

	of, list, err := w.Meanwhile(ctx, c)
	w.must(err)
	want := []Difference{{"fax", false, false}, {OptionPart + secret, false, false}, {"region", true, false}, {"window", false, false}}
	if !slices.Equal(list, want) {
		t.Fatalf("changed meanwhile: %v, want %v", list, want)
	}
	if _, err := w.finish(c); !errors.Is(err, ErrMeanwhile) {
		t.Fatalf("finished over what others changed: %v", err)
	}
	if _, err := w.Settle(ctx, by, c, c.Wizard.Revision, of.Revision-1, nil); !errors.Is(err, tenant.ErrRevision) {
		t.Fatalf("settled what nobody has seen: %v", err)
	}
	seen := c
	c, err = w.Settle(ctx, by, c, c.Wizard.Revision, of.Revision, []string{"fax", OptionPart + secret, "no_such", OptionPart + "no_such"})
	w.must(err)
	if _, err := w.Settle(ctx, by, seen, seen.Wizard.Revision, of.Revision, nil); !errors.Is(err, tenant.ErrRevision) {
		t.Errorf("settled a draft that was saved since: %v", err)
	}
	if _, list, _ := w.Meanwhile(ctx, c); len(list) > 0 || !c.SecretsSet[secret].Equal(of.SecretsSet[secret]) {
		t.Errorf("settled, but still told: %v", list)
	}
	w.mustChange(i, command, "max_age", "9d")
	if _, err := w.finish(c); !errors.Is(err, ErrMeanwhile) {
		t.Fatalf("finished over a second change: %v", err)
	}
	of, _, err = w.Meanwhile(ctx, c)
	w.must(err)
	c, err = w.Settle(ctx, by, c, c.Wizard.Revision, of.Revision, []string{"age_limit"})
	w.must(err)
	done, err := w.finish(c)
	w.must(err)
	secrets, err := w.directory.Secrets(ctx, w.tenant, i.ID)
	w.must(err)
	if !done.Fax || done.Region != "BE" || done.AreaCode != "2" || done.Priority != 7 || done.AgeLimit == 0 || done.Window.From == "01:00" || secrets[secret].Reveal() != "newer" {
		t.Errorf("in the end: %+v", done)
	}
}

// TestMeanwhileAddress guards that an address somebody else entered is not taken over without the secrets it was given with, and the
// other way round: nobody gets a secret sent to an address of theirs by letting another's copy take that over.
func TestMeanwhileAddress(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), w.admin()
	i := w.mustAdd(by, "democrm", "address", "https://here.example", "api_key", "canary-pass")
	for name, taken := range map[string]string{"the address alone": OptionPart + "address", "the secret alone": OptionPart + "api_key"} {
		c, err := w.Reopen(ctx, by, w.tenant, i.ID)
		w.must(err)
		w.must(w.directory.SetCredential(ctx, w.tenant, c.ID, grantName, []byte("{}")))
		w.clock = w.clock.Add(time.Minute)
		w.mustChange(i, by, "address", "https://there.example", "api_key", "theirs")
		of, list, err := w.Meanwhile(ctx, c)
		w.must(err)
		if len(list) != 2 || !list[0].Bound || !list[1].Bound {
			t.Errorf("%s: %v", name, list)
		}
		c, err = w.Settle(ctx, by, c, c.Wizard.Revision, of.Revision, []string{taken})
		w.must(err)
		secrets, err := w.directory.Secrets(ctx, w.tenant, c.ID)
		w.must(err)
		if c.Options["address"] != "https://there.example" || secrets["api_key"].Reveal() != "theirs" {
			t.Errorf("%s: %s with %s", name, c.Options["address"], secrets["api_key"].Reveal())
		}
		if _, err := w.directory.Credential(ctx, w.tenant, c.ID, grantName); !errors.Is(err, tenant.ErrNotFound) {
			t.Errorf("%s: tokens of another address: %v", name, err)
		}
		w.must(w.Abandon(ctx, by, c))
		w.mustChange(i, by, "address", "https://here.example", "api_key", "canary-pass")
	}
}

// TestMeanwhilePaths guards that taking over a file's name from another change takes its trust along and no further.
func TestMeanwhilePaths(t *testing.T) {
	mine, theirs := tenant.Integration{Options: map[string]string{"path": "/etc/passwd"}}, tenant.Integration{Options: map[string]string{"path": "/srv/people.csv"}, PathsTrusted: true}
	w := newWorld(t)
	p, _ := w.Preset("csv")
	for path, want := range map[string]bool{"/etc/passwd": false, "/srv/people.csv": true, "": false} {
		got := tenant.Integration{Options: map[string]string{"path": path}}
		if trusted(p.Options, got, mine, theirs) != want {
			t.Errorf("%q is trusted: %t", path, !want)
		}
	}
}

// TestDraftElsewhere guards that a draft whose settings a command or the API changes, or that is deleted with its integration, is not
// written over by the page that was open.
func TestDraftElsewhere(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), w.admin()
	i, err := w.Begin(ctx, by, w.tenant, "freshdesk", "en")
	w.must(err)
	changed := w.mustChange(i, command, w.required("freshdesk")...)
	if _, err := w.SaveDraft(ctx, by, i, i.Wizard.Revision, map[string]string{"fax": "true"}, nil); !errors.Is(err, tenant.ErrRevision) {
		t.Errorf("a page wrote over what a command had set: %v", err)
	}
	if _, err := w.finish(i); !errors.Is(err, tenant.ErrRevision) {
		t.Errorf("finished as it was before a command changed it: %v", err)
	}
	done, err := w.finish(changed)
	w.must(err)
	c, err := w.Reopen(ctx, by, w.tenant, done.ID)
	w.must(err)
	w.must(w.AbandonCopies(ctx, by, done))
	if _, err := w.directory.Integration(ctx, w.tenant, c.ID); !errors.Is(err, tenant.ErrNotFound) {
		t.Errorf("the copy of what is deleted: %v", err)
	}
}

// required are values for the options a preset asks for, as pairs.
func (w *world) required(preset string) (list []string) {
	p, _ := w.Preset(preset)
	for _, o := range p.Options {
		switch {
		case o.Required && o.IsSecret():
			list = append(list, o.Name, "hush")
		case o.Required:
			list = append(list, o.Name, o.Example)
		}
	}
	return list
}

func (w *world) secretOf(preset string) string {
	p, _ := w.Preset(preset)
	for _, o := range p.Options {
		if o.Required && o.IsSecret() {
			return o.Name
		}
	}
	return ""
}
