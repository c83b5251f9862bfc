package phone

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
)

// columnForms are the ways a whole column may be written.
var columnForms = []struct {
	name    string
	numeric bool
	write   func(line) string
}{
	{"national digits", false, func(l line) string { return l.nat }},
	{"numbers that lost their zero", true, func(l line) string { return l.nsn }},
	{"floats that lost their zero", false, func(l line) string { return l.nsn + ".0" }},
	{"digits with calling code", false, func(l line) string { return l.code + l.nsn }},
	{"numbers with calling code", true, func(l line) string { return l.code + l.nsn }},
	{"scientific with calling code", false, func(l line) string {
		d := l.code + l.nsn
		return fmt.Sprintf("%s.%sE+%d", d[:1], d[1:], len(d)-1)
	}},
	{"international", false, func(l line) string { return l.e164() }},
}

// columnLines gives ordinary numbers of a region: fixed and mobile lines of nine digits and more with their code.
func columnLines(region string, rnd *rand.Rand) []line {
	var out []line
	for len(out) < 200 {
		for _, l := range linesOf(region, rnd, 4) {
			ordinary := l.kind == phonenumbers.FIXED_LINE || l.kind == phonenumbers.MOBILE || l.kind == phonenumbers.FIXED_LINE_OR_MOBILE
			if ordinary && !shortOrLocal(l) && len(l.nsn) > 7 && len(l.nsn) < 12 && l.nat == l.trunk+l.nsn {
				out = append(out, l)
			}
		}
	}
	return out
}

// TestColumnCorpus guards rules 4 and 5 on whole columns: read with what they show of themselves, and a few foreign
// numbers among them, they give hardly any gap and no wrong number; also with a rival region that is not theirs.
func TestColumnCorpus(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"NL", "DE", "FR", "US", "GB", "AT", "IT", "DK"} {
		rnd := rand.New(rand.NewPCG(corpusSeed, uint64(region[0])))
		lines := columnLines(region, rnd)
		for _, form := range columnForms {
			for _, rival := range []string{"", "ZA"} {
				t.Run(region+" "+form.name+" "+rival, func(t *testing.T) {
					checkColumn(t, lines, form.write, FieldContext{Region: region, Rival: rival, Numeric: form.numeric})
				})
			}
		}
	}
}

func checkColumn(t *testing.T, lines []line, write func(line) string, ctx FieldContext) {
	t.Helper()
	var e ColumnEvidence
	for i, l := range lines {
		e.Observe(write(l), ctx)
		if i%20 == 0 {
			e.Observe("+44 20 7946 0018", ctx)
		}
	}
	ctx.Column = e.Decide()
	missed := 0
	for _, l := range lines {
		switch got := found(write(l), ctx); got {
		case l.e164():
		case "":
			missed++
		default:
			t.Errorf("%q: got %s, want %s (column %+v)", write(l), got, l.e164(), ctx.Column)
		}
	}
	if missed*100 > len(lines)*2 {
		t.Errorf("%d of %d values not read (column %+v)", missed, len(lines), ctx.Column)
	}
}

// TestColumnOfAnotherRegion guards rule 4: where nearly nothing in a column is valid, a few digits that happen to be so
// abroad decide nothing. German mobiles without zero read as American numbers with a calling code.
func TestColumnOfAnotherRegion(t *testing.T) {
	rnd := rand.New(rand.NewPCG(corpusSeed, 2))
	ctx := FieldContext{Region: "NL"}
	var values []string
	for _, l := range columnLines("DE", rnd) {
		values = append(values, l.nsn)
	}
	ctx.Column = decide(ctx, values...)
	if ctx.Column.Form == FormDigits {
		t.Errorf("column %+v, want no calling codes", ctx.Column)
	}
}

// TestColumnTypingError guards rule 4: one value among hundreds does not make a column another region's.
func TestColumnTypingError(t *testing.T) {
	ctx := FieldContext{Region: "FR", Rival: "NL"}
	values := []string{"0880123456"} // valid in the Netherlands only
	for i := range 200 {
		values = append(values, fmt.Sprintf("020123%04d", i)) // valid in both
	}
	if c := decide(ctx, values...); c.Region != "" {
		t.Errorf("column %+v, want no region", c)
	}
}
