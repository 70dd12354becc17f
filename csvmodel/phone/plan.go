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
	case national[0] != '0' && plan.lengths.has(len(national)), p.isOtherForm(digits):
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

// isOtherForm reports whether digits are the number by which WhatsApp knows an account whose
// number is written with a digit more or less.
func (p numberingPlans) isOtherForm(digits string) bool {
	id := digits + person
	other, long := Forms(id)
	if other == id {
		other = long
	}
	plan, national := p.split(strings.TrimSuffix(other, person))
	return long != "" && plan.has(national)
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

func (t *territory) has(national string) bool { return t.hasKind(national, 0, len(t.kinds)) }

// hasMobile and hasOrdinary report whether it has such a number that a person may have:
// the first kind is mobile, the second that of a fixed line. One of nearly any length says
// nothing, as in Austria.
func (t *territory) hasMobile(national string) bool { return t.hasKind(national, 0, 1) }

func (t *territory) hasOrdinary(national string) bool {
	return t.hasMobile(national) || len(t.kinds) > 1 && (t.kinds[1].lengths&t.general.lengths).count() < 5 && t.hasKind(national, 1, 2)
}

func (t *territory) hasKind(national string, from, to int) bool {
	is := func(k *kind) bool { return k.matches(national) }
	return is(t.general) && slices.ContainsFunc(t.kinds[from:min(to, len(t.kinds))], is)
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

func (l lengths) count() int { return bits.OnesCount32(uint32(l)) }

// ParseRegion reads the two letters of the country, such as "RU", whose
// national numbers a file may have, or RegionNone. The empty string is no region.
func ParseRegion(s string) (string, error) {
	if strings.EqualFold(strings.TrimSpace(s), RegionNone) {
		return RegionNone, nil
	}
	region := strings.ToUpper(strings.TrimSpace(s))
	if region != "" && regionOf(region) == nil {
		return "", msg.Problem("usage.country", msg.Args{"Value": s})
	}
	return region, nil
}

type region struct {
	code   string         // its calling code
	trunk  bool           // national numbers have a prefix there, such as 8 or 0
	inland *regexp.Regexp // that prefix; nil if there is none
	abroad *regexp.Regexp // what is dialled before a number of another country
}

func newRegion(name string) *region {
	if name == "" || name == RegionNone {
		return nil
	}
	data := regionOf(name)
	return &region{
		code:   strconv.Itoa(data.code),
		trunk:  data.national != "",
		inland: prefixPattern(data.forParsing),
		abroad: prefixPattern(data.international),
	}
}

func prefixPattern(source string) *regexp.Regexp {
	if source == "" {
		return nil
	}
	return regexp.MustCompile("^(?:" + source + ")")
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
	if rest := cutDialed(r.abroad, number.digits); rest != "" && rest[0] != '0' {
		all.abroad = rest
	}
	if rest := cutDialed(r.inland, number.digits); rest != "" {
		all.trunk = r.code + rest
		all.separated = number.first == len(number.digits)-len(rest)
	}
	// Without the prefix a short number may be one of a town.
	if r.trunk && len(all.bare) < minInternational {
		all.bare = ""
	}
	return all
}

// cutDialed is what follows the prefix in digits. A prefix that takes part of the
// number with it, to write that another way, is none.
func cutDialed(prefix *regexp.Regexp, digits string) string {
	if prefix == nil {
		return ""
	}
	found := prefix.FindStringSubmatchIndex(digits)
	if found == nil {
		return ""
	}
	for _, group := range found[2:] {
		if group >= 0 {
			return ""
		}
	}
	return digits[found[1]:]
}
