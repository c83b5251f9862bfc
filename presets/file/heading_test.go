package file

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/phonelabel"
)

// Columns are recognised by their headings in the languages of the export.
func TestHeadings(t *testing.T) {
	tests := []struct{ heading, want string }{
		// whole headings
		{"Name", "name"},
		{"Full Name", "name"},
		{"Volledige naam", "name"},
		{"Ansprechpartner", "name"},
		{"Nom complet", "name"},
		{"Contactpersoon", "name"},
		{"First Name", "first name"},
		{"Voornaam", "first name"},
		{"Vorname", "first name"},
		{"Prénom", "first name"},
		{"Given Name", "first name"},
		{"Tussenvoegsel", "middle name"},
		{"Additional Name", "middle name"},
		{"Last name", "last name"},
		{"Achternaam", "last name"},
		{"Nachname", "last name"},
		{"Apellidos", "last name"},
		{"Cognome", "last name"},
		{"Family Name", "last name"},
		{"Company", "company"},
		{"Bedrijfsnaam", "company"},
		{"Firma", "company"},
		{"Organization 1 - Name", "company"},
		{"Société", "company"},
		{"Organisatie", "company"},
		{"E-mail", "e-mail"},
		{"E-mail Address", "e-mail"},
		{"E-mailadres", "e-mail"},
		{"E-Mail-Adresse", "e-mail"},
		{"E-mail 1 - Value", "e-mail"},
		{"Courriel", "e-mail"},
		{"ID", "id"},
		{"Contact-ID", "id"},
		{"Record ID", "id"},
		{"Klantnummer", "customer number"},
		{"Kunden-Nr.", "customer number"},
		{"Account number", "customer number"},
		{"Debiteurnr", "customer number"},
		{"Customer No.", "customer number"},
		{"Country", "country of the phone"},
		{"Land", "country of the phone"},
		{"Land/Regio", "country of the phone"},
		{"Business Country/Region", "country of the phone business"},
		{"Pays", "country of the phone"},
		// phones
		{"Phone", "phone"},
		{"Telephone number", "phone"},
		{"Telefoon", "phone"},
		{"Telefoonnr.", "phone"},
		{"Tel.", "phone"},
		{"Telefonnummer", "phone"},
		{"Rufnummer", "phone"},
		{"Téléphone", "phone"},
		{"Teléfono", "phone"},
		{"Tel.nr.", "phone"},
		{"Phone 2", "phone #2"},
		{"Telefon2", "phone #2"},
		{"Phone 1 - Value", "phone #1"},
		{"Phone 1 - Type", "kind of the phone #1"},
		{"Phone 1 - Label", "kind of the phone #1"},
		{"Mobile", "phone mobile"},
		{"Mobile Phone", "phone mobile"},
		{"Mobiel", "phone mobile"},
		{"Mobiel nummer", "phone mobile"},
		{"Handy", "phone mobile"},
		{"Mobiltelefon", "phone mobile"},
		{"GSM", "phone mobile"},
		{"06-nummer", "phone, if its cells look like it #06"},
		{"Cell", "phone mobile"},
		{"Portable", "phone mobile"},
		{"Móvil", "phone mobile"},
		{"Business Phone", "phone business"},
		{"Telefoon werk", "phone business"},
		{"Telefoon op werk", "phone business"},
		{"Telefon geschäftlich", "phone business"},
		{"Telefon (geschäftl.)", "phone, if its cells look like it"},
		{"Work phone", "phone business"},
		{"Telefoon zakelijk", "phone business"},
		{"Business Phone 2", "phone business #2"},
		{"Home Phone", "phone home"},
		{"Telefoon thuis", "phone home"},
		{"Telefoon privé", "phone home"},
		{"Telefon privat", "phone home"},
		{"Privat", ""},
		{"Mobil privat", "phone private_mobile"},
		{"Mobiel zakelijk", "phone business_mobile"},
		{"Diensthandy", "phone business_mobile"},
		{"Work mobile", "phone business_mobile"},
		{"Company Main Phone", "phone main"},
		{"Hoofdnummer", "phone main"},
		{"Zentrale", ""},
		{"Primary Phone", "phone main"},
		{"Direct phone", "phone direct"},
		{"Doorkiesnummer", "phone direct"},
		{"Durchwahl", "phone direct"},
		{"Assistant's Phone", "phone assistant"},
		{"Other Phone", "phone other"},
		{"Weiteres Telefon", "phone other"},
		{"Car Phone", "phone other"},
		{"Festnetz", "phone business"},
		{"Fax", "phone fax"},
		{"Business Fax", "phone fax"},
		{"Telefax", "phone fax"},
		{"Fax op werk", "phone fax"},
		{"Home fax number", "phone fax"},
		// decided by what stands in the cells
		{"Number", "phone, if its cells look like it"},
		{"Nummer", "phone, if its cells look like it"},
		{"Phone Amsterdam", "phone, if its cells look like it"},
		{"Do not phone", "phone, if its cells look like it"},
		{"Phone verified", "phone, if its cells look like it"},
		// neither
		{"Notes", ""},
		{"Postcode", ""},
		{"Title", ""},
		{"Straße", ""},
		{"Business Street", ""},
		{"Home City", ""},
		{"Birthday", ""},
		{"", ""},
		{"Mobility", ""},
		{"Main contact since", ""},
	}
	h := theHeadings()
	for _, test := range tests {
		m := h.read(test.heading)
		got := strings.TrimSpace(string(m.role) + " " + m.label)
		if m.index != "" {
			got += " #" + m.index
		}
		if got != test.want {
			t.Errorf("%q is %q, want %q", test.heading, got, test.want)
		}
	}
}

