package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/store"
)

var (
	ada = person{ID: "1", Name: "Ada", Company: "Muster AG", Phones: []string{"+31201234567"}}
	bob = person{ID: "2", Name: "Bob", Company: "Muster AG", Phones: []string{"+31201234568"}}
)

// TestUnchangedWritesNothing: a second run of the same contacts neither normalises nor writes; another mapping does.
func TestUnchangedWritesNothing(t *testing.T) {
	t.Parallel()
	w := memory(t)
	w.publish(ada, bob)
	s := w.publish(ada, bob)
	want := Stats{Before: Counts{Contacts: 2, Numbers: 2}, After: Counts{Contacts: 2, Numbers: 2}, Unchanged: 2, Generation: 2}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("second run (-want +got):\n%s", diff)
	}
	p := w.status()
	if diff := cmp.Diff(w.values(p.Previous.Version), w.values(p.Published.Version)); diff != "" {
		t.Errorf("the second run has written:\n%s", diff)
	}
	r := w.refresh(RefreshOptions{Mapping: DigestOf("another")})
	if same, err := r.Unchanged("contact", ada.ID, ada.digest()); same || err != nil {
		t.Errorf("unchanged under another mapping: %v, %v", same, err)
	}
	w.no(r.Discard())
}

// values are the sealed entries at a version.
func (w *world) values(at store.Version) map[string]string {
	w.tb.Helper()
	all := map[string]string{}
	p, err := prefixOf(w.in)
	w.no(err)
	for item, err := range w.table.Scan(p[:], at) {
		w.no(err)
		all[string(item.Key)] = string(item.Value)
	}
	return all
}

// TestTypesAreApart: a contact and a company of the same id are two records.
func TestTypesAreApart(t *testing.T) {
	t.Parallel()
	w := memory(t)
	r := w.refresh(RefreshOptions{})
	for i, typ := range []string{"contact", "company"} {
		n := LabelledNumber{Number: number("+31201234567")}
		w.no(r.Put(Contact{Type: typ, ID: "101", Name: typ, Order: i}, DigestOf(typ), n))
	}
	_, err := r.Publish(context.Background())
	w.no(err)
	w.wantNames("+31201234567", "contact", "company")
	r = w.refresh(RefreshOptions{Mode: Incremental})
	w.no(r.Delete("company", "101"))
	_, err = r.Publish(context.Background())
	w.no(err)
	w.wantNames("+31201234567", "contact")
}

// TestMatchShowsEverything: what was put is what a match gives, down to the generation.
func TestMatchShowsEverything(t *testing.T) {
	t.Parallel()
	w := memory(t)
	p := person{ID: "7", Name: `Ada "Ace" <b>`, Company: "M & Co", Order: 3, Phones: []string{"+31201234567;ext=22;label=mobile"}}
	r := w.refresh(RefreshOptions{Language: "nl", Run: "run-1"})
	w.no(feed(r, []person{p}))
	r.SetWatermark("2026-11-20T01:00:00Z")
	_, err := r.Publish(context.Background())
	w.no(err)
	got, err := w.cache.Match(w.in, number("+31201234567"), nil)
	w.no(err)
	if len(got) != 1 {
		t.Fatalf("%d matches", len(got))
	}
	m := &got[0]
	email, _ := m.Field("Email")
	if _, ok := m.Field("email"); ok {
		t.Error("a field is found under a name it does not have")
	}
	var fields []string
	for name, value := range m.Fields() {
		fields = append(fields, name+"="+value.String())
	}
	facts := m.Facts()
	have := []string{
		m.Type().String(), m.ID().String(), m.Name().String(), m.Company().String(), m.URL().String(), m.Label().String(),
		m.Extension().String(), email.String(), fmt.Sprint(fields), m.Changed().Format(time.RFC3339), fmt.Sprint(m.Order(), m.Total()),
		facts.E164, facts.National, facts.Region, string(facts.Kind), facts.Location("nl").String(), facts.Location("fr").String(),
		fmt.Sprintln(m.Generation().Number, m.Generation().SyncedAt.Equal(w.at), m.Generation().Watermark, m.Generation().Run),
		fmt.Sprint(m.Stem(), m.Head(), m.Block()),
	}
	want := []string{
		"contact", "7", `Ada "Ace" <b>`, "M & Co", "https://crm.example/7", "mobile", "22", "7@example.com",
		`[DisplayName=Ada "Ace" <b> Email=7@example.com]`, "2026-11-19T12:00:00Z", "3 1", "+31201234567", "0201234567", "NL", "fixed",
		"Amsterdam", "Amsterdam", "1 true 2026-11-20T01:00:00Z run-1\n", "false false false",
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("match (-want +got):\n%s", diff)
	}
}

// TestFoldedForms (rule 6): both forms of one line hit, whichever was stored, and a contact that has both is one match.
func TestFoldedForms(t *testing.T) {
	t.Parallel()
	w := memory(t)
	const with, without = "+5215512345678", "+525512345678"
	w.publish(
		person{ID: "1", Name: "Ada", Phones: []string{with}},
		person{ID: "2", Name: "Bob", Phones: []string{without}},
		person{ID: "3", Name: "Cy", Phones: []string{with + ";ext=1", without}},
	)
	for _, asked := range []string{with, without} {
		w.wantNames(asked, "Ada", "Bob", "Cy")
	}
	got, err := w.cache.Match(w.in, number(with), nil)
	w.no(err)
	if got[0].Facts().E164 != with || got[1].Facts().E164 != without {
		t.Errorf("shown as %s and %s, not as they were", got[0].Facts().E164, got[1].Facts().E164)
	}
	if e := got[2].Extension(); e != "" {
		t.Errorf("extension %q of a line that stands without one too", e)
	}
}

