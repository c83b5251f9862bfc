package recognition

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// Rule 10: a number is read as its phone system writes numbers, and nothing else is guessed.
func TestNumberForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Ada", "Muster", "+31201234567"), contact("Ben", "Muster", "+4915112345678"))
	auto := w.system()
	plus := w.system("number-form", "e164")
	digits := w.system("number-form", "e164_digits")
	national := w.system("number-form", "national")
	outside := w.system("number-form", "national", "outside-prefix", "0")
	local := w.system("number-form", "national", "area-code", "20")
	german := w.system("region", "DE")
	for _, tt := range []struct {
		system tenant.SystemID
		number string
		want   string
	}{
		{auto, "+31201234567", "Ada/Muster exact"},
		{auto, "0201234567", "Ada/Muster exact"},
		{auto, "31201234567", "Ada/Muster exact"},
		{auto, "0031201234567", "Ada/Muster exact"},
		{auto, `"Ada" <sip:+31201234567@pbx.example;user=phone>`, "Ada/Muster exact"},
		{auto, "+31 (0)20 123 4567", "Ada/Muster exact"},
		{plus, "0201234567", "Ada/Muster exact"},
		{digits, "31201234567", "Ada/Muster exact"},
		{national, "0201234567", "Ada/Muster exact"},
		{national, "+31201234567", "Ada/Muster exact"},
		{outside, "00201234567", "Ada/Muster exact"},
		{local, "1234567", "Ada/Muster exact"},
		{german, "015112345678", "Ben/Muster exact"},
		{auto, "0201234568", "nobody fixed"},
		{auto, "020123456", "nobody invalid"},
		{auto, "hello", "nobody invalid"},
		{auto, "", "nobody withheld"},
		{auto, "anonymous", "nobody withheld"},
		{auto, "201", "nobody internal"},
		{auto, "+31999999999", "nobody invalid"},
	} {
		if got := who(w.asks(Question{System: tt.system, Number: tt.number})); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.number, got, tt.want)
		}
	}
}

// Rule 10: two readings that both have hits answer nobody, whoever's the second is: a contact, the tenant itself, or somebody
// whose entry cannot be read.
func TestTwoReadings(t *testing.T) {
	t.Parallel()
	const text = "4915112345678" // a German mobile without plus, and a number in Leer
	mobile, leer := "+4915112345678", "+494915112345678"
	for _, tt := range []struct {
		name     string
		contacts []person
		own      string
		damaged  string
		want     string
	}{
		{name: "one", contacts: []person{contact("Ben", "", mobile)}, want: "Ben/ exact"},
		{name: "the other", contacts: []person{contact("Lea", "", leer)}, want: "Lea/ exact"},
		{name: "both", contacts: []person{contact("Ben", "", mobile), contact("Lea", "", leer)}, want: "nobody fixed"},
		{name: "own", contacts: []person{contact("Ben", "", mobile)}, own: leer, want: "nobody fixed"},
		{name: "damaged", contacts: []person{contact("Ben", "", mobile)}, damaged: leer, want: "nobody fixed"},
		{name: "damaged hit", contacts: []person{contact("Ben", "", mobile)}, damaged: mobile, want: "nobody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.set("own_numbers", tt.own)
			w.integration("CRM", tt.contacts...)
			if tt.damaged != "" {
				w.index = damagedIndex{Index: w.cache, number: number(t, tt.damaged).Fold()}
			}
			q := Question{System: w.system("region", "DE"), Number: text}
			got := who(w.asks(q))
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s: %s, want %s", text, got, tt.want)
			}
			if got := len(w.explain(q).Readings); got != 2 {
				t.Errorf("%d readings explained, want 2", got)
			}
		})
	}
}

// damagedIndex has a broken seal on one number.
type damagedIndex struct {
	Index
	number phone.Number
	in     tenant.IntegrationID // "" is every one
}

func (d damagedIndex) Match(in cache.Ref, n phone.Number, dst []cache.Match) ([]cache.Match, error) {
	if n.Fold() == d.number && (d.in == "" || d.in == in.Integration) {
		return dst, fmt.Errorf("match: %w", cache.ErrUnavailable)
	}
	return d.Index.Match(in, n, dst)
}

// Two spellings of one line are one reading, not two (rule 6).
func TestOneLineInTwoSpellings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Ana", "", "+525512345678"))
	for _, text := range []string{"+5215512345678", "+525512345678"} {
		if got := who(w.ask(text)); got != "Ana/ exact" {
			t.Errorf("%s: %s, want Ana", text, got)
		}
	}
}

