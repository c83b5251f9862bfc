package sql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// ordered reads by ids of every type, each row once: the place to go on from must mean the same to the server as it did when
// it was read.
func ordered(t *testing.T, p *product) {
	uuid := "'6ba7b810-9dad-11d1-80b4-00c04fd43###'"
	for name, form := range map[string]string{
		"varchar(20)":   "'K-###'",
		"char(20)":      "'K ###'",
		"bigint":        "9007199254740###",
		"smallint":      "###",
		"numeric(20,0)": "90071992547409###",
		"$double":       "###.5",
		"$uuid":         uuid,
		"$time":         "'2026-11-20 01:02:03.###'",
		"$zoned":        "'2026-11-20 01:02:03.###'",
	} {
		t.Run(name, func(t *testing.T) {
			table := "ordered_" + strings.NewReplacer("(", "", ")", "", ",", "", "$", "").Replace(name)
			p.make(t, fmt.Sprintf("CREATE TABLE %s (id %s, name $text, phone $text)", table, name), inserted(table, "("+strings.ReplaceAll(form, "###", "#")+", 'Ada #', '020 1234#')", 101, 145))
			seen := map[string]bool{}
			all, _ := read(t, p.open(t, 10, "table", table), presets.Cursor{})
			for _, r := range all {
				seen[r.ID] = true
			}
			if len(all) != 45 || len(seen) != 45 {
				t.Errorf("%d records, %d ids: %s", len(all), len(seen), ids(all))
			}
		})
	}
}

// wide rows make pages shorter than their count of records says, and none is lost where a page ends early.
func wide(t *testing.T, p *product) {
	repeat := map[string]string{"PostgreSQL": "repeat('x', 900000)", "MariaDB": "repeat('x', 900000)", "SQLite": "replace(hex(zeroblob(450000)), '00', 'xx')"}[p.name]
	long := map[string]string{"PostgreSQL": "text", "MariaDB": "longtext", "SQLite": "TEXT"}[p.name]
	p.make(t, "CREATE TABLE wide (id $key, name $text, phone $text, remark "+long+")", inserted("wide", "(#, 'Ada #', '020 12345#', '')", 10, 54), "UPDATE wide SET remark = "+repeat)
	pages, records := 0, 0
	for page, err := range p.open(t, 1000, "table", "wide", "phone_columns", "phone").Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil {
			t.Fatal(err)
		}
		pages, records = pages+1, records+len(page.Records)
	}
	if pages != 2 || records != 45 {
		t.Errorf("%d pages, %d records", pages, records)
	}
}
