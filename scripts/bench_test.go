package scripts

import "testing"

// BenchmarkRender renders what a match usually has: a record's page, a search
// with the caller's number, and the manual's mail.
func BenchmarkRender(b *testing.B) {
	names, values := example(b)
	for _, c := range []struct{ name, template string }{
		{"page", "https://crm.example.com/lightning/r/Contact/$(Identifier)/view?from=$(DisplayName)"},
		{"search", "https://crm.example.com/search?phone=#(Caller number|e164)&name=$(DisplayName)"},
		{"popup", "$(PopUpUri)"},
		{"mail", manualExample},
	} {
		template := mustParse(b, c.template, names)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := template.Render(values); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAppendRender is the same page with a buffer of the caller's.
func BenchmarkAppendRender(b *testing.B) {
	names, values := example(b)
	template := mustParse(b, "https://crm.example.com/lightning/r/Contact/$(Identifier)/view?from=$(DisplayName)", names)
	room := make([]byte, 0, 512)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := template.AppendRender(room, values); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse parses the manual's mail.
func BenchmarkParse(b *testing.B) {
	names, _ := example(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(manualExample, names); err != nil {
			b.Fatal(err)
		}
	}
}
