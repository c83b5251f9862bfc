package phone

import (
	"strings"
	"testing"
)

// FuzzFind guards that no text makes Find panic, and that every number found is read again from its own E.164 form.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"+44 (0)20 7946 0018", "5;phone-context=+1;tel:x", "tel:+1;phone-context=+1;ext=1", "\u200f٠٢٠١٢٣٤٥٦٧", "020 1234567 / 06-12345678", "3.1612345678E+10",
		"1-800-FLOWERS", "+49 30 123456-0 Durchwahl 22", `="+31201234567"`, "sip:sip:tel:020@@", "%2B%%31", "&#43;31201234567", strings.Repeat("0 ", 300), "((((((((0)", "E1", "1E99",
	} {
		f.Add(seed, "NL")
		f.Add(seed, "US")
		f.Add(seed, "DE")
	}
	f.Fuzz(func(t *testing.T, raw, region string) {
		for _, found := range Find(raw, FieldContext{Region: region}) {
			if found.Number.IsShort() {
				continue
			}
			again := Find(found.Number.E164(), FieldContext{})
			if len(again) != 1 || again[0].Number != found.Number {
				t.Errorf("%q: found %s, which reads as %v", raw, found.Number.E164(), again)
			}
			if !found.Number.valid() {
				t.Errorf("%q: %s is not valid", raw, found.Number.E164())
			}
		}
	})
}

// FuzzCaller guards that no phone system can make Caller panic or answer with more than it was given.
func FuzzCaller(f *testing.F) {
	for _, seed := range []string{"+4930123456", "sip:+31…@host;user=phone", `"Name" <sip:…;verstat=…>`, "L0#030123456", "anonymous", "*97", "", " ", "tel:;", "<", "\"", "#", "@"} {
		f.Add(seed, "DE", "0")
	}
	f.Fuzz(func(t *testing.T, raw, region, prefix string) {
		sys := SystemForm{Region: region, OutsidePrefix: prefix, AreaCode: "30"}
		r, err := Caller(raw, sys)
		if err != nil {
			return
		}
		if (r.Kind == CallerNumber) != (len(r.Candidates()) > 0) {
			t.Errorf("%q: kind %s with %d candidates", raw, r.Kind, len(r.Candidates()))
		}
		for _, c := range r.Candidates() {
			if c.Number.IsZero() || c.How == "" || c.Number.Fold().Fold() != c.Number.Fold() {
				t.Errorf("%q: candidate %+v", raw, c)
			}
		}
	})
}
