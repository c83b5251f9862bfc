package tenant

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/phone"
)

// TestDeclarations: what this package declares is well declared.
func TestDeclarations(t *testing.T) {
	for _, line := range slices.Concat(AccountOptions().Lint(), SystemOptions().Lint()) {
		t.Error(line)
	}
}

// TestAddTenantSettings: what a new tenant needs, and what the time zone is.
func TestAddTenantSettings(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		settings map[string]string
		zone     string
		problem  string // option, "" = none
		says     string
	}{
		"one zone":          {map[string]string{"region": "NL"}, "Europe/Amsterdam", "", ""},
		"lower case":        {map[string]string{"region": "nl"}, "Europe/Amsterdam", "", ""},
		"one zone in truth": {map[string]string{"region": "DE"}, "Europe/Berlin", "", ""},
		"another zone":      {map[string]string{"region": "NL", "timezone": "Europe/London"}, "Europe/London", "", ""},
		"several, given":    {map[string]string{"region": "US", "timezone": "America/Chicago"}, "America/Chicago", "", ""},
		"several":           {map[string]string{"region": "US"}, "", "timezone", "one of America/New_York, America/Chicago"},
		"no such zone":      {map[string]string{"region": "NL", "timezone": "Europe/Amsterdm"}, "", "timezone", "is not a time zone"},
		"machine's zone":    {map[string]string{"region": "NL", "timezone": "Local"}, "", "timezone", "is not a time zone"},
		"a file":            {map[string]string{"region": "NL", "timezone": "../../etc/passwd"}, "", "timezone", "is not a time zone"},
		"no region":         {map[string]string{}, "", "region", "is required"},
		"no such region":    {map[string]string{"region": "UK"}, "", "region", "country code"},
		"unknown setting":   {map[string]string{"region": "NL", "time_zone": "UTC"}, "", "time_zone", "did you mean timezone?"},
	} {
		c.settings["name"] = name
		a, err := w.AddTenant(t.Context(), Command("test"), "", c.settings)
		if c.problem == "" {
			if err != nil || a.TimeZone != c.zone {
				t.Errorf("%s: zone %q, %v", name, a.TimeZone, err)
			}
			continue
		}
		var problems option.Problems
		if !errors.Is(err, ErrInvalid) || !errors.As(err, &problems) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p, ok := problems.Of(c.problem); !ok || !strings.Contains(p.Error(), c.says) {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

// TestSetAccount: what `tenant set` does, one change after the other on the same tenant.
func TestSetAccount(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "")
	for _, c := range []struct {
		name, value string
		problem     bool
		want        func(Account) bool
	}{
		{"name", "Muster AG", false, func(a Account) bool { return a.Name == "Muster AG" && a.Region == "NL" }},
		{"name", "", true, nil},
		{"language", "nl", false, func(a Account) bool { return a.Language == "nl" }},
		{"language", "Dutch!", true, nil},
		{"language", "", false, func(a Account) bool { return a.Language == "" }},
		{"own_numbers", "020 794 6391, +49 30 901820", false, func(a Account) bool {
			return slices.Equal(a.OwnNumbers, []string{"+31207946391", "+4930901820"})
		}},
		{"own_numbers", "020 794 6300..020 794 6399", false, func(a Account) bool {
			return slices.Equal(a.OwnNumbers, []string{"+31207946300-+31207946399"})
		}},
		{"own-numbers", "+31207946300-+31207946399", false, func(a Account) bool { return len(a.OwnNumbers) == 1 }},
		{"own_numbers", "+49 30 901820xx", false, func(a Account) bool {
			return slices.Equal(a.OwnNumbers, []string{"+493090182000-+493090182099"})
		}},
		{"own_numbers", "020 794 6399..020 794 6300", true, nil},
		{"own_numbers", "020 794 6391, hello", true, nil},
		{"own_numbers", "", false, func(a Account) bool { return len(a.OwnNumbers) == 0 }},
		{"contact", "it@example.com, boss@example.com", false, func(a Account) bool { return a.Contact == "it@example.com,boss@example.com" }},
		{"contact", "nobody", true, nil},
		{"timezone", "Europe/London", false, func(a Account) bool { return a.TimeZone == "Europe/London" }},
		{"region", "BE", false, func(a Account) bool { return a.Region == "BE" && a.TimeZone == "Europe/Brussels" }},
		{"region", "US", true, nil},
		{"region", "", true, nil},
		{"external_id", "crm-17", false, func(a Account) bool { return a.ExternalID == "crm-17" }},
		{"suspended", "perhaps", true, nil},
		{"nam", "x", true, nil},
	} {
		a, err := w.SetAccount(t.Context(), Command("test"), tn.ID, map[string]string{c.name: c.value})
		if c.problem {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%s=%s: %v", c.name, c.value, err)
			}
			continue
		}
		stored, readErr := w.Account(t.Context(), tn.ID)
		if err != nil || readErr != nil || !c.want(a) {
			t.Errorf("%s=%s: %+v, %v, %v", c.name, c.value, a, err, readErr)
		}
		if diff := cmp.Diff(a, stored); diff != "" {
			t.Errorf("%s=%s: returned and stored differ:\n%s", c.name, c.value, diff)
		}
	}
}

