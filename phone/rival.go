package phone

import "slices"

// readRivals reads a text whose national numbers may belong to either of two regions. What is valid in one only is taken;
// what both read differently is decided by the column, else refused with both readings.
func readRivals(text string, ctx FieldContext) Cell {
	rival := ctx
	rival.Region, rival.Rival, rival.AreaCode = ctx.Rival, "", ""
	ctx.Rival = ""
	if ctx.Column.Region == rival.Region {
		return readIn(text, rival)
	}
	home := readIn(text, ctx)
	if ctx.Column.Region == ctx.Region && ctx.Region != "" {
		return home
	}
	away := readIn(text, rival)
	switch {
	case len(away.Found) == 0:
		return home
	case len(home.Found) == 0:
		return away
	}
	return agreed(text, home, away)
}

// agreed keeps what both cells found and refuses the rest.
func agreed(text string, home, away Cell) Cell {
	var out Cell
	var doubt []Number
	for _, f := range home.Found {
		if slices.ContainsFunc(away.Found, func(g Found) bool { return g.Number == f.Number }) {
			out.Found = append(out.Found, f)
		} else {
			doubt = append(doubt, f.Number)
		}
	}
	for _, g := range away.Found {
		if !slices.ContainsFunc(out.Found, func(f Found) bool { return f.Number == g.Number }) {
			doubt = append(doubt, g.Number)
		}
	}
	if len(doubt) > 0 {
		out.Refused = []Refusal{{Text: text, Reason: ReasonTwoReadings, Candidates: doubt}}
	}
	return out
}
