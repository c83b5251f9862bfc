package phone

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestParseE164 guards that digits are looked up as they stand: strict form, known calling code, nothing else.
func TestParseE164(t *testing.T) {
	for _, tt := range []struct {
		raw string
		ok  bool
	}{
		{"+31201234567", true},
		{"+390669821234", true},
		{"+80012345678", true},
		{"+882123456", true},
		{"+123456789012345", true},
		{"", false},
		{"+", false},
		{"31201234567", false},
		{"+0201234567", false},
		{"+31 20", false},
		{"+31a01234567", false},
		{"+99912345678", false},
		{"+1234567890123456", false},
		{"+３１201234567", false},
	} {
		n, err := ParseE164(tt.raw)
		if ok := err == nil; ok != tt.ok {
			t.Errorf("%q: accepted %v, want %v", tt.raw, ok, tt.ok)
			continue
		}
		if tt.ok && n.E164() != tt.raw {
			t.Errorf("%q: came back as %q", tt.raw, n.E164())
		}
	}
}

// TestParseE164Property guards that what is parsed comes back the same, and that equal texts give equal numbers.
func TestParseE164Property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := "+" + rapid.StringMatching(`(1|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|7|8[1246]|9[0-58]|35[0-9]|42[013])[0-9]{5,11}`).Draw(t, "digits")
		n, err := ParseE164(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if again, _ := ParseE164(n.E164()); again != n || n.E164() != s || string(n.AppendE164([]byte("x"))) != "x"+s {
			t.Fatalf("%s came back as %s", s, n.E164())
		}
	})
}

// TestNumberForms guards the forms a number is shown and dialled in.
func TestNumberForms(t *testing.T) {
	for _, tt := range []struct{ e164, national, international, home, abroad, region string }{
		{"+31201234567", "0201234567", "+31 20 123 4567", "NL", "DE", "NL"},
		{"+442079460018", "02079460018", "+44 20 7946 0018", "GG", "NL", "GB"},
		{"+12024561414", "2024561414", "+1 202-456-1414", "CA", "NL", "US"},
		{"+390212345678", "0212345678", "+39 02 1234 5678", "VA", "NL", "IT"},
		{"+3612345678", "0612345678", "+36 1 234 5678", "HU", "NL", "HU"},
		{"+79161234567", "89161234567", "+7 916 123-45-67", "KZ", "NL", "RU"},
		{"+80012345678", "12345678", "+800 1234 5678", "", "NL", "001"},
	} {
		t.Run(tt.e164, func(t *testing.T) {
			n, err := ParseE164(tt.e164)
			if err != nil {
				t.Fatal(err)
			}
			if got := n.National(); got != tt.national {
				t.Errorf("national %q, want %q", got, tt.national)
			}
			if got := n.International(); got != tt.international {
				t.Errorf("international %q, want %q", got, tt.international)
			}
			if got := n.Region(); got != tt.region {
				t.Errorf("region %q, want %q", got, tt.region)
			}
			if got := n.Dialled(tt.home); tt.home != "" && got != tt.national {
				t.Errorf("dialled at home %q, want %q", got, tt.national)
			}
			if got, want := n.Dialled(tt.abroad), "00"+strings.TrimPrefix(tt.e164, "+"); got != want {
				t.Errorf("dialled abroad %q, want %q", got, want)
			}
			if got := n.Dialled(""); got != tt.e164 {
				t.Errorf("dialled nowhere %q, want %q", got, tt.e164)
			}
		})
	}
}

// TestDialledExitCodes guards that a number is given as the tenant's region dials it.
func TestDialledExitCodes(t *testing.T) {
	n, err := ParseE164("+442079460018")
	if err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]string{
		"US": "011442079460018", "AU": "0011442079460018", "JP": "010442079460018", "NL": "00442079460018", "nl": "00442079460018", "GB": "02079460018",
		"UK": "02079460018", "XX": "+442079460018",
	} {
		if got := n.Dialled(region); got != want {
			t.Errorf("%s: %q, want %q", region, got, want)
		}
	}
}

// TestKind guards the kinds that the API shows.
func TestKind(t *testing.T) {
	for e164, want := range map[string]Kind{
		"+31201234567": KindFixed, "+31612345678": KindMobile, "+12024561414": KindFixedOrMobile, "+318001234": KindTollFree,
		"+319008844": KindPremium, "+31881234567": KindUAN, "+31200": KindUnknown, "+34901234567": KindSharedCost, "+447012345678": KindPersonal,
		"+80012345678": KindTollFree,
	} {
		n, err := ParseE164(e164)
		if err != nil {
			t.Errorf("%s: %v", e164, err)
			continue
		}
		if got := n.Kind(); got != want {
			t.Errorf("%s: kind %s, want %s", e164, got, want)
		}
	}
}

// TestLocation guards that an unknown caller still tells a town, in the tenant's language or English.
func TestLocation(t *testing.T) {
	for _, tt := range []struct{ e164, language, want string }{
		{"+31201234567", "nl", "Amsterdam"},
		{"+31201234567", "en", "Amsterdam"},
		{"+4989123456", "de", "München"},
		{"+4989123456", "nl", "Munich"},
		{"+4989123456", "", "Munich"},
		{"+80012345678", "en", ""},
		{"+31612345678", "nl", ""},
	} {
		n, err := ParseE164(tt.e164)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Location(tt.language); got != tt.want {
			t.Errorf("%s in %q: %q, want %q", tt.e164, tt.language, got, tt.want)
		}
	}
}

// TestShortNumbers guards rule 7: a short number is one of its region, never the tail of another, never from abroad.
func TestShortNumbers(t *testing.T) {
	for _, tt := range []struct{ region, raw, want string }{
		{"NL", "14020", "NL:14020"},
		{"NL", "14 020", "NL:14020"},
		{"NL", "112", "NL:112"},
		{"DE", "112", "DE:112"},
		{"DE", "14020", ""},
		{"", "112", ""},
		{"NL", "12345", ""},
		{"NL", "2019", ""},
		{"US", "90210", ""},
		{"NL", "room 112", ""},
		{"NL", "000", ""},
	} {
		if got := strings.Join(e164s(tt.region, tt.raw), " "); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.region, tt.raw, got, tt.want)
		}
	}
	n := Find("14020", FieldContext{Region: "NL"})[0].Number
	if !n.IsShort() || n.Region() != "NL" || n.National() != "14020" || n.Dialled("DE") != "14020" || n.Kind() != KindShort || n.Fold() != n {
		t.Errorf("short number: %v %s %s %s %s", n.IsShort(), n.Region(), n.National(), n.Dialled("DE"), n.Kind())
	}
}

// TestZero guards that the zero value means no number everywhere.
func TestZero(t *testing.T) {
	var n Number
	if !n.IsZero() || n.E164() != "" || n.National() != "" || n.International() != "" || n.Dialled("NL") != "" || n.Region() != "" ||
		n.Kind() != KindUnknown || n.Location("nl") != "" || !n.Fold().IsZero() || n.IsShort() || n.Blockable() {
		t.Error("the zero value says something")
	}
}

// TestRegions guards the names of regions.
func TestRegions(t *testing.T) {
	for region, want := range map[string]bool{"NL": true, "XK": true, "nl": false, "": false, "ZZ": false, "001": false} {
		if got := IsRegion(region); got != want {
			t.Errorf("IsRegion(%q) = %v", region, got)
		}
	}
	if v := MetadataVersion(); !strings.Contains(v, "/"+rulesVersion) || len(v) < 6 {
		t.Errorf("metadata version %q names no rules", v)
	}
}
