package phone

import (
	_ "embed"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"contact-distributor/csvmodel/msg"
)

type validity int

const (
	invalid  validity = iota // no country has numbers that begin so or are so long
	possible                 // its country has numbers as long
	valid                    // its country has such numbers
)

// validityOf judges an international number without a plus, as IsPossibleNumber and
// IsValidNumber of nyaruka/phonenumbers do, except that a 0 after the country code, as
// people leave it standing in +44 (0)20, needs a country that is known to have it.
func validityOf(digits string) validity {
	plan, national := split(digits)
	switch {
	case national == "":
		return invalid
	case plan.has(national):
		return valid
	case national[0] != '0' && plan[0].general.lengths.has(len(national)), isOtherForm(digits):
		return possible
	}
	return invalid
}

// split cuts the calling code off. None begins with another one.
func split(digits string) (plan numberingPlan, national string) {
	code := 0
	for i := range min(3, len(digits)) {
		code = code*10 + int(digits[i]-'0')
		if plan := plans()[code]; plan != nil {
			return plan, digits[i+1:]
		}
	}
	return nil, ""
}

// isOtherForm reports whether digits are valid with a digit more or less, as WhatsApp knows some.
func isOtherForm(digits string) bool {
	other, long := Forms(digits + person)
	if other == digits+person {
		other = long
	}
	plan, national := split(strings.TrimSuffix(other, person))
	return long != "" && plan.has(national)
}

type region struct {
	code, name      string // its calling code; "001" for numbers of no country
	prefix          string // of numbers that are dialled within it, such as 8 or 0
	inland, abroad  func() *regexp.Regexp
	leading         *kind // nil: numbers do not tell by their first digits that they are its own
	general         *kind
	kinds           []*kind
	mobile, regular []*kind // those that a person may have
}

// regionTable has a line for each region with numbers, those of one calling code in the
// order in which they are asked. It is made of github.com/nyaruka/phonenumbers by go test
// -update: the library takes 5 ms to begin, whether a number is read or not.
//
//go:embed regions.tsv
var regionTable string

var regions = sync.OnceValue(func() (all []*region) {
	for line := range strings.Lines(regionTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		r := &region{code: cells[0], name: cells[1], prefix: cells[2], inland: compileStart(cells[3]), abroad: compileStart(cells[4])}
		if cells[5] != "" {
			r.leading = &kind{^lengths(0), compileStart(cells[5])}
		}
		r.general = newKind(cells[6])
		for _, text := range cells[7:] { // those first that most people have: mobile ones, then fixed lines
			r.kinds = append(r.kinds, newKind(text))
		}
		r.mobile, r.regular = r.kinds[:min(1, len(r.kinds))], r.kinds[:min(2, len(r.kinds))]
		if len(r.regular) == 2 && bits.OnesCount32(uint32(r.kinds[1].lengths&r.general.lengths)) >= 5 {
			r.regular = r.mobile // fixed lines of nearly any length say nothing, as in Austria
		}
		all = append(all, r)
	}
	return all
})

func regionOf(name string) *region {
	i := slices.IndexFunc(regions(), func(r *region) bool { return r.name == name && name != "001" })
	if i < 0 {
		return nil
	}
	return regions()[i]
}

// numberingPlan is the regions of a calling code. The first speaks for all, as in the library.
type numberingPlan []*region

var plans = sync.OnceValue(func() *[1000]numberingPlan {
	var all [1000]numberingPlan
	for _, r := range regions() {
		code, _ := strconv.Atoi(r.code) // a test reads the table
		all[code] = append(all[code], r)
	}
	return &all
})

// has asks each region. One with leading digits has all numbers that begin with them.
func (p numberingPlan) has(national string) bool {
	for _, r := range p {
		switch {
		case r.leading == nil && r.has(national, r.kinds):
			return true
		case r.leading != nil && r.leading.matches(national):
			return r.has(national, r.kinds)
		}
	}
	return false
}

// has asks for the general kind only where the number is not of the first one, which most
// numbers are and which is part of it.
func (r *region) has(national string, kinds []*kind) bool {
	if !r.general.lengths.has(len(national)) || len(kinds) == 0 {
		return false
	}
	return kinds[0].matches(national) ||
		r.general.matches(national) && slices.ContainsFunc(kinds[1:], func(k *kind) bool { return k.matches(national) })
}