// TestOwn: a tenant's numbers and ranges are its own, their neighbours are not.
func TestOwn(t *testing.T) {
	own := Account{OwnNumbers: []string{"+31207946391", "+49309018200-+49309018299", "+5215512345678"}}.Own()
	for text, want := range map[string]bool{
		"+31207946391": true, "+31207946392": false, "+49309018200": true, "+49309018255": true, "+49309018299": true,
		"+49309018300": false, "+493090182550": false, "+525512345678": true,
	} {
		n, err := phone.ParseE164(text)
		must(t, err)
		if got := own.Has(n); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestExternalID: unique below one parent, free below another, and free again after a change, a move or a removal.
func TestExternalID(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), Command("test")
	r1, r2 := w.reseller("one").ID, w.reseller("two").ID
	add := func(parent ID) (Account, error) {
		return w.AddTenant(ctx, by, parent, map[string]string{"name": "x", "region": "NL", "external_id": "17"})
	}
	a, err := add(r1)
	must(t, err)
	if _, err := add(r1); !errors.Is(err, ErrExists) {
		t.Errorf("twice below one parent: %v", err)
	}
	b, err := add(r2)
	must(t, err)
	if err := w.MoveAccount(ctx, by, b.ID, r1); !errors.Is(err, ErrExists) {
		t.Errorf("moved beside one of the same external id: %v", err)
	}
	must(t, w.MoveAccount(ctx, by, a.ID, r1))
	for parent, want := range map[ID]ID{r1: a.ID, r2: b.ID} {
		if got, err := w.AccountByExternal(ctx, parent, "17"); err != nil || got.ID != want {
			t.Errorf("below %s: %v, %v", parent, got.ID, err)
		}
	}
	_, err = w.SetAccount(ctx, by, a.ID, map[string]string{"external_id": "18"})
	must(t, err)
	must(t, w.MoveAccount(ctx, by, a.ID, ""))
	if got, err := w.AccountByExternal(ctx, r1, "18"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the former parent finds %v, %v", got.ID, err)
	}
	if got, err := w.AccountByExternal(ctx, w.Operator(), "18"); err != nil || got.ID != a.ID {
		t.Errorf("the new parent finds %v, %v", got.ID, err)
	}
	_, err = w.RemoveAccount(ctx, by, b.ID)
	must(t, err)
	for _, parent := range []ID{r1, r2} {
		if _, err := w.AccountByExternal(ctx, parent, "17"); !errors.Is(err, ErrNotFound) {
			t.Errorf("left below %s: %v", parent, err)
		}
		_, err := add(parent)
		must(t, err)
	}
}

// TestFind: by id, by name, by external id, among what the actor may read only.
func TestFind(t *testing.T) {
	w := newWorld(t)
	a, b := w.tenant("Muster AG", ""), w.tenant("Other", "")
	w.tenant("Twin", "")
	w.tenant("twin", "")
	admin := Actor{Kind: ActorPerson, Account: a.ID, Role: RoleAdmin}
	for _, c := range []struct {
		by   Actor
		text string
		want ID
		err  error
	}{
		{Command("x"), string(a.ID), a.ID, nil},
		{Command("x"), "muster ag", a.ID, nil},
		{admin, "Muster AG", a.ID, nil},
		{admin, "Other", "", ErrNotFound},
		{admin, string(b.ID), "", ErrNotFound},
		{Command("x"), "twin", "", ErrInvalid},
		{Command("x"), "", "", ErrNotFound},
	} {
		if got, err := w.Find(t.Context(), c.by, c.text); got.ID != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q: %v, %v", c.text, got.ID, err)
		}
	}
}

