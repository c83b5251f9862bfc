package jobs

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

var _ Directory = (*tenant.Directory)(nil)

// read shows numbers and issues of a record under settings, one line each.
func readLines(s settings, rec presets.Record) []string {
	c, numbers := s.contact(phone.Read, presets.Stream{ID: "contact"}, &rec, nil)
	var lines []string
	for _, n := range numbers {
		line := n.Number.E164() + " " + n.Label
		if n.Extension != "" {
			line += " ext " + n.Extension
		}
		if n.Stem {
			line += " stem"
		}
		lines = append(lines, line)
	}
	for _, i := range c.Issues {
		lines = append(lines, i.Reason+": "+i.Raw)
	}
	return lines
}

// Promise: where a number is read as national, what is left out and what is reported follow rules 4, 7 and 8.
func TestContactNumbers(t *testing.T) {
	account := tenant.Account{Region: "NL", OwnNumbers: []string{"+31201234500", "+4930123456-00..99"}}
	people := []tenant.Person{{Devices: []tenant.Device{{Number: "201"}, {Number: "020 7654321"}}}}
	mapped := tenant.Integration{CountryField: "Mailing Country", AreaCode: "20"}
	in := func(country string, phones ...presets.Phone) presets.Record {
		return presets.Record{ID: "1", Fields: []presets.Field{{Name: "MailingCountry", Value: country}}, Phones: phones}
	}
	raw := func(text string) presets.Phone { return presets.Phone{Raw: text, Label: "business"} }
	cases := []struct {
		name        string
		integration tenant.Integration
		rec         presets.Record
		want        []string
	}{
		{"tenant's region", tenant.Integration{}, in("", raw("020 1112223")), []string{"+31201112223 business"}},
		{"integration's region", tenant.Integration{Region: "GB"}, in("", raw("020 7946 0018")), []string{"+442079460018 business"}},
		{"record's country by code", mapped, in("gb", raw("020 7946 0018")), []string{"+442079460018 business"}},
		{"record's country by name", mapped, in("Verenigd Koninkrijk", raw("020 7946 0018")), []string{"+442079460018 business"}},
		{"record's country unknown", mapped, in("Atlantis", raw("020 7946 0018")), []string{"no_region: 020 7946 0018"}},
		{"country not mapped", tenant.Integration{}, in("GB", raw("020 1112223")), []string{"+31201112223 business"}},
		{"country of the phone", tenant.Integration{}, in("", presets.Phone{Raw: "020 7946 0018", Country: "GB"}), []string{"+442079460018 "}},
		{"area code at home", mapped, in("", raw("1112223")), []string{"+31201112223 business"}},
		{"area code abroad is another town", mapped, in("DE", raw("1112223")), []string{"unparsable: 1112223"}},
		{"two in one field", tenant.Integration{}, in("", raw("020 1112223 / 06-12345678")), []string{"+31201112223 business", "+31612345678 business"}},
		{"word beside it", tenant.Integration{}, in("", raw("Mob: 06-12345678")), []string{"+31612345678 mobile"}},
		{"fax field", tenant.Integration{}, in("", presets.Phone{Raw: "020 1112223", Fax: true}), nil},
		{"fax by word", tenant.Integration{}, in("", raw("fax 020 1112223")), nil},
		{"fax ticked", tenant.Integration{Fax: true}, in("", presets.Phone{Raw: "020 1112223", Label: "fax", Fax: true}), []string{"+31201112223 fax"}},
		{"own trunk", tenant.Integration{}, in("", raw("+31 20 123 45 00")), []string{"own_number: +31 20 123 45 00"}},
		{"own range", tenant.Integration{}, in("", raw("+49 30 12345617")), []string{"own_number: +49 30 12345617"}},
		{"own device", tenant.Integration{}, in("", raw("020-7654321")), []string{"own_number: 020-7654321"}},
		{"remark", tenant.Integration{}, in("", raw("ask reception")), nil},
		{"junk", tenant.Integration{}, in("", raw("12345678901234567890")), []string{"unparsable: 12345678901234567890"}},
		{"rounded by a spreadsheet", tenant.Integration{}, in("", raw("3.16E+10")), []string{"lossy: 3.16E+10"}},
		{"extension", tenant.Integration{}, in("", raw("020 1112223 ext 22")), []string{"+31201112223 business ext 22"}},
		{"very long", tenant.Integration{}, in("", raw(strings.Repeat("9 ", 400))), []string{"too_long: " + strings.Repeat("9 ", 128)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := settings{account: account, integration: c.integration}.derive(&presets.Preset{ID: "crm"}, people)
			if diff := cmp.Diff(c.want, readLines(s, c.rec)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Promise: columns decide what cells cannot, before the first number is stored; other evidence in the whole run makes
// another full run at once, once a day (rules 4, 5).
func TestSyncLearnsColumns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCRM(0)
		c.size = 100
		for i := range 300 { // digits with a calling code and no plus, written so by another program
			r := record(i)
			r.Phones[0].Raw = fmt.Sprintf("4420794600%02d", i%100)
			c.set(i, r)
		}
		w := newWorld(t, c)
		w.mustSync(Full)
		mark := w.mark()
		if got := mark.Columns["contact/Phone"].Form; got != phone.FormDigits {
			t.Errorf("column is %q", got)
		}
		if got := mark.Values["contact/Phone"]; got != 300 {
			t.Errorf("%d values", got)
		}
		if again := w.due(); again.Why == Columns {
			t.Error("the same decision makes another run")
		}
		for i := range 300 { // the program changed
			r := record(i)
			c.set(i, r)
		}
		w.mustSync(Full)
		if d := w.due(); d.Why != Columns {
			t.Fatalf("next run is %s", d.Why)
		}
		before := w.texts.Load()
		w.s.check(t.Context())
		w.start()
		until(w.due().At.Add(dueEvery))
		w.stop()
		if n := w.texts.Load() - before; n != 300 {
			t.Errorf("%d numbers were read again", n)
		}
		if d := w.due(); d.Why == Columns {
			t.Error("a loop")
		}
	})
}

// mark returns what was published with the generation.
func (w *world) mark() watermark {
	w.t.Helper()
	g, err := w.deps.Cache.Published(w.in)
	if err != nil || g == nil {
		w.t.Fatal(g, err)
	}
	m, err := w.s.seal.openMark(w.in, g.Watermark)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// Promise: "Test connection" shows five contacts as a sync would read them, for drafts too, and changes nothing.
func TestCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCRM(8)
		bad := record(1)
		bad.Phones = append(bad.Phones, presets.Phone{Raw: "+31 20 999", Label: "mobile", Column: "Mobile"})
		c.set(1, bad)
		w := newWorld(t, c)
		_ = w.dir.change(w.in, func(i *tenant.Integration) { i.State = tenant.StateDraft })
		r, err := w.s.Check(t.Context(), w.in)
		if err != nil {
			t.Fatal(err)
		}
		if r.Account != "ada@example.com" || r.Total != 8 || len(r.Sample) != 5 || r.Numbers != 8 || r.Unusable != 1 || r.Values != 9 {
			t.Errorf("report: %+v", r)
		}
		want := CheckedContact{ID: "1", Name: "Contact 1", Numbers: []CheckedNumber{
			{Raw: "020 7000001", Label: "business", E164: "+31207000001", National: "0207000001"},
			{Raw: "+31 20 999", Label: "mobile", Reason: Unparsable},
		}, Values: map[string]string{"DisplayName": "Contact 1", "Email": "c1@example.com", "Identifier": "1"}}
		if diff := cmp.Diff(want, r.Sample[1]); diff != "" {
			t.Error(diff)
		}
		if g, _ := w.deps.Cache.Published(w.in); g != nil || len(w.runs()) != 0 {
			t.Error("a check left something")
		}
	})
}