// A heading stands for one role only.
func TestHeadingsAreDistinct(t *testing.T) {
	seen := map[string]role{}
	for r, list := range headings {
		for _, h := range strings.Split(list, "|") {
			if other, twice := seen[h]; twice {
				t.Errorf("%q is %s and %s", h, other, r)
			}
			if h != presets.FoldName(h) {
				t.Errorf("%q is never met: folded it is %q", h, presets.FoldName(h))
			}
			seen[h] = r
		}
	}
	for w := range phonelabel.Words {
		if w != presets.FoldName(w) {
			t.Errorf("%q is never met: folded it is %q", w, presets.FoldName(w))
		}
	}
}

// The exports of address books come out with every number under its label.
func TestAddressBookExports(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{
			"Google, new headings",
			"First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n" +
				"Ada,van,Muster,Muster BV,Work,ada@example.com,Mobile,06 12345678,Work,020 1234567 ::: 020 7654321\n",
			[]string{"Ada van Muster", "Muster BV", "ada@example.com", "mobile 06 12345678", "business 020 1234567", "business 020 7654321"},
		},
		{
			"Google, old headings",
			"Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name\nAda Muster,Ada,Muster,* ,ada@example.com,Work Fax,020 1234567,Muster BV\n",
			[]string{"Ada Muster", "Muster BV", "ada@example.com", "fax 020 1234567"},
		},
		{
			"Outlook, English",
			"First Name,Last Name,Company,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,E-mail Address,Business Country/Region,Home Country/Region\n" +
				"Ada,Muster,Muster BV,020 1,020 2345678,020 3456789,04 123 45 67,06 12345678,ada@example.com,Netherlands,Belgium\n",
			[]string{"Ada Muster", "Muster BV", "ada@example.com", "fax 020 1 NL", "business 020 2345678 NL", "business 020 3456789 NL", "home 04 123 45 67 BE", "mobile 06 12345678 NL"},
		},
		{
			"Outlook, German",
			"Vorname;Nachname;Firma;Telefon geschäftlich;Telefon privat;Mobiltelefon;E-Mail-Adresse\nAda;Muster;Muster AG;030 123456;030 654321;0170 1234567;ada@example.com\n",
			[]string{"Ada Muster", "Muster AG", "ada@example.com", "business 030 123456", "home 030 654321", "mobile 0170 1234567"},
		},
		{
			"Dutch bookkeeping",
			"Debiteurnummer;Bedrijfsnaam;Contactpersoon;Land;Telefoon;Mobiel;Fax\n1001;Muster BV;Ada Muster;België;03 234 56 78;0470 12 34 56;03 1\n",
			[]string{"Ada Muster", "Muster BV", "", "03 234 56 78 BE", "mobile 0470 12 34 56 BE", "fax 03 1 BE"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := records(t, "csv", written(t, "list.csv", test.text))
			if diff := cmp.Diff(test.want, summary(got[0].Name, got[0].Company, got[0].Email, got[0].Phones)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the admin sets goes before what is recognised, by heading, letter or number.
func TestChosenColumns(t *testing.T) {
	text := "Code;Wie;Waar;Bel;Bel ook;Fax\nA1;Ada;Muster BV;020 1234567;06 12345678;020 9\nB2;Bo;Bo BV;020 2234567;;\n"
	got := records(t, "csv", written(t, "list.csv", text), "id_column", "Code", "name_column", "b", "company_column", "3", "phone_columns", "bel,Bel ook")
	if diff := cmp.Diff([]string{"A1", "Ada", "Muster BV", "020 1234567", "06 12345678", "fax 020 9"}, append([]string{got[0].ID}, withoutEmpty(summary(got[0].Name, got[0].Company, "", got[0].Phones))...)); diff != "" {
		t.Error(diff)
	}
	_, err := readAll(t, opened(t, "csv", written(t, "list.csv", text), "phone_columns", "Telefoon"))
	if err == nil || !strings.Contains(err.Error(), `phone_columns names column "Telefoon", which list.csv does not have`) {
		t.Errorf("a column that is not there: %v", err)
	}
}

// Without headings columns are recognised by what stands in them, and numbers
// that only count upwards are no phones.
func TestColumnsByContent(t *testing.T) {
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, "%d;Ada Muster %c;Muster %c GmbH;ada%d@example.com;030 12345%02d;2026-11-%02d;DE\n", 1000001+i, 'A'+i, 'A'+i, i, i, i+1)
	}
	got := records(t, "csv", written(t, "list.csv", b.String()))
	if diff := cmp.Diff([]string{"1000001", "Ada Muster A", "Muster A GmbH", "ada0@example.com", "030 1234500 DE"}, append([]string{got[0].ID}, summary(got[0].Name, got[0].Company, got[0].Email, got[0].Phones)...)); diff != "" {
		t.Error(diff)
	}
}