// A damaged entry of one integration does not hide another's, and is reported.
func TestDamagedEntryHidesNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := w.integration("Broken", contact("Ada", "", "+31201234567"))
	w.integration("Whole", contact("Bea", "", "+31201234567"), contact("Cas", "", "+31201234568"))
	w.index = damagedIndex{w.cache, number(t, "+31201234567"), broken.Integration}
	a := w.ask("0201234567")
	if got := who(a); got != "Bea/ exact" || !a.Damaged() {
		t.Errorf("%s, damaged %t; want Bea, true", got, a.Damaged())
	}
	if a := w.ask("0201234568"); a.Damaged() {
		t.Error("a number without a broken entry counts as damaged")
	}
	e := w.explain(Question{Number: "0201234567"})
	if !strings.Contains(e.Integrations[0].Silent, "cannot be read") {
		t.Errorf("explain does not say why Broken is silent: %+v", e.Integrations[0])
	}
}

// failingIndex cannot be read at all.
type failingIndex struct{ Index }

var errDisk = errors.New("disk")

func (failingIndex) Match(cache.Ref, phone.Number, []cache.Match) ([]cache.Match, error) {
	return nil, errDisk
}

// A store that cannot be read is an error, not an unknown caller.
func TestFailingStoreIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Ada", "", "+31201234567"))
	w.index = failingIndex{w.cache}
	if _, err := w.rec.Recognize(t.Context(), &Question{Tenant: w.tenant, Number: "+31201234567"}); !errors.Is(err, errDisk) {
		t.Errorf("error %v, want %v", err, errDisk)
	}
}

// Rule 12: longer texts than any phone system's number are refused.
func TestTooLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, text := range []string{strings.Repeat("1", 65), strings.Repeat("x", 513)} {
		if _, err := w.rec.Recognize(t.Context(), &Question{Tenant: w.tenant, Number: text}); !errors.Is(err, ErrTooLong) {
			t.Errorf("%d characters: error %v, want ErrTooLong", len(text), err)
		}
	}
}

// Rule 8: the tenant's own numbers are never a contact, and are answered as own with the agent's or device's name.
func TestOwnNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set("own_numbers", "0201234567,0205550000..0205550099")
	w.device("Zoe", "201")
	w.device("Yan", "0201112222")
	w.integration("CRM", contact("Ada", "", "+31201234567", "+31205550042", "+31201112222"))
	for _, tt := range []struct{ number, kind, name string }{
		{"0201234567", "own", ""},
		{"+31205550042", "own", ""},
		{"+31205550100", "fixed", ""},
		{"0201112222", "own", "Yan"},
		{"201", "own", "Zoe"},
		{"sip:201@pbx.example", "own", "Zoe"},
		{"202", "internal", ""},
		{"", "withheld", ""},
	} {
		b := w.body(w.ask(tt.number))
		if b.Number.Kind != tt.kind || b.Number.Name != tt.name || len(b.Matches) != 0 {
			t.Errorf("%s: %s %q with %d matches, want %s %q", tt.number, b.Number.Kind, b.Number.Name, len(b.Matches), tt.kind, tt.name)
		}
		if got := w.ask(tt.number).Name(); got != tt.name {
			t.Errorf("%s: the line is %q, want %q", tt.number, got, tt.name)
		}
	}
}

// Rule 15: those without extension, else the company only. A stem is the company's, never a person's.
func TestExtensions(t *testing.T) {
	t.Parallel()
	const main = "+31201234567"
	for _, tt := range []struct {
		name     string
		contacts []person
		want     string
	}{
		{"one without", []person{contact("Ada", "Muster", main), contact("Ben", "Muster", main+";ext=22")}, "Ada/Muster exact"},
		{"all with", []person{contact("Ada", "Muster", main+";ext=21"), contact("Ben", "Muster", main+";ext=22")}, "/Muster extension"},
		{"a single one", []person{contact("Ben", "Muster", main+";ext=22")}, "/Muster extension"},
		{"two companies", []person{contact("Ada", "Aar", main+";ext=21"), contact("Ben", "Bree", main+";ext=22")}, "/Aar extension, /Bree extension"},
		{"no company", []person{contact("Ben", "", main+";ext=22")}, "nobody fixed"},
		{"a stem", []person{contact("Ben", "Muster", main+";stem")}, "/Muster extension"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.integrationOf(tenant.Integration{Name: "CRM", Scripts: []tenant.Script{button("Open", "$(PopUpUri)", "")}}, tt.contacts...)
			a := w.ask(main)
			if got := who(a); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			for _, m := range w.body(a).Matches {
				if m.Quality == string(Extension) && (m.Name != "" || m.Record.ID != "" || m.Record.URL != "" || len(m.Scripts) > 0 || len(m.Fields) != 1) {
					t.Errorf("a company alone tells of a person: %+v", m)
				}
			}
		})
	}
}

