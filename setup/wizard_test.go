package setup

import (
	"errors"
	"testing"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// TestDraft guards that an integration that is set up step by step loses nothing, is overwritten by no other window, answers
// nothing before it is finished, and is finished only with settings that were tested.
func TestDraft(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), w.admin()
	i, err := w.Begin(ctx, by, w.tenant, "freshdesk", "en")
	w.must(err)
	var problems option.Problems
	if err := w.Lacks(ctx, i); !errors.As(err, &problems) {
		t.Fatalf("an empty draft lacks nothing: %v", err)
	}
	given := pairs(w.required("freshdesk"))
	seen := i.Wizard.Revision
	i, err = w.SaveDraft(ctx, by, i, seen, given, func(i *tenant.Integration) { i.Name = "Desk" })
	w.must(err)
	if i.State != tenant.StateDraft || i.Name != "Desk" {
		t.Errorf("after the first step: %s %q", i.State, i.Name)
	}
	if _, err := w.SaveDraft(ctx, by, i, seen, nil, nil); !errors.Is(err, tenant.ErrRevision) {
		t.Errorf("a window that saw an older draft saved it: %v", err)
	}
	w.must(w.Lacks(ctx, i))
	if _, err := w.Finish(ctx, by, i, i.Wizard.Revision); !errors.Is(err, ErrUntested) {
		t.Errorf("finished without a test: %v", err)
	}
	settings, err := w.Settings(ctx, i)
	w.must(err)
	w.must(w.directory.NoteDraft(ctx, w.tenant, i.ID, func(w *tenant.Wizard) { w.Tested = settings }))
	i, err = w.directory.Integration(ctx, w.tenant, i.ID)
	w.must(err)
	if ok, _ := w.Tested(ctx, i); !ok {
		t.Error("a test of these settings does not count")
	}
	i, err = w.SaveDraft(ctx, by, i, i.Wizard.Revision, map[string]string{"fax": "true"}, nil)
	w.must(err)
	if ok, _ := w.Tested(ctx, i); ok {
		t.Error("a test of other settings counts")
	}
	i, err = w.finish(i)
	w.must(err)
	if i.State != tenant.StateEnabled || i.Wizard != nil {
		t.Errorf("finished: %s, %v", i.State, i.Wizard)
	}

	// What is changed later is a copy until it is finished, and there is one copy at a time.
	c, err := w.Reopen(ctx, by, w.tenant, i.ID)
	w.must(err)
	again, err := w.Reopen(ctx, by, w.tenant, i.ID)
	w.must(err)
	if c.ID == i.ID || c.ID != again.ID {
		t.Errorf("opened again: %s, then %s of %s", c.ID, again.ID, i.ID)
	}
	secret := w.secretOf("freshdesk")
	c, err = w.SaveDraft(ctx, by, c, c.Wizard.Revision, map[string]string{"fax": "false", "region": "DE"}, nil)
	w.must(err)
	all, err := w.directory.Integrations(ctx, w.tenant)
	w.must(err)
	if len(all) != 1 || !all[0].Fax {
		t.Errorf("while a copy is changed: %d integrations, fax %t", len(all), all[0].Fax)
	}
	done, err := w.finish(c)
	w.must(err)
	secrets, err := w.directory.Secrets(ctx, w.tenant, i.ID)
	w.must(err)
	if done.ID != i.ID || done.Fax || done.Region != "DE" || done.State != tenant.StateEnabled || secrets[secret].Reveal() != "hush" {
		t.Errorf("the copy took effect as %+v", done)
	}
	if _, err := w.directory.Integration(ctx, w.tenant, c.ID); !errors.Is(err, tenant.ErrNotFound) {
		t.Errorf("the copy is still there: %v", err)
	}
}

// TestDraftsExpire guards that what nobody finishes does not stay for ever, and that what somebody goes on with does.
func TestDraftsExpire(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), w.admin()
	old, err := w.Begin(ctx, by, w.tenant, "csv", "nl")
	w.must(err)
	w.clock = w.clock.Add(10 * 24 * time.Hour)
	young, err := w.Begin(ctx, by, w.tenant, "csv", "nl")
	w.must(err)
	w.clock = w.clock.Add(5 * 24 * time.Hour)
	w.must(w.ExpireDrafts(ctx))
	all, err := w.directory.Drafts(ctx, w.tenant)
	w.must(err)
	if len(all) != 1 || all[0].ID != young.ID || all[0].ID == old.ID {
		t.Errorf("after a fortnight there are %d drafts", len(all))
	}
}
