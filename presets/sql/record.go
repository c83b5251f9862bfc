package sql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// record makes a contact of a row; ok is false for a row with nothing in it.
func (st *stream) record(r row) (rec presets.Record, ok bool) {
	if r.Blank() {
		return rec, false
	}
	if st.mapping != nil {
		rec = st.mapping.record(r.Row)
	} else {
		rec, _ = st.layout.Record(r.Row)
	}
	switch {
	case st.idAt < 0:
		rec.ID = identity(rec)
	case r.id == nil:
		rec.ID = "" // whoever reads the report sees whose it is
	default:
		rec.ID = r.Text(st.idAt)
	}
	rec.Deleted = st.deletedAt >= 0 && truth(r.Text(st.deletedAt))
	if t, _, isTime := r.updated.moment(); isTime {
		rec.Changed = t.UTC()
	}
	return rec, true
}

// identity is a row without an id: everything that a phone system would be told of it. Two rows that are the same in all of
// that are one contact.
func identity(rec presets.Record) string {
	parts := []string{rec.Name, rec.Company, rec.Email, rec.Identifier}
	for _, p := range rec.Phones {
		parts = append(parts, p.Raw)
	}
	sum := sha256.New()
	for _, p := range parts {
		sum.Write([]byte(strings.ToLower(strings.Join(strings.Fields(p), " ")) + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
