package phone

import "testing"

// TestFold guards rule 6: every E.164 form of one line compares as one, and other lines stay apart.
func TestFold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		forms []string
	}{
		{"Mexico", []string{"+525512345678", "+5215512345678"}},
		{"Argentina", []string{"+541123456789", "+5491123456789"}},
		{"Brazil", []string{"+5511987654321", "+551187654321"}},
		{"Réunion", []string{"+262262123456", "+33262123456"}},
		{"Guadeloupe mobile", []string{"+590690123456", "+33690123456"}},
		{"French Guiana", []string{"+594594123456", "+33594123456"}},
		{"Martinique mobile", []string{"+596696123456", "+33696123456"}},
		{"Martinique", []string{"+596596301234", "+33596301234"}},
		{"Italy", []string{"+390669821234", "+39669821234"}},
		{"San Marino", []string{"+3780549886377", "+378549886377", "+378886377", "+390549886377", "+39549886377"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := mustParse(t, tt.forms[0]).Fold()
			for _, form := range tt.forms {
				if got := mustParse(t, form).Fold(); got != want {
					t.Errorf("%s folds to %s, want %s", form, got.E164(), want.E164())
				}
				if got := mustParse(t, form).Fold(); got.Fold() != got {
					t.Errorf("%s folds twice", form)
				}
			}
		})
	}
}

func mustParse(t *testing.T, s string) Number {
	t.Helper()
	n, err := ParseE164(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return n
}

// TestFoldApart guards that the comparison table joins no two lines: valid numbers it does not name stay as they are.
func TestFoldApart(t *testing.T) {
	for _, e164 := range []string{
		"+31201234567", "+5511345678901", "+551133334444", "+393331234567", "+39800123456", "+33123456789", "+33612345678", "+12024561414",
		"+5511798765432", "+84951234567", "+39066982",
	} {
		if n := mustParse(t, e164); n.Fold() != n {
			t.Errorf("%s folds to %s", e164, n.Fold().E164())
		}
	}
}

// TestFoldSources guards that the comparison table is data with sources.
func TestFoldSources(t *testing.T) {
	for _, r := range foldTable {
		if r.source == "" || r.code == 0 || r.prefix == "" || r.put == "" {
			t.Errorf("rule %+v is not complete", r)
		}
	}
}