// TestCap (rule 14, F16): 25 contacts of a number are listed, the others counted, and the next takes the place of one
// that goes.
func TestCap(t *testing.T) {
	t.Parallel()
	w := memory(t)
	people := map[string]person{}
	var all []person
	for i := range 60 {
		p := person{ID: fmt.Sprintf("%02d", i), Name: fmt.Sprintf("P%02d", i), Age: i, Phones: []string{"+31201234567"}}
		all, people[p.ID] = append(all, p), p
	}
	slices.Reverse(all)
	w.publish(all...)
	w.check(people, []string{"+31201234567"})
	names, total := w.names("+31201234567")
	if len(names) != MaxContacts || total != 60 || names[0] != "P00" || names[24] != "P24" {
		t.Fatalf("%d of %d: %v", len(names), total, names)
	}
	for _, gone := range []string{"03", "40"} {
		r := w.refresh(RefreshOptions{Mode: Incremental})
		w.no(r.Delete("contact", gone))
		_, err := r.Publish(context.Background())
		w.no(err)
		delete(people, gone)
		w.check(people, []string{"+31201234567"})
	}
	names, total = w.names("+31201234567")
	if total != 58 || names[24] != "P25" {
		t.Errorf("after two deletions: %d, last %s", total, names[24])
	}
	for s, err := range w.cache.Shared(context.Background(), w.in, 26) {
		w.no(err)
		if s.E164 != "+31201234567" || s.Total != 58 || len(s.Matches) != MaxContacts {
			t.Errorf("shared: %s %d", s.E164, s.Total)
		}
	}
}

// TestIssues: what could not be indexed is reported by every later generation too, although nobody looked at it again.
func TestIssues(t *testing.T) {
	t.Parallel()
	w := memory(t)
	bad := person{ID: "9", Name: "Cy", Company: "X", Bad: 2}
	w.publish(ada, bad)
	w.publish(ada, bad)
	var got []Reported
	for one, err := range w.cache.Issues(context.Background(), w.in) {
		w.no(err)
		got = append(got, one)
	}
	want := []Reported{{
		Type: "contact", ID: "9", Name: "Cy", Company: "X", URL: "https://crm.example/9",
		Issues: []Issue{{"unparsable", "abc0"}, {"unparsable", "abc1"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	if n := w.status().Published.Counts.Rejected; n != 2 {
		t.Errorf("%d rejected", n)
	}
}

// TestHostileRecords: ids that are not text still name one record each, and huge records neither break a run nor push
// others off their number.
func TestHostileRecords(t *testing.T) {
	t.Parallel()
	w := memory(t)
	people := map[string]person{}
	var all []person
	for i := range 30 {
		p := person{ID: fmt.Sprintf("\xff<%02d>\"", i), Name: fmt.Sprintf("%02d", i), Company: strings.Repeat("\x01", 50_000), Phones: []string{"+31201234567"}}
		all, people[p.ID] = append(all, p), p
	}
	w.publish(all...)
	names, total := w.names("+31201234567")
	if total != 30 || len(names) != MaxContacts || names[24] != "24" {
		t.Fatalf("%d of %d", len(names), total)
	}
	w.publish(all[1:]...)
	names, total = w.names("+31201234567")
	if total != 29 || names[0] != "01" || names[24] != "25" {
		t.Errorf("after one is gone: %d, %v", total, names)
	}
	r := w.refresh(RefreshOptions{})
	if err := r.Put(Contact{ID: strings.Repeat("x", MaxID+1)}, Digest{}); !errors.Is(err, ErrID) {
		t.Errorf("an id that is too long: %v", err)
	}
	w.no(r.Discard())
}

// TestKeep: an object that cannot be read loses none of its contacts, wherever they are listed, while those of another object
// that are gone are gone.
func TestKeep(t *testing.T) {
	t.Parallel()
	w := memory(t)
	shared := LabelledNumber{Number: number("+31201234567")}
	r := w.refresh(RefreshOptions{})
	for i := range MaxContacts + 20 {
		id := fmt.Sprint(i)
		w.no(r.Put(Contact{Type: "company", ID: id, Name: "company", Order: 1}, DigestOf("company", id), shared))
		w.no(r.Put(Contact{Type: "contact", ID: id, Name: "contact"}, DigestOf("contact", id), LabelledNumber{Number: number(fmt.Sprintf("+312076543%02d", i))}))
	}
	_, err := r.Publish(context.Background())
	w.no(err)
	r = w.refresh(RefreshOptions{})
	_, err = r.Unchanged("contact", "1", DigestOf("contact", "1"))
	w.no(err)
	w.no(r.Keep("company"))
	s, err := r.Publish(context.Background())
	w.no(err)
	if s.Removed != MaxContacts+19 || s.Unchanged != MaxContacts+21 || s.After.Contacts != MaxContacts+21 {
		t.Errorf("%+v", s)
	}
	w.wantNames("+31207654302")
	w.wantNames("+31207654301", "contact")
}
