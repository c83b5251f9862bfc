package phone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func decide(ctx FieldContext, values ...string) Column {
	var e ColumnEvidence
	for _, v := range values {
		e.Observe(v, ctx)
	}
	return e.Decide()
}

func found(raw string, ctx FieldContext) string {
	var out []string
	for _, f := range Find(raw, ctx) {
		out = append(out, f.Number.E164())
	}
	return strings.Join(out, " ")
}

// TestColumnForm guards rules 4 and 5: a doubtful cell is read as nine tenths of the clear ones are, and is refused with
// both readings where the column does not say.
func TestColumnForm(t *testing.T) {
	doubtful := "4915112345678" // a mobile without plus, or a number in Leer
	german := FieldContext{Region: "DE"}
	var national, digits []string
	for i := range 20 {
		national = append(national, fmt.Sprintf("0301234%03d", i))
		digits = append(digits, fmt.Sprintf("4420794600%02d", i), fmt.Sprintf("4930123456%02d", i))
	}
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"alone", nil, ""},
		{"among national numbers", national, "+494915112345678"},
		{"among international digits", digits, "+4915112345678"},
		{"in a mixed column", append(append([]string{}, national[:10]...), digits[:20]...), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := german
			ctx.Column = decide(german, tt.values...)
			if got := found(doubtful, ctx); got != tt.want {
				t.Errorf("got %q, want %q (column %+v)", got, tt.want, ctx.Column)
			}
			if tt.want == "" {
				if c := Read(doubtful, ctx); len(c.Refused) != 1 || c.Refused[0].Reason != ReasonTwoReadings || len(c.Refused[0].Candidates) != 2 {
					t.Errorf("refused %+v, want two readings", c.Refused)
				}
			}
		})
	}
}

// TestColumnLostZero guards rule 5: a lost zero of a short number comes back only where the whole column lost it, and a
// column of local numbers never becomes numbers of other towns.
func TestColumnLostZero(t *testing.T) {
	german := FieldContext{Region: "DE"}
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"no value has a zero", []string{"3012345678", "15123456789", "8912345678", "4012345678"}, "+4930123456"},
		{"one value has a zero", []string{"3012345678", "15123456789", "08912345678", "4012345678"}, ""},
		{"local numbers", []string{"123456", "765432", "234567", "3012345678"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := german
			ctx.Column = decide(german, tt.values...)
			if got := found("30123456", ctx); got != tt.want {
				t.Errorf("got %q, want %q (column %+v)", got, tt.want, ctx.Column)
			}
		})
	}
}

// TestNumericCells guards rule 5: what was a number in its source may have lost its zero; a local number may not be guessed.
func TestNumericCells(t *testing.T) {
	for _, tt := range []struct {
		name string
		raw  string
		ctx  FieldContext
		want string
	}{
		{"text of eight digits", "30123456", FieldContext{Region: "DE"}, ""},
		{"number of eight digits", "30123456", FieldContext{Region: "DE", Numeric: true}, "+4930123456"},
		{"number, local reading too", "30123456", FieldContext{Region: "DE", Numeric: true, AreaCode: "40"}, ""},
		{"local text with area code", "30123456", FieldContext{Region: "DE", AreaCode: "40"}, "+494030123456"},
		{"local text in the North American plan", "456-1414", FieldContext{Region: "US", AreaCode: "212"}, "+12124561414"},
		{"the same without area code", "456-1414", FieldContext{Region: "US"}, ""},
		{"no region", "0201234567", FieldContext{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(tt.raw, tt.ctx); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestColumnRegion guards rule 4: values valid in one of two regions only decide where the others belong.
func TestColumnRegion(t *testing.T) {
	ctx := FieldContext{Region: "FR", Rival: "NL"}
	doubtful := "0201234567" // valid in both
	if c := Read(doubtful, ctx); len(c.Found) != 0 || len(c.Refused) != 1 || c.Refused[0].Reason != ReasonTwoReadings {
		t.Errorf("undecided: %+v, want two readings", c)
	}
	dutch := []string{"0201234567", "0800 1234", "0900-8844", "088-1234567", "0880123456", "0900 1234", "0800-0432"}
	ctx.Column = decide(ctx, dutch...)
	if diff := cmp.Diff("+31201234567", found(doubtful, ctx)); diff != "" {
		t.Errorf("column %+v: %s", ctx.Column, diff)
	}
	if got := found("+33123456789", FieldContext{Region: "FR", Rival: "NL"}); got != "+33123456789" {
		t.Errorf("international form: %q, want it whatever the region", got)
	}
}
