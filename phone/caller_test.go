package phone

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var german = SystemForm{Form: FormAuto, Region: "DE", AreaCode: "30"}

func candidates(t *testing.T, raw string, sys SystemForm) string {
	t.Helper()
	r, err := CallerCanonical(raw, sys)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, 0, 4)
	for _, c := range r.Candidates() {
		out = append(out, c.Number.E164())
	}
	return strings.Join(out, " ")
}

// TestCallerSameNumber guards rule 12 and the test vectors of the look-up endpoints: one caller in all forms that phone
// systems send.
func TestCallerSameNumber(t *testing.T) {
	for _, raw := range []string{
		"+4930123456", "004930123456", "4930123456", "030123456", "+49 (30) 123-456", "%2B4930123456", " 4930123456",
		"sip:+4930123456@10.0.0.1;user=phone", "tel:+49-30-123456;ext=12", `"Ada" <030123456>`, "123456", "+49(0)30123456",
		`"Ada 2" <sip:+4930123456@h;verstat=TN-Validation-Passed>`, "L0#030123456", "*31#030123456", "SIPS:004930123456@h", "٠٣٠١٢٣٤٥٦",
		"030123456;phone-context=x", "\u202a+4930123456\u202c",
	} {
		t.Run(raw, func(t *testing.T) {
			if got, _, _ := strings.Cut(candidates(t, raw, german), " "); got != "+4930123456" {
				t.Errorf("first candidate %q, want +4930123456", got)
			}
		})
	}
}

