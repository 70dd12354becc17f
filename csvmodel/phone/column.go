package phone

import (
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"contact-distributor/csvmodel/msg"
)

// Verdict says which numbers without a plus of a column do not say their country, though
// each could be that of another one.
type Verdict struct {
	All bool // none of them does
	// Countries are those of which the column has national numbers, the likeliest first. A
	// number that could be one does not say its country.
	Countries []string

	side side // of numbers that have one on each
}

func (v Verdict) isZero() bool { return !v.All && v.Countries == nil && v.side == either }

// side is on which side of a country's border the numbers of a column are that have no plus,
// but two readings.
type side int

const (
	either side = iota
	inland      // national numbers
	abroad      // of another country, as they stand
)

// Verdicts are on the columns of chats and of cards.
type Verdicts struct{ Chats, Cards Verdict }

// IsZero reports whether all numbers say their country.
func (v Verdicts) IsZero() bool { return v.Chats.isZero() && v.Cards.isZero() }

// Verdicts judges the numbers that were read so far.
func (p *Parser) Verdicts() Verdicts { return Verdicts{p.chats.verdict(), p.cards.verdict()} }

type column struct {
	international sample // valid as they stand
	other         sample
	sides         [3]int // numbers by their side
}

// sample keeps some of the numbers that it counts, from all over the file.
type sample struct {
	count, stride int
	kept          []string
}

const sampleSize = 128

func (s *sample) add(digits string) {
	if len(s.kept) == sampleSize {
		for i := range sampleSize / 2 {
			s.kept[i] = s.kept[2*i]
		}
		s.kept, s.stride = s.kept[:sampleSize/2], 2*s.stride
	}
	if s.stride = max(1, s.stride); s.count%s.stride == 0 {
		s.kept = append(s.kept, strings.Clone(digits))
	}
	s.count++
}

func (s *sample) estimate(holds func(digits string) bool) (found int) {
	for _, digits := range s.kept {
		if holds(digits) {
			found++
		}
	}
	return found * s.count / max(1, len(s.kept))
}

// hold counts a number for the verdict on its column. One that this is against has a fault.
func (p *Parser) hold(c *column, against Verdict, number raw, read reading) reading {
	if number.plus || p.international || !p.knowsCountries || len(number.digits) < MinDigits {
		return read
	}
	if s, counts := p.sideOf(number.digits, read); counts {
		c.sides[s]++
		if digits := p.readingOn(against.side, number); s == either && digits != "" {
			return reading{digits, "", msg.NumberAsOthers}
		}
	}
	switch {
	case p.region != nil:
		return read
	case read.fault != "" && read.fault != msg.ShortNumber:
		if validityOf(number.digits) != valid {
			c.other.add(number.digits)
		}
		return read
	}
	c.international.add(number.digits)
	isDoubtful := func(c country) bool {
		return slices.Contains(against.Countries, c.name) && c.isDoubtful(number.digits)
	}
	if against.All || against.Countries != nil && slices.ContainsFunc(countries(), isDoubtful) {
		return reading{fault: msg.NumberNational}
	}
	return read
}

// vietnam is the country code of mobile numbers that Russia could have dialled with its 8.
const vietnam = "84"

// sideOf returns the side of a number that was read so, either if it may be on both. A number
// that can only be on one counts if others of its form could be on both.
func (p *Parser) sideOf(number string, read reading) (s side, counts bool) {
	isTrunk := read.fault == msg.NumberTrunk
	switch {
	case p.region == nil && (isTrunk && validityOf(number) != valid || read.fault == "" && number[0] == '7'):
		return inland, validityOf("7"+number[1:]) == valid
	case p.region == nil && (len(number) != minInternational || !strings.HasPrefix(number, vietnam)):
		return either, false
	case p.region == nil && read.fault == "":
		return abroad, true
	case p.region == nil:
		return either, isTrunk
	case read.fault != "":
		return either, read.fault == msg.NumberAmbiguous
	case read.digits == number:
		return abroad, !strings.HasPrefix(number, p.region.code)
	}
	return inland, strings.HasPrefix(read.digits, p.region.code)
}

func (p *Parser) readingOn(s side, number raw) (digits string) {
	switch {
	case s == abroad && isValid(number.digits, contactFault):
		return number.digits
	case s == inland && p.region != nil:
		digits, _ = p.region.withinIt(number, contactFault)
	}
	return digits
}

// side is that of all others, where there are enough of them. What a person has said of the
// region speaks for the numbers inland; one or two numbers of abroad may be strangers.
func (c *column) side() side {
	for _, s := range []side{inland, abroad} {
		there, opposite := c.sides[s], c.sides[inland]+c.sides[abroad]-c.sides[s]
		isEnough := 20*there > c.sides[either] && (s == inland || there > 2)
		if c.sides[either] > 0 && isEnough && 50*opposite <= there {
			return s
		}
	}
	return either
}

