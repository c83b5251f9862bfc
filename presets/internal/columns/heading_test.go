package columns

import (
	"strings"
	"testing"

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
	seen := map[string]Role{}
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