// Promise: whatever somebody pastes into a CRM, 25 contacts of one number fit one entry (F15, F16).
func TestContactIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCRM(0)
		long := strings.Repeat("ü", 20_000)
		for i := range 30 {
			r := record(i)
			r.Phones[0].Raw = "020 7000000"
			r.Phones = append(r.Phones, presets.Phone{Raw: strings.Repeat("7", 100_000)})
			r.Name, r.Company, r.URL = long, long, "https://x.example/"+long
			for f := range 20 {
				r.Fields = append(r.Fields, presets.Field{Name: fmt.Sprint("F", f), Value: long})
			}
			c.set(i, r)
		}
		w := newWorld(t, c)
		_ = w.dir.change(w.in, func(i *tenant.Integration) {
			for f := range 20 {
				i.Notification = append(i.Notification, tenant.NotificationField{Field: fmt.Sprint("F", f)})
			}
		})
		w.mustSync(Full)
		matches, err := w.deps.Cache.Match(w.in, e164(t, "+31207000000"), nil)
		if err != nil || len(matches) != 25 || matches[0].Total() != 30 {
			t.Fatal(len(matches), err)
		}
		m := matches[0]
		if name := m.Name().String(); len(name) != maxName || strings.Trim(name, "ü") != "" || m.URL().String() != "" {
			t.Errorf("name has %d bytes, url %d", len(name), len(m.URL().String()))
		}
	})
}

