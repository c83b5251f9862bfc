package file

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Cards of every version give names, company and labelled numbers.
func TestCards(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{
			"version 3", "BEGIN:VCARD\nVERSION:3.0\nN:Muster;Ada;van;;\nFN:Ada van Muster\nORG:Muster\\, Söhne AG;Sales\nTEL;TYPE=WORK,VOICE:+49 30 123456\nTEL;TYPE=CELL:0170 1234567\nTEL;TYPE=HOME;TYPE=FAX:030 1\nEMAIL;TYPE=INTERNET:ada@example.com\nEND:VCARD\n",
			[]string{"Ada van Muster", "Muster, Söhne AG", "ada@example.com", "business +49 30 123456", "mobile 0170 1234567", "fax 030 1"},
		},
		{
			"version 4", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,work\":tel:+31-20-1234567;ext=22\r\nTEL;VALUE=uri;TYPE=\"cell,home\":tel:+31612345678\r\nEMAIL:a@example.com\r\nEMAIL;PREF=1:b@example.com\r\nEND:VCARD\r\n",
			[]string{"Ada", "", "b@example.com", "business tel:+31-20-1234567;ext=22", "private_mobile tel:+31612345678"},
		},
		{
			"version 2.1", "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=\n=B6rg\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg M=FCller\nTEL;WORK;VOICE:030 123456\nTEL;CELL:0170 1234567\nTEL;WORK;FAX:030 2\nEND:VCARD\n",
			[]string{"Jörg Müller", "", "", "business 030 123456", "mobile 0170 1234567", "fax 030 2"},
		},
		{
			"folded", "BEGIN:VCARD\nFN:A\n da\nTEL:+31 20\n\t 123 45 67\nPHOTO;ENCODING=b:" + strings.Repeat("QUJD\n ", 20_000) + "QUJD\nEND:VCARD\n",
			[]string{"Ada", "", "", "+31 20 123 45 67"},
		},
		{
			"labels of Apple", "BEGIN:VCARD\nFN:Ada\nitem1.TEL:020 1234567\nitem1.X-ABLabel:_$!<Main>!$_\nitem2.TEL;type=pref:020 7654321\nitem2.X-ABLabel:Durchwahl\nEND:VCARD\n",
			[]string{"Ada", "", "", "main 020 1234567", "direct 020 7654321"},
		},
		{
			"name without FN", "BEGIN:VCARD\nN:Muster;Ada;;Dr.;\nTEL:020 1\nEND:VCARD\n",
			[]string{"Ada Muster", "", "", "020 1"},
		},
		{
			"company", "BEGIN:VCARD\nKIND:org\nFN:Muster AG\nTEL:020 1\nEND:VCARD\n",
			[]string{"", "Muster AG", "", "020 1"},
		},
		{
			"a card inside", "BEGIN:VCARD\nFN:Ada\nAGENT:\nBEGIN:VCARD\nFN:Bo\nTEL:020 2\nEND:VCARD\nTEL:020 1\nEND:VCARD\n",
			[]string{"Ada", "", "", "020 1"},
		},
		{
			"lower case and no last line end", "begin:vcard\nfn:Ada\ntel;type=cell:020 1\nend:vcard",
			[]string{"Ada", "", "", "mobile 020 1"},
		},
		{
			"old charset", "BEGIN:VCARD\nFN:J\xf6rg M\xfcller\nTEL:020 1\nEND:VCARD\n",
			[]string{"Jörg Müller", "", "", "020 1"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := records(t, "vcard", written(t, "list.vcf", test.text))
			if len(got) != 1 {
				t.Fatalf("%d contacts", len(got))
			}
			if diff := cmp.Diff(test.want, summary(got[0].Name, got[0].Company, got[0].Email, got[0].Phones)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Several cards come in order with their identities; groups are no contacts.
func TestSeveralCards(t *testing.T) {
	text := "BEGIN:VCARD\nUID:urn:uuid:1-2\nREV:20260102T030405Z\nFN:Ada\nTEL:020 1\nTITLE:CFO\nEND:VCARD\n\nBEGIN:VCARD\nKIND:group\nFN:Friends\nTEL:020 3\nEND:VCARD\nBEGIN:VCARD\nUID:b\nFN:Bo\nTEL:020 2\nEND:VCARD\n"
	got := records(t, "auto", written(t, "list.vcf", text))
	if len(got) != 2 || got[0].ID != "1-2" || got[1].ID != "b" {
		t.Fatalf("%+v", got)
	}
	if !got[0].Changed.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) || got[0].Fields[0].Value != "CFO" {
		t.Errorf("%+v", got[0])
	}
}

// A file that ends inside a card was cut off.
func TestDamagedCards(t *testing.T) {
	for name, test := range map[string][2]string{
		"cut":      {"BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\n", "line 4: the card that begins here does not end"},
		"long":     {"BEGIN:VCARD\nFN:" + strings.Repeat("a", 40_000) + "\nEND:VCARD\n", "line 2: a value is longer than 32 KiB"},
		"folds":    {"BEGIN:VCARD\nFN:" + strings.Repeat("a\n ", 400_000) + "\nEND:VCARD\n", "line 2: a value is longer than 32 KiB"},
		"endless":  {"BEGIN:VCARD\n" + strings.Repeat("TEL:1\n", 6_000) + "END:VCARD\n", "a card has more than 5000 lines"},
		"not ours": {"Name;Phone\nAda;020 1234567\n", "this is a CSV file, not VCARD"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readAll(t, opened(t, "vcard", written(t, "list.vcf", test[0]))); err == nil || !strings.Contains(err.Error(), test[1]) {
				t.Errorf("got %v, want %q", err, test[1])
			}
		})
	}
}
