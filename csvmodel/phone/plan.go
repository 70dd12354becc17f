package phone

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

type validity int

const (
	invalid  validity = iota // no country has numbers that begin so or are so long
	possible                 // its country has numbers as long
	valid                    // its country has such numbers
)

// numberingPlans are the numbers of the world, by country calling code. Each is made
// when a number needs it, so they are for one goroutine.
type numberingPlans map[int]*numberingPlan

func (p numberingPlans) at(code int) *numberingPlan {
	known, made := p[code]
	if !made {
		known = newNumberingPlan(code)
		p[code] = known
	}
	return known
}

// validity judges an international number without a plus, as IsPossibleNumber and
// IsValidNumber of nyaruka/phonenumbers do, except that a 0 after the country code, as
// people leave it standing in +44 (0)20, needs a country that is known to have it.
func (p numberingPlans) validity(digits string) validity {
	plan, national := p.split(digits)
	switch {
	case plan == nil || national == "":
		return invalid
	case plan.has(national):
		return valid
	case national[0] != '0' && plan.lengths.has(len(national)), p.isFormerMobile(digits):
		return possible
	}
	return invalid
}

// split cuts the calling code off. None begins with another one.
func (p numberingPlans) split(digits string) (plan *numberingPlan, national string) {
	code := 0
	for i := range min(3, len(digits)) {
		code = code*10 + int(digits[i]-'0')
		if plan := p.at(code); plan != nil {
			return plan, digits[i+1:]
		}
	}
	return nil, ""
}

// isFormerMobile reports whether digits are a Mexican mobile number as it was until
// 2019, with a 1 after the country code: WhatsApp still knows it by that.
func (p numberingPlans) isFormerMobile(digits string) bool {
	national, ok := strings.CutPrefix(digits, "521")
	return ok && len(national) == 10 && p.at(52).has(national)
}

type numberingPlan struct {
	lengths     lengths
	territories []territory
}

func newNumberingPlan(code int) *numberingPlan {
	var p *numberingPlan
	for _, r := range regions() {
		switch {
		case r.code != code:
			continue
		case p == nil: // the main one speaks for all, as in the library
			p = &numberingPlan{lengths: newKind(r.kinds[0]).lengths}
		}
		p.territories = append(p.territories, newTerritory(r))
	}
	return p
}

// regionTable has a line for each region with numbers, those of one calling code in the
// order in which they are asked. It is made of github.com/nyaruka/phonenumbers by go test
// -update: the library takes 5 ms to begin, whether a number is read or not.
//
//go:embed regions.tsv
var regionTable string

// regionData is a line of the table.
type regionData struct {
	code                                int
	name                                string // "001" for numbers of no country
	national, forParsing, international string // prefixes
	leading                             string
	kinds                               []string // the general one first, then those first that most people have
}

var regions = sync.OnceValue(func() (all []regionData) {
	for line := range strings.Lines(regionTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		code, _ := strconv.Atoi(cells[0]) // a test reads the table
		all = append(all, regionData{code, cells[1], cells[2], cells[3], cells[4], cells[5], cells[6:]})
	}
	return all
})

func regionOf(name string) *regionData {
	all := regions()
	i := slices.IndexFunc(all, func(r regionData) bool { return r.name == name && name != "001" })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// has reports whether one of the territories has such a number. One with
// leading digits has all that begin with them.
func (p *numberingPlan) has(national string) bool {
	for i := range p.territories {
		t := &p.territories[i]
		if t.leading == nil {
			if t.has(national) {
				return true
			}
		} else if t.leading.matches(national) {
			return t.has(national)
		}
	}
	return false
}

type territory struct {
	leading *kind // nil: numbers do not tell by their first digits that they are its own
	general *kind
	kinds   []*kind
}

func newTerritory(r regionData) territory {
	t := territory{general: newKind(r.kinds[0])}
	if r.leading != "" {
		t.leading = &kind{source: "^(?:" + r.leading + ")", lengths: ^lengths(0)}
	}
	for _, text := range r.kinds[1:] {
		t.kinds = append(t.kinds, newKind(text))
	}
	return t
}

func (t *territory) has(national string) bool {
	is := func(k *kind) bool { return k.matches(national) }
	return is(t.general) && slices.ContainsFunc(t.kinds, is)
}

type kind struct {
	lengths lengths
	source  string
	pattern *regexp.Regexp // compiled when it is first needed
}

// newKind reads lengths, with commas between them, and a pattern. Without lengths, they are
// those of the general description, which is asked before.
func newKind(text string) *kind {
	named, pattern, _ := strings.Cut(text, " ")
	k := kind{source: "^(?:" + pattern + ")$", lengths: ^lengths(0)}
	if named != "" {
		k.lengths = 0
		for length := range strings.SplitSeq(named, ",") {
			n, _ := strconv.Atoi(length)
			k.lengths |= 1 << n
		}
	}
	return &k
}

func (k *kind) matches(national string) bool {
	if !k.lengths.has(len(national)) {
		return false
	}
	if k.pattern == nil {
		k.pattern = regexp.MustCompile(k.source)
	}
	return k.pattern.MatchString(national)
}

type lengths uint32

func (l lengths) has(n int) bool { return n < 32 && l&(1<<n) != 0 }