// Promise (reliability row C2): the address of a record's page is a web address, or it is not kept, so that no answer
// carries one that runs code, opens a file or signs somebody in.
func TestContactAddress(t *testing.T) {
	cases := map[string]string{
		"https://crm.example/1?a=b#c":        "https://crm.example/1?a=b#c",
		"http://crm.example":                 "http://crm.example",
		"https://crm.example/a b\"><script>": "https://crm.example/a%20b%22%3E%3Cscript%3E",
		"":                                   "",
		"javascript:alert(1)":                "",
		" JaVaScRiPt:alert(1)":               "",
		"java\tscript:alert(1)":              "",
		"data:text/html,<script>":            "",
		"file:///etc/passwd":                 "",
		"//evil.example/x":                   "",
		"https:evil":                         "",
		"https://user:pw@evil.example/":      "",
		"https://evil.example\\@ok.example/": "",
		"https://crm.example/\r\nX-Evil: 1":  "",
		"tel:0900123":                        "",
		"https://crm.example/" + strings.Repeat("x", maxField): "",
	}
	s := settings{account: tenant.Account{Region: "NL"}}.derive(&presets.Preset{ID: "crm"}, nil)
	for in, want := range cases {
		c, _ := s.contact(phone.Read, presets.Stream{ID: "contact"}, &presets.Record{ID: "1", URL: in}, nil)
		if c.URL != want {
			t.Errorf("%q is kept as %q, want %q", in, c.URL, want)
		}
	}
}

// Promise: what the admin set for an integration holds, unless its values show that they are of the tenant's region (rule 4).
func TestIntegrationRegionAgainstItsColumn(t *testing.T) {
	s := settings{account: tenant.Account{Region: "NL"}, integration: tenant.Integration{Region: "FR"}}.derive(&presets.Preset{ID: "crm"}, nil)
	doubtful := presets.Phone{Raw: "0201234567", Column: "Phone"} // valid in both
	dutch := []string{"0800 1234", "0900-8844", "088-1234567", "0880123456", "0900 1234", "0800-0432", "0201234567"}
	french := []string{"08 92 69 92 69", "09 72 72 72 72", "01 99 00 12 34", "0201234567"}
	cases := []struct {
		name   string
		values []string
		want   string
	}{
		{"nothing known", nil, "+33201234567"},
		{"French values", french, "+33201234567"},
		{"Dutch values", dutch, "+31201234567"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			seen := evidence{}
			rec := presets.Record{ID: "1"}
			for _, raw := range c.values {
				seen.observe("Phone", raw, s.evidence(&rec, presets.Phone{Raw: raw}))
			}
			var column phone.Column
			if e := seen["Phone"]; e != nil {
				column = e.Decide()
			}
			found := phone.Find(doubtful.Raw, s.context(&rec, doubtful, column))
			if len(found) != 1 || found[0].Number.E164() != c.want {
				t.Errorf("column %+v: %v, want %s", column, found, c.want)
			}
		})
	}
}