// TestCallerForms guards rule 10: what digits without plus mean is a setting of the phone system, and auto looks up both.
func TestCallerForms(t *testing.T) {
	for _, tt := range []struct {
		name string
		sys  SystemForm
		raw  string
		want string
	}{
		{"auto gives both readings", SystemForm{Region: "DE"}, "4915112345678", "+494915112345678 +4915112345678"},
		{"auto in the United States", SystemForm{Region: "US"}, "6562123456", "+16562123456 +6562123456"},
		{"national", SystemForm{Form: FormAsNational, Region: "DE"}, "4915112345678", "+494915112345678"},
		{"digits", SystemForm{Form: FormE164Digits, Region: "DE"}, "4915112345678", "+4915112345678"},
		{"digits in the United States", SystemForm{Form: FormE164Digits, Region: "US"}, "6562123456", "+6562123456"},
		{"national in the United States", SystemForm{Form: FormAsNational, Region: "US"}, "6562123456", "+16562123456"},
		{"plus always means itself", SystemForm{Form: FormAsNational, Region: "NL"}, "+442079460018", "+442079460018"},
		{"exit code", SystemForm{Form: FormAsNational, Region: "NL"}, "00442079460018", "+442079460018"},
		{"exit code of the region", SystemForm{Form: FormAsNational, Region: "US"}, "011442079460018", "+442079460018"},
		{"Italian zero", SystemForm{Region: "IT"}, "066982", "+39066982"},
		{"Italian zero lost", SystemForm{Region: "NL"}, "+3969821234", "+39069821234 +3969821234"},
		{"outside prefix once", SystemForm{Region: "DE", OutsidePrefix: "0"}, "0030123456", "+4930123456"},
		{"outside prefix with blank", SystemForm{Region: "DE", OutsidePrefix: "0"}, "0 030123456", "+4930123456"},
		{"no outside prefix said", SystemForm{Region: "DE"}, "0 030123456", ""},
		{"local", SystemForm{Region: "NL", AreaCode: "20"}, "1234567", "+31201234567"},
		{"local, area code with its 0", SystemForm{Region: "NL", AreaCode: "020"}, "1234567", "+31201234567"},
		{"local in Italy, where the 0 is part of it", SystemForm{Region: "IT", AreaCode: "06"}, "69812345", "+390669812345"},
		{"local without area code", SystemForm{Region: "NL"}, "1234567", ""},
		{"letters stay letters", SystemForm{Region: "US"}, "1-800-FLOWERS", ""},
		{"a word before", SystemForm{Region: "NL"}, "Tel. 020 1234567", "+31201234567"},
		{"an extension behind", SystemForm{Region: "NL"}, "+31 20 1234567 ext 12", "+31201234567"},
		{"two numbers typed", SystemForm{Region: "NL"}, "020 1234567 / 06 12345678", ""},
		{"two readings in a text", SystemForm{Region: "DE"}, "Tel. 4915112345678", ""},
		{"a date", SystemForm{Region: "NL"}, "am 26.11.2026", ""},
		{"name of a device", SystemForm{Region: "NL"}, "sip:desk 0201234567@10.0.0.1", ""},
		{"not valid but as it stands", SystemForm{Region: "NL"}, "+31201234", "+31201234"},
		{"overlong", SystemForm{Region: "NL"}, "+3120123456789012345", ""},
		{"short", SystemForm{Region: "NL"}, "14020", "NL:14020"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := candidates(t, tt.raw, tt.sys)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCallerFastPath guards that a plus and digits are looked up as they stand, without the numbering plan or allocation.
func TestCallerFastPath(t *testing.T) {
	r, err := Caller("+31201234", german)
	if err != nil || !r.AsItStands() || r.Candidates()[0].Number.E164() != "+31201234" {
		t.Errorf("got %+v, %v", r, err)
	}
	allocs := testing.AllocsPerRun(100, func() {
		r, _ := Caller("+31201234567", german)
		_ = r.Candidates()[0].Number.Fold()
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

// TestCallerKinds guards rule 13: withheld and internal numbers never become candidates.
func TestCallerKinds(t *testing.T) {
	sys := SystemForm{Region: "NL", InternalLengths: []int{3, 4}}
	for kind, raws := range map[CallerKind][]string{
		CallerWithheld: {
			"", "anonymous", "Anonymous", "unknown", "restricted", "unavailable", "private", "asserted-none", "0", "000000", "999999999", "P", "o", "U", "v",
			"266696687", "7378742833", "82282452253", "anoniem", "Anonym", "unbekannt", "unterdrückt", "numéro masqué", "privé", "sip:anonymous@anonymous.invalid",
			"anonymous@anonymous.invalid", `"Anonymous" <sip:anonymous@anonymous.invalid>`, "anonymous.invalid", "Onbekend", "inconnu", "sip:unavailable@unknown.invalid",
		},
		CallerInternal: {"101", "2001", "*97", "**61", "sip:201@10.0.0.1", "101 ", "*100#"},
		CallerInvalid:  {"Ada Muster", "12345", "abc123", "12"},
	} {
		for _, raw := range raws {
			t.Run(string(kind)+" "+raw, func(t *testing.T) {
				r, err := Caller(raw, sys)
				if err != nil {
					t.Fatal(err)
				}
				if r.Kind != kind || len(r.Candidates()) != 0 {
					t.Errorf("kind %s with %d candidates, want %s with none", r.Kind, len(r.Candidates()), kind)
				}
			})
		}
	}
}

// TestCallerInternalDigits guards that the digits of an internal number are kept.
func TestCallerInternalDigits(t *testing.T) {
	for raw, want := range map[string]string{"101": "101", "*97": "97", "sip:201@h": "201"} {
		if r, err := Caller(raw, german); err != nil || r.Internal != want {
			t.Errorf("%s: internal %q, want %q (%v)", raw, r.Internal, want, err)
		}
	}
}

// TestCallerTooLong guards the limits of rule 12: 512 characters of text, 64 of number.
func TestCallerTooLong(t *testing.T) {
	for name, tt := range map[string]struct {
		raw  string
		want error
	}{
		"long address around a number": {`"` + strings.Repeat("x", 400) + `" <sip:+31201234567@h>`, nil},
		"513 characters":               {strings.Repeat("é", 513), ErrTooLong},
		"512 characters of junk":       {"+" + strings.Repeat("1", 511), ErrTooLong},
		"65 characters of number":      {strings.Repeat("1", 65), ErrTooLong},
		"64 characters of number":      {strings.Repeat("1", 64), nil},
	} {
		if _, err := Caller(tt.raw, german); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", name, err, tt.want)
		}
	}
}
