package phone

import (
	"fmt"
	"regexp/syntax"
	"slices"
)

// pattern is a regular expression that is matched against all of a number's digits. Its
// states are made when a number first gets to them, so a match costs a look-up a digit, a
// tenth of what package regexp takes. It is for one goroutine.
type pattern struct {
	prog   *syntax.Prog
	start  *state
	states map[string]*state // by their instructions
}

// state is where the digits so far may have got to in the program.
type state struct {
	insts   []uint32
	next    [10]*state // by digit; nil: not made yet
	isMatch bool
}

// newPattern compiles the source, one of the library's. A source that is no regular
// expression is a panic.
func newPattern(source string) *pattern {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		panic(err)
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic(err)
	}
	p := &pattern{prog: prog, states: map[string]*state{}}
	p.start = p.stateOf(p.follow(nil, uint32(prog.Start)))
	return p
}

func (p *pattern) matches(digits string) bool {
	at := p.start
	for i := range len(digits) {
		digit := digits[i] - '0'
		if at.next[digit] == nil {
			at.next[digit] = p.step(at, rune(digits[i]))
		}
		at = at.next[digit]
	}
	return at.isMatch
}

// step makes the state behind one more digit.
func (p *pattern) step(at *state, digit rune) *state {
	var insts []uint32
	for _, i := range at.insts {
		if inst := &p.prog.Inst[i]; inst.MatchRune(digit) {
			insts = p.follow(insts, inst.Out)
		}
	}
	return p.stateOf(insts)
}

func (p *pattern) stateOf(insts []uint32) *state {
	key := fmt.Sprint(insts)
	if p.states[key] == nil {
		isMatch := func(i uint32) bool { return p.prog.Inst[i].Op == syntax.InstMatch }
		p.states[key] = &state{insts: insts, isMatch: slices.ContainsFunc(insts, isMatch)}
	}
	return p.states[key]
}

// follow adds the instructions from i on that match a digit or the end.
func (p *pattern) follow(insts []uint32, i uint32) []uint32 {
	switch inst := &p.prog.Inst[i]; inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return p.follow(p.follow(insts, inst.Out), inst.Arg)
	case syntax.InstCapture, syntax.InstNop:
		return p.follow(insts, inst.Out)
	}
	if slices.Contains(insts, i) {
		return insts
	}
	return append(insts, i)
}
