package phone

import (
	"strconv"
	"strings"
)

// flush reads the collected run and starts a new one.
func (s *scanner) flush(int) {
	r := s.run
	s.run = run{groups: s.space[:0]}
	if len(r.groups) == 0 {
		return
	}
	if r.loose && r.plus && !s.readable(r, true) && s.readable(r, false) {
		r.plus = false
	}
	if !r.plus && (s.other && !(s.soft && s.text[r.groups[0].start] == '0') || s.postal(&r) || s.inner && r.groups[len(r.groups)-1].end-r.groups[0].start <= maxExtension) {
		s.refuse(r.groups, ReasonNotPhone)
		return
	}
	before := len(s.cell.Found)
	e := evaluation{scanner: s, run: r}
	e.all()
	s.worded = false
	if len(s.cell.Found) > before {
		s.label, s.phoned = meansNothing, false
	}
}

// readable reports whether a run is one number with or without a plus before it.
func (s *scanner) readable(r run, plus bool) bool {
	e := evaluation{scanner: s, run: r}
	return e.readings(r.groups, plus).n > 0
}

// evaluation reads one run.
type evaluation struct {
	*scanner
	run  run
	last Number // the last number found, which "/8" refers to
	tail int    // how many digits it has behind its last hyphen; 0 = no hyphen
}

// all reads the run as a whole, as several numbers, or as none.
func (e *evaluation) all() {
	g := e.withoutDates(e.run.groups)
	if len(g) == 0 || !e.run.plus && e.looksOther(g) {
		e.refuse(e.run.groups, ReasonNotPhone)
		return
	}
	if e.withoutHours(g) || e.withoutRemark(g) || e.withoutTown(g) || e.sliced(g) || e.withoutNote(g) || e.whole(g, e.run.plus) || e.split(g) || e.short(g) || e.counted(g) || e.behindCode(g) || e.beforeCount(g) {
		return
	}
	e.refuseUnread(g)
}

// whole reads groups as one number.
func (e *evaluation) whole(g []group, plus bool) bool {
	rs := e.readings(g, plus)
	switch rs.n {
	case 0:
		return false
	case 1:
		e.accept(rs.list[0], g, plus)
	default:
		e.cell.Refused = append(e.cell.Refused, Refusal{
			Text: e.textOf(g), Reason: ReasonTwoReadings, Candidates: []Number{rs.list[0].number, rs.list[1].number},
		})
	}
	return true
}

// readings gives the ways to read groups as one number.
func (e *evaluation) readings(g []group, plus bool) readings {
	if e.tooLong(g) || !plus && e.listed(g) {
		return readings{}
	}
	digits := e.digitsOf(g)
	if len(digits) > maxDigits+6 || len(digits) < 3 {
		return readings{}
	}
	if plus {
		rs := e.readPlus(g, digits)
		if rs.n == 0 {
			if short, ok := e.withoutZero(g); ok {
				rs = e.ctx.readPlus(short)
			}
		}
		return rs
	}
	if short, ok := e.withoutZero(g); ok && digits[0] != '0' {
		if rs := e.ctx.readPlus(short); rs.n > 0 {
			return rs // "44 (0)20 …": the brackets say that a calling code stands before them
		}
	}
	rs := e.ctx.readDigits(digits)
	switch {
	case rs.n == 2:
		rs = e.grouped(rs, g)
	case rs.n == 1 && rs.list[0].how == howExitCode && (!e.exitShown(digits, g) || e.homeCode(digits, g, rs.list[0].number)):
		return readings{}
	}
	if rs.n == 0 {
		if short, ok := e.withoutZero(g); ok {
			return e.ctx.readDigits(short)
		}
	}
	return rs
}

// exitShown reports whether an exit code other than 00 is plausible: a blank stands behind the calling code, or nothing
// is grouped. "011 4315-1234" read in the United States is a national number from Buenos Aires, not one in Vienna. Exit
// codes of one or two digits ("0" in Samoa) always need the blank.
func (e *evaluation) exitShown(digits string, g []group) bool {
	if strings.HasPrefix(digits, "00") || e.ctx.plan == nil || e.ctx.plan.exit == nil {
		return true
	}
	exit := len(e.ctx.plan.exit.FindString(digits))
	_, width := codeOf(digits[exit:])
	strong := exit > 2
	if len(g) == 1 {
		return strong
	}
	at := 0
	for _, x := range g {
		if at += x.len(); at == exit+width {
			return true
		}
	}
	return strong && len(g) == 2 && g[0].len() == exit
}