// Rules 9 and 14: a block shows its company only, and only where nobody has the number itself in any integration.
func TestBlocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	german := w.system("region", "DE")
	b, err := phone.ParseBlock("+49 30 123456xx")
	w.must(err)
	in := w.integration("Blocks")
	w.publish(in, cache.RefreshOptions{Blocks: []cache.Range{{Block: b, Company: "Turm AG"}}}, contact("Ulf", "Turm AG", "+493012345601"))
	w.integration("Exact", contact("Vera", "", "+493012345602"))
	for _, tt := range []struct{ number, want string }{
		{"+493012345601", "Ulf/Turm AG exact"},
		{"+493012345602", "Vera/ exact"},
		{"+493012345603", "/Turm AG block"},
		{"03012345603", "/Turm AG block"},
		{"+493012345703", "nobody fixed"},
	} {
		if got := who(w.asks(Question{System: german, Number: tt.number})); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.number, got, tt.want)
		}
	}
	w.clock = w.clock.AddDate(0, 0, 91)
	if got := who(w.ask("+493012345603")); got != "nobody fixed" {
		t.Errorf("a block in stale data: %s, want nobody", got)
	}
}

// Rule 14: priority, the preset's object order, most recently changed, name; whichever source answers.
func TestOrder(t *testing.T) {
	t.Parallel()
	const n = "+31201234567"
	w := newWorld(t)
	w.integrationOf(tenant.Integration{Name: "late", Priority: 2}, person{Name: "Eva", Phones: []string{n}})
	w.integrationOf(
		tenant.Integration{Name: "B", Priority: 1},
		person{Name: "Dirk", Order: 1, Phones: []string{n}}, person{Name: "Bob", Age: 3, Phones: []string{n}},
	)
	w.integrationOf(
		tenant.Integration{Name: "A", Priority: 1},
		person{Name: "Cor", Age: 4, Phones: []string{n}}, person{Name: "Ann", Age: 3, Phones: []string{n}}, person{Name: "Zed", Age: 1, Phones: []string{n}},
	)
	if got, want := who(w.ask(n)), "Zed/ exact, Ann/ exact, Bob/ exact, Cor/ exact, Dirk/ exact, Eva/ exact"; got != want {
		t.Errorf("order %s\n want %s", got, want)
	}
}

// Rule 14: the same person found twice in one integration is one match.
func TestSamePersonOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Ada", "", "+31201234567", "+31201234567"), contact("Mia", "", "+5215512345678", "+525512345678"))
	for text, want := range map[string]string{"0201234567": "Ada/ exact", "+525512345678": "Mia/ exact"} {
		if got := who(w.ask(text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// Rule 14: more than 25 contacts on one number are cut off and flagged; limit asks for fewer.
func TestCapAndLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var many []person
	for i := range 30 {
		many = append(many, contact(fmt.Sprintf("P%02d", i), "Muster", "+31201234567"))
	}
	w.integration("CRM", many...)
	for _, tt := range []struct{ limit, want int }{{0, 10}, {3, 3}, {25, 25}, {99, 25}} {
		a := w.asks(Question{Number: "0201234567", Limit: tt.limit})
		b := w.body(a)
		if len(b.Matches) != tt.want || !b.Matches[0].Capped || b.Matches[0].Total != 30 {
			t.Errorf("limit %d: %d matches, capped %t, total %d", tt.limit, len(b.Matches), b.Matches[0].Capped, b.Matches[0].Total)
		}
		if got := a.Name(); got != "" {
			t.Errorf("the line is %q although nobody knows whose company the rest is of", got)
		}
	}
}

// An integration that is disabled, or whose data is too old, says nothing from the next question on (A11).
func TestSilentIntegrations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.integration("CRM", contact("Ada", "", "+31201234567"))
	quick := w.integrationOf(tenant.Integration{Name: "Quick", AgeLimit: time.Hour}, contact("Bea", "", "+31201234567"))
	want := func(want, silent string) {
		t.Helper()
		if got := who(w.ask("0201234567")); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		e := w.explain(Question{Number: "0201234567"})
		var all []string
		for _, c := range e.Integrations {
			all = append(all, c.Silent)
			if c.SyncedAt == nil || c.Age == "" {
				t.Errorf("%s: the age of its data is missing", c.Name)
			}
		}
		if got := strings.Join(all, "|"); got != silent {
			t.Errorf("silent for %q, want %q", got, silent)
		}
	}
	want("Ada/ exact, Bea/ exact", "|")
	w.clock = w.clock.Add(2 * time.Hour)
	want("Ada/ exact", "|its data is older than its age limit")
	w.change(quick, func(i *tenant.Integration) { i.AgeLimit = 0 })
	w.change(in, func(i *tenant.Integration) { i.State = tenant.StateDisabled })
	want("Bea/ exact", "it is disabled|")
	w.clock = w.clock.AddDate(0, 0, 91)
	want("nobody fixed", "it is disabled|its data is older than its age limit")
}

// A region given with the question replaces the phone system's, with its area code.
func TestRegionOfTheQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Gus", "", "+442079460018"))
	local := w.system("number-form", "national", "area-code", "20")
	if got := who(w.asks(Question{System: local, Region: "GB", Number: "020 7946 0018"})); got != "Gus/ exact" {
		t.Errorf("%s, want Gus", got)
	}
	if got := who(w.asks(Question{System: local, Number: "020 7946 0018"})); got != "nobody invalid" {
		t.Errorf("without the region: %s, want nobody", got)
	}
}
