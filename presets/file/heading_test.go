package file

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