const (
	wonder           = 0.003 // what is too unlikely to be true
	maxCoincidences  = 8     // national numbers that may all be those of another country by chance
	usualCoincidence = 0.05
	highCoincidence  = 0.3
)

// verdict finds the countries of which the column has national numbers. Of these many are
// no numbers of any country as they stand; where it is unlikely that so few are, the
// numbers are what they seem to be.
func (c *column) verdict() (v Verdict) {
	v.side = c.side()
	international, other := c.international.count, c.other.count
	all := international + other
	if international == 0 || other == 0 && all > maxCoincidences {
		return v
	}
	isMost := all >= 5 && 2*other >= all
	v.All = isMost
	evidence := map[string]int{}
	for _, country := range countries() {
		lost := c.other.estimate(func(digits string) bool { return country.has(digits, false) })
		doubtful := c.international.estimate(country.isDoubtful)
		isLikely := other > 0 && 2*lost >= other || country.coincidence > highCoincidence && doubtful == international && doubtful > 1
		// A town's numbers may all be those of one country: what the others are says more then.
		isPlain := country.coincidence < highCoincidence && lost >= 3 && 10*lost >= all && 5*lost >= 4*other
		if isLikely && (doubtful > 0 || isMost) && (isPlain || chance(lost, doubtful, country.coincidence) >= wonder) {
			v.Countries = append(v.Countries, country.name)
			evidence[country.name] = lost + doubtful
			v.All = v.All || doubtful > 0 && 2*(other+doubtful) >= all
		}
	}
	slices.SortStableFunc(v.Countries, func(a, b string) int { return evidence[b] - evidence[a] })
	return v
}

// chance is that of at most lost among national numbers being no number of any country,
// where the share of coincidence is one.
func chance(lost, doubtful int, coincidence float64) (sum float64) {
	all := lost + doubtful
	if all > 200 {
		lost, doubtful = lost*200/all, doubtful*200/all
		all = lost + doubtful
	}
	term := math.Pow(coincidence, float64(all))
	for k := range lost + 1 {
		sum += term
		term *= float64(all-k) / float64(k+1) * (1 - coincidence) / coincidence
	}
	return sum
}

type country struct {
	*region
	plan        numberingPlan
	coincidence float64 // share of its national numbers that are also those of another one
}

// commonCountries are the countries of which numbers are considered, those first in which
// most people use WhatsApp, some with their coincidence in hundredths.
//
//go:embed common.txt
var commonCountries string

var countries = sync.OnceValue(func() (all []country) {
	for field := range strings.FieldsSeq(commonCountries) {
		name, percent, _ := strings.Cut(field, ":")
		region, coincidence := regionOf(name), usualCoincidence
		if n, err := strconv.Atoi(percent); err == nil {
			coincidence = float64(n) / 100
		}
		plan, _ := split(region.code)
		all = append(all, country{region, plan, coincidence})
	}
	return all
})

// has reports whether digits are a number that a person may have, as it is dialled within the
// country, with the prefix for that or without.
func (c country) has(digits string, isMobile bool) bool {
	const shortest = 8 // that says something of its country
	rest, dialed := strings.CutPrefix(digits, c.prefix)
	isBare := c.plan[0].general.lengths.has(len(digits))
	return len(digits) >= shortest && slices.ContainsFunc(c.plan, func(r *region) bool {
		kinds := r.regular
		if isMobile {
			kinds = r.mobile
		}
		return isBare && r.has(digits, kinds) || dialed && r.has(rest, kinds)
	})
}

// isDoubtful reports whether an international number of another country is a national one.
func (c country) isDoubtful(digits string) bool {
	return !strings.HasPrefix(digits, c.code) && c.has(digits, false)
}

const (
	maxSuggestions = 3    // countries that a person is told
	mostSuggested  = 5000 // numbers for which all countries are tried, which takes its time: nobody reads more
)

// Suggestions returns the countries of which a cell may be a national number, as in
// "+55 (BR)", the likeliest first.
func (p *Parser) Suggestions(cell string) (suggestions []string) {
	number, _ := p.number(cell)
	if number.plus || !p.knowsCountries || p.region != nil || p.international {
		return nil
	}
	suggest := func(c country, isMobile bool) {
		if len(suggestions) == maxSuggestions || !c.has(number.digits, isMobile) {
			return
		}
		if text := "+" + c.code + " (" + c.name + ")"; !slices.Contains(suggestions, text) {
			suggestions = append(suggestions, text)
		}
	}
	for _, c := range countries() {
		if slices.Contains(p.Against.Chats.Countries, c.name) || slices.Contains(p.Against.Cards.Countries, c.name) {
			suggest(c, false)
		}
	}
	if p.suggested++; p.suggested <= mostSuggested {
		for _, isMobile := range []bool{true, false} {
			for _, c := range countries() {
				suggest(c, isMobile)
			}
		}
	}
	return suggestions
}