type kind struct {
	lengths lengths
	pattern func() *regexp.Regexp
}

// newKind reads "LENGTH,LENGTH PATTERN". Without lengths, they are those of the general kind.
func newKind(text string) *kind {
	named, pattern, _ := strings.Cut(text, " ")
	k := kind{^lengths(0), compile("^(?:" + pattern + ")$")}
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
	return k.lengths.has(len(national)) && k.pattern().MatchString(national)
}

type lengths uint32

func (l lengths) has(n int) bool { return n < 32 && l&(1<<n) != 0 }

func compileStart(pattern string) func() *regexp.Regexp { return compile("^(?:" + pattern + ")") }

// ParseRegion reads the two letters of the country, such as "RU", whose
// national numbers a file may have, or RegionNone. The empty string is no region.
func ParseRegion(s string) (string, error) {
	region := strings.ToUpper(strings.TrimSpace(s))
	switch {
	case strings.EqualFold(region, RegionNone):
		return RegionNone, nil
	case region != "" && regionOf(region) == nil:
		return "", msg.Problem("usage.country", msg.Args{"Value": s})
	}
	return region, nil
}

// readings are what digits without a plus may stand for in a region, as
// international numbers. Those that do not apply are empty.
type readings struct {
	asIs      string // dialled from nowhere
	short     string // the same, with the region's code and fewer than 11 digits
	abroad    string // dialled from the region with its prefix for other countries
	trunk     string // dialled within the region with its prefix for that
	bare      string // the same without
	separated bool   // a prefix is set apart from the rest, as in 8 (495)
}

func (r *region) readings(number raw) readings {
	all := readings{bare: r.code + number.digits}
	// A shorter one could as well be one of the region.
	if len(number.digits) >= minInternational {
		all.asIs = number.digits
	} else if strings.HasPrefix(number.digits, r.code) {
		all.short = number.digits
	}
	if rest := cutDialed(r.abroad(), number.digits); rest != "" && rest[0] != '0' {
		all.abroad = rest
	}
	if rest := cutDialed(r.inland(), number.digits); rest != "" {
		all.trunk = r.code + rest
		all.separated = number.first == len(number.digits)-len(rest)
	}
	// Without the prefix a short number may be one of a town.
	if r.prefix != "" && len(all.bare) < minInternational {
		all.bare = ""
	}
	return all
}

// withinIt returns the valid number for which digits stand within the region, dialled with
// its prefix for that or without. Two are none.
func (r *region) withinIt(number raw, fault faultFunc) (reading string, isTwo bool) {
	trunk, bare := r.readings(number).trunk, r.code+number.digits
	switch hasTrunk, hasBare := isValid(trunk, fault), isValid(bare, fault); {
	case hasTrunk && hasBare && trunk != bare:
		return "", true
	case hasTrunk:
		return trunk, false
	case hasBare:
		return bare, false
	}
	return "", false
}

// cutDialed cuts the prefix off. One that rewrites a part of the number is none.
func cutDialed(prefix *regexp.Regexp, digits string) string {
	found := prefix.FindStringSubmatchIndex(digits)
	if len(found) < 2 || found[1] == 0 || slices.ContainsFunc(found[2:], func(group int) bool { return group >= 0 }) {
		return ""
	}
	return digits[found[1]:]
}

type rowCode struct {
	region  *region // nil: there is none
	ofChats bool    // it is that of the chat, not of the card
	isVague bool    // it may be the country of an address
}

// SetCode sets the country code of the numbers that are read next, which have no plus: +49,
// 49, 0049 or DE. What is no code counts as none.
func (p *Parser) SetCode(cell string, ofChats, isVague bool) {
	p.code = rowCode{regionOfCode(cell), ofChats, isVague}
}

// regionOfCode returns the main region of a country code, nil if the cell has none.
func regionOfCode(cell string) *region {
	if _, code, found := strings.Cut(cell, "+"); found {
		cell = code
	}
	cell = strings.TrimLeft(cell, "0 ")
	digits := cell[:len(cell)-len(strings.TrimLeft(cell, "0123456789"))]
	if digits == "" {
		return regionOf(strings.ToUpper(cell))
	}
	i := slices.IndexFunc(regions(), func(r *region) bool { return r.code == digits && r.name != "001" })
	if i < 0 {
		return nil
	}
	return regions()[i]
}
