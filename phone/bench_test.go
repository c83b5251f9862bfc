package phone

import (
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
)

var benchTexts = []struct{ name, region, text string }{
	{"E164", "DE", "+4915123456789"},
	{"International", "DE", "+49 (30) 123-456"},
	{"National", "DE", "0151 / 2345 6789"},
	{"US", "US", "(212) 456-1414"},
	{"ExitCode", "FR", "0033 6 12 34 56 78"},
	{"Brazil", "BR", "(11) 96123-4567"},
	{"Label", "NL", "Tel. 020 1234567 toestel 22"},
	{"TwoNumbers", "NL", "020 1234567 / 06-12345678"},
	{"Junk", "NL", "see notes of 12-03-2019"},
}

func BenchmarkFind(b *testing.B) {
	for _, bb := range benchTexts {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Find(bb.text, FieldContext{Region: bb.region})
			}
		})
	}
}

// BenchmarkLibrary is the price of the library's parser and formatter for the same texts, to compare with.
func BenchmarkLibrary(b *testing.B) {
	for _, bb := range benchTexts[:6] {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n, err := phonenumbers.Parse(bb.text, bb.region)
				if err != nil {
					b.Fatal(err)
				}
				phonenumbers.Format(n, phonenumbers.E164)
			}
		})
	}
}

func BenchmarkCaller(b *testing.B) {
	sys := SystemForm{Region: "NL", AreaCode: "20"}
	for _, text := range []string{"+31201234567", "0201234567", "sip:+31201234567@host;user=phone"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Caller(text, sys); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	for _, text := range []string{"+31201234567", "+5491123456789", "+39066982"} {
		n, err := ParseE164(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.Fold()
			}
		})
	}
}

func BenchmarkNumber(b *testing.B) {
	n, err := ParseE164("+31201234567")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("National", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n.National()
		}
	})
	b.Run("Kind", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n.Kind()
		}
	})
	b.Run("Location", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n.Location("nl")
		}
	})
}