// homeCode reports whether 00 and the region's own code begin digits that were only read behind a longer exit code: in
// Hong Kong "00852 8112-848220" has a digit too many, and is no Mexican number behind 008.
func (e *evaluation) homeCode(digits string, g []group, n Number) bool {
	p := e.ctx.plan
	if p == nil || n.code() == p.code || !strings.HasPrefix(digits, "00"+p.codeText) {
		return false
	}
	first := e.text[g[0].start:g[0].end]
	return len(g) == 1 || len(first) < 3 || first == "00"+p.codeText || !e.isExit(first)
}

// grouped decides between two readings with different exit codes by the blank behind the calling code: "0062 (0) 21…".
func (e *evaluation) grouped(rs readings, g []group) readings {
	var kept readings
	for _, r := range rs.list[:rs.n] {
		code := strconv.Itoa(r.number.code())
		first := e.text[g[0].start:g[0].end]
		exit, apart := strings.CutSuffix(first, code)
		if r.how == howExitCode && (apart && e.isExit(exit) || len(g) > 1 && e.text[g[1].start:g[1].end] == code) {
			kept.add(r.number, r.how)
		}
	}
	if kept.n == 1 {
		return kept
	}
	return rs
}

func (e *evaluation) isExit(s string) bool {
	if s == "00" || e.ctx.plan == nil || e.ctx.plan.exit == nil {
		return s == "00"
	}
	return e.ctx.plan.exit.FindString(s) == s && s != ""
}

func (e *evaluation) readPlus(g []group, digits string) readings {
	var rs readings
	if e.text[g[0].start:g[0].end] == "8" {
		e.ctx.readPlusEight(digits, &rs)
	}
	if rs.n > 0 {
		return rs
	}
	return e.ctx.readPlus(digits)
}

// withoutZero gives the digits without a trunk zero in brackets, "+34 (0) 912…".
func (e *evaluation) withoutZero(g []group) (string, bool) {
	for i := 1; i < len(g); i++ {
		if e.text[g[i].start:g[i].end] == "0" && e.inBrackets(g[i]) {
			return e.digitsOf(g[:i]) + e.digitsOf(g[i+1:]), true
		}
	}
	return "", false
}

func (e *evaluation) inBrackets(g group) bool {
	return strings.HasSuffix(strings.TrimRight(e.text[:g.start], " "), "(") && strings.HasPrefix(strings.TrimLeft(e.text[g.end:], " "), ")")
}

func (e *evaluation) digitsOf(g []group) string {
	if len(g) == 1 {
		return e.text[g[0].start:g[0].end]
	}
	var b strings.Builder
	b.Grow(g[len(g)-1].end - g[0].start)
	for _, x := range g {
		b.WriteString(e.text[x.start:x.end])
	}
	return b.String()
}

func (e *evaluation) textOf(g []group) string { return e.text[g[0].start:g[len(g)-1].end] }

func (e *evaluation) sep(g []group, i int) string { return e.text[g[i-1].end:g[i].start] }

// accept adds a number that was read from groups.
func (e *evaluation) accept(r reading, g []group, _ bool) {
	f := Found{Number: r.number, How: r.how}
	e.tail = 0
	if last := len(g) - 1; last > 0 && strings.Contains(e.sep(g, last), "-") {
		e.tail = g[last].len()
	}
	e.dress(&f, g)
	e.add(f)
}

// add keeps a number unless the text has it already.
func (e *evaluation) add(f Found) {
	f.Label, f.Fax = e.label.label(), e.label == meansFax
	e.last = f.Number
	for i := range e.cell.Found {
		if e.cell.Found[i].Number == f.Number {
			return
		}
	}
	e.cell.Found = append(e.cell.Found, f)
}

func (s *scanner) refuse(g []group, why Reason) {
	s.cell.Refused = append(s.cell.Refused, Refusal{Text: s.text[g[0].start:g[len(g)-1].end], Reason: why})
}

func (e *evaluation) refuseUnread(g []group) {
	why := ReasonUnparsable
	if e.ctx.plan == nil && !e.run.plus {
		why = ReasonNoRegion
	}
	e.refuse(g, why)
}