// TestSystems: the settings of a phone system become how its numbers are read.
func TestSystems(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), Command("test")
	tn := w.tenant("Muster", "").ID
	first, err := w.FindSystem(ctx, tn, "")
	must(t, err)
	if first.Name != DefaultSystem || first.Form("NL").Form != phone.FormAuto || first.Form("NL").Region != "NL" {
		t.Errorf("a tenant starts with %+v", first)
	}
	s, err := w.AddSystem(ctx, by, tn, map[string]string{
		"name": "Berlin", "number_form": "E164_digits", "region": "de", "area-code": "30", "outside-prefix": "0", "internal-length": "2, 4-5",
	})
	must(t, err)
	want := phone.SystemForm{Form: phone.FormE164Digits, Region: "DE", AreaCode: "30", OutsidePrefix: "0", InternalLengths: []int{2, 4, 5}}
	if diff := cmp.Diff(want, s.Form("NL")); diff != "" {
		t.Error(diff)
	}
	s, err = w.SetSystem(ctx, by, tn, s.ID, map[string]string{"internal-length": "", "number-form": "national", "region": ""})
	must(t, err)
	if s.InternalLengths != nil || s.NumberForm != phone.FormAsNational || s.Form("NL").Region != "NL" || s.AreaCode != "30" {
		t.Errorf("after a change: %+v", s)
	}
	for name, settings := range map[string]map[string]string{
		"no name": {"area-code": "30"}, "form": {"name": "x", "number-form": "any"}, "lengths": {"name": "x", "internal-length": "0-3"},
		"long": {"name": "x", "internal-length": "12"}, "backwards": {"name": "x", "internal-length": "4-3"}, "unknown": {"name": "x", "areacode2": "1"},
		"area": {"name": "x", "area-code": "abc"},
	} {
		if _, err := w.AddSystem(ctx, by, tn, settings); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.AddSystem(ctx, by, tn, map[string]string{"name": "BERLIN"}); !errors.Is(err, ErrExists) {
		t.Errorf("twice: %v", err)
	}
	k, _ := w.key(tn)
	if err := w.RemoveSystem(ctx, by, tn, first.ID); !errors.Is(err, ErrInvalid) {
		t.Errorf("removed with a key on it: %v", err)
	}
	must(t, w.RevokeKey(ctx, by, tn, k.ID))
	must(t, w.RemoveSystem(ctx, by, tn, first.ID))
}

// Promise: what a form shows of an account is all of its settings, and saving it as it is changes nothing.
func TestSettingsOfAForm(t *testing.T) {
	w := newWorld(t)
	a, err := w.AddTenant(t.Context(), Command("test"), "", map[string]string{
		"name": "Muster", "region": "NL", "language": "nl", "own_numbers": "020 123 4500..020 123 4599, 020 765 4321", "contact": "a@example.com,b@example.com",
		"notice_webhook": "https://tickets.example.com/x", "notice_webhook_secret": "sixteen characters", "call_days": "0", "calls_without_agents": "yes", "external_id": "42",
	})
	must(t, err)
	shown := a.Settings()
	for _, o := range AccountOptions() {
		if _, ok := shown[o.Name]; !ok && !o.IsSecret() {
			t.Errorf("the form would lose %s", o.Name)
		}
	}
	same, err := w.SetAccount(t.Context(), Command("test"), a.ID, shown)
	must(t, err)
	if diff := cmp.Diff(shown, same.Settings()); diff != "" || !same.WebhookSigned {
		t.Errorf("saved as it is (-before +after):\n%s", diff)
	}
}
