package phone

import "testing"

// TestParseBlock guards rule 9: an administrator's range is a stem and a count of digits.
func TestParseBlock(t *testing.T) {
	for raw, want := range map[string]string{
		"+49 30 123456-00..99": "+4930123456x2", "+4930123456xx": "+4930123456x2", "+49 (30) 123456 xxx": "+4930123456x3", "+49 30 1234-0..9": "+49301234x1",
		"+49 30 123456-10..99": "", "030 123456xx": "", "+49 30 123456": "", "+1 212 456xxxx": "", "+49 151 2345xxxx": "", "+49 30 1xxxxxx": "", "": "", "+": "", "..9": "", "x": "",
	} {
		b, err := ParseBlock(raw)
		if got := b.Key(); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q (%v), want %q", raw, got, err, want)
		}
	}
}

// TestBlockOf guards that a look-up by one point read finds the block an administrator typed in.
func TestBlockOf(t *testing.T) {
	want, err := ParseBlock("+49 30 123456-00..99")
	if err != nil {
		t.Fatal(err)
	}
	for e164, in := range map[string]bool{"+493012345678": true, "+493012345600": true, "+493012345": false, "+4930123457": false, "+4930123456789": false} {
		b, _ := BlockOf(mustParse(t, e164), want.Open)
		if (b == want) != in {
			t.Errorf("%s: block %s, in %s: want %v", e164, b.Key(), want.Key(), in)
		}
	}
}

// TestBlockable guards that mobiles, VoIP, freephone and the North American plan never make blocks.
func TestBlockable(t *testing.T) {
	for e164, want := range map[string]bool{"+493012345678": true, "+31201234567": true, "+31612345678": false, "+12024561414": false, "+318001234": false, "+33912345678": false} {
		if got := mustParse(t, e164).Blockable(); got != want {
			t.Errorf("%s: blockable %v, want %v", e164, got, want)
		}
	}
	if _, ok := mustParse(t, "+31201234567").Stem(6); ok {
		t.Error("a stem without six digits was given")
	}
	if s, ok := mustParse(t, "+31201234567").Stem(2); !ok || s.E164() != "+312012345" {
		t.Errorf("stem %s", s.E164())
	}
}
