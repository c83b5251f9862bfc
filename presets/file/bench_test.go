package file

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ringdex/ringdex/presets"
)

// benchRows is how many contacts a benchmark reads at a time.
const benchRows = 50_000

func benchmarkRead(b *testing.B, format, path string, size int) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for page, err := range opened(b, format, path).Read(b.Context(), "contact", presets.Cursor{}) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(page.Records)
		}
		if n != benchRows {
			b.Fatalf("%d contacts", n)
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}

func BenchmarkCSV(b *testing.B) {
	var text strings.Builder
	text.WriteString("Name;Bedrijf;E-mail;Telefoon;Mobiel;Plaats\n")
	for i := range benchRows {
		fmt.Fprintf(&text, "Person %d;Company %d BV;p%d@example.com;020 %07d;06-%08d;Delft\n", i, i%700, i, i, i)
	}
	benchmarkRead(b, "csv", written(b, "list.csv", text.String()), text.Len())
}

func BenchmarkXLSX(b *testing.B) {
	path := saved(b, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		_ = w.SetRow("A1", []any{"Name", "Bedrijf", "E-mail", "Telefoon", "Mobiel", "Plaats"})
		for i := range benchRows {
			cell, _ := excelize.CoordinatesToCellName(1, i+2)
			_ = w.SetRow(cell, []any{fmt.Sprintf("Person %d", i), fmt.Sprintf("Company %d BV", i%700), fmt.Sprintf("p%d@example.com", i), 31200000000 + i, fmt.Sprintf("06-%08d", i), "Delft"})
		}
		_ = w.Flush()
	})
	benchmarkRead(b, "xlsx", path, benchRows*70)
}
