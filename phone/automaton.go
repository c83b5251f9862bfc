package phone

import (
	"encoding/binary"
	"fmt"
	"regexp/syntax"
	"slices"
)

// automaton recognises several patterns over decimal digits at once. Numbering plans are regular expressions of digits
// only; run as a table they cost some ten nanoseconds a number and never allocate.
type automaton struct {
	next   [][10]int32 // next state, 0 = none of the patterns can match any more
	accept []uint16    // per state: bit i is set where pattern i matches here
}

// match gives the set of patterns that match all of digits.
func (a *automaton) match(digits string) uint16 {
	state := int32(1)
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return 0
		}
		if state = a.next[state][d]; state == 0 {
			return 0
		}
	}
	return a.accept[state]
}

// newAutomaton compiles at most 16 patterns; an empty one never matches. The patterns come from metadata that is part of
// the program, so an unreadable one is a fault of the build and only reported.
func newAutomaton(patterns []string) (*automaton, error) {
	b := &builder{states: map[string]int32{}, out: &automaton{next: make([][10]int32, 1), accept: make([]uint16, 1)}}
	var start []place
	for i, p := range patterns {
		prog, err := program(p)
		if err != nil {
			return nil, fmt.Errorf("compile number pattern %d: %w", i, err)
		}
		b.progs = append(b.progs, prog)
		if prog != nil {
			start = b.follow(start, place{int32(i), int32(prog.Start)})
		}
	}
	b.state(start)
	for i := 0; i < len(b.todo); i++ {
		b.expand(int32(i+1), b.todo[i])
	}
	return b.out, nil
}

func program(pattern string) (*syntax.Prog, error) {
	if pattern == "" {
		return nil, nil
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return syntax.Compile(re.Simplify())
}

// place is one instruction of one pattern's program.
type place struct{ prog, pc int32 }

// builder makes one state of every set of places that can be reached together.
type builder struct {
	progs  []*syntax.Prog
	states map[string]int32
	todo   [][]place
	out    *automaton
}

// follow adds the places reachable from p without reading a digit.
func (b *builder) follow(set []place, p place) []place {
	if slices.Contains(set, p) {
		return set
	}
	in := &b.progs[p.prog].Inst[p.pc]
	set = append(set, p)
	switch in.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		set = b.follow(set, place{p.prog, int32(in.Out)})
		return b.follow(set, place{p.prog, int32(in.Arg)})
	case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
		return b.follow(set, place{p.prog, int32(in.Out)})
	}
	return set
}

// state gives the number of the state for a set of places, making it if it is new.
func (b *builder) state(set []place) int32 {
	set = slices.DeleteFunc(set, func(p place) bool { return !b.essential(p) })
	if len(set) == 0 {
		return 0
	}
	slices.SortFunc(set, func(x, y place) int { return int(x.prog-y.prog)*1_000_000 + int(x.pc-y.pc) })
	key := make([]byte, 0, 6*len(set))
	for _, p := range set {
		key = binary.BigEndian.AppendUint16(key, uint16(p.prog))
		key = binary.BigEndian.AppendUint32(key, uint32(p.pc))
	}
	if s, ok := b.states[string(key)]; ok {
		return s
	}
	s := int32(len(b.out.next))
	b.states[string(key)] = s
	b.todo = append(b.todo, set)
	b.out.next = append(b.out.next, [10]int32{})
	b.out.accept = append(b.out.accept, b.accepts(set))
	return s
}

// essential tells whether a place reads a digit or ends a match.
func (b *builder) essential(p place) bool {
	switch b.progs[p.prog].Inst[p.pc].Op {
	case syntax.InstMatch, syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

func (b *builder) accepts(set []place) uint16 {
	var mask uint16
	for _, p := range set {
		if b.progs[p.prog].Inst[p.pc].Op == syntax.InstMatch {
			mask |= 1 << p.prog
		}
	}
	return mask
}

func (b *builder) expand(state int32, set []place) {
	for d := range int32(10) {
		var next []place
		for _, p := range set {
			in := &b.progs[p.prog].Inst[p.pc]
			if in.Op != syntax.InstMatch && in.MatchRune('0'+d) {
				next = b.follow(next, place{p.prog, int32(in.Out)})
			}
		}
		b.out.next[state][d] = b.state(next)
	}
}
