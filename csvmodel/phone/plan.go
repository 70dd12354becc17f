package phone

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// validity is how far a number is known in its country.
type validity int

const (
	invalid  validity = iota // no country has numbers that begin so or are so long
	possible                 // its country has numbers as long
	valid                    // its country has such numbers
)

// numberingPlan are the numbers of the world, by country calling code. Each is made
// when a number asks for it, so they are for one goroutine.
type numberingPlan map[int]*plan

// at is nil for what is no calling code.
func (p numberingPlan) at(code int) *plan {
	known, made := p[code]
	if !made && phonenumbers.GetSupportedCallingCodes()[code] {
		known = newPlan(code)
		p[code] = known
	}
	return known
}

// validity judges an international number without a plus. It says what
// IsPossibleNumber and IsValidNumber of the library say, in a tenth of their
// time, except that a 0 after the country code, which people leave standing in
// +44 (0)20, needs a country that is known to have it.
func (p numberingPlan) validity(digits string) validity {
	plan, national := p.split(digits)
	switch {
	case plan == nil || national == "":
		return invalid
	case plan.knows(national):
		return valid
	case national[0] != '0' && plan.lengths.has(len(national)), p.isFormer(digits):
		return possible
	}
	return invalid
}

// split cuts the calling code off. None begins with another one.
func (p numberingPlan) split(digits string) (plan *plan, national string) {
	code := 0
	for i := range min(3, len(digits)) {
		code = code*10 + int(digits[i]-'0')
		if plan := p.at(code); plan != nil {
			return plan, digits[i+1:]
		}
	}
	return nil, ""
}

// isFormer reports whether digits are a Mexican mobile number as it was until
// 2019, with a 1 after the country code: WhatsApp still knows it by that.
func (p numberingPlan) isFormer(digits string) bool {
	national, ok := strings.CutPrefix(digits, "521")
	return ok && len(national) == 10 && p.at(52).knows(national)
}

// plan is what follows one calling code.
type plan struct {
	lengths     lengths
	territories []territory
}

func newPlan(code int) *plan {
	var p plan
	for _, region := range phonenumbers.GetRegionCodesForCountryCode(code) {
		meta := metadata(region, code)
		p.territories = append(p.territories, newTerritory(meta))
		if len(p.territories) == 1 { // its main one speaks for all, as in the library
			p.lengths = lengthsOf(meta.GetGeneralDesc())
		}
	}
	return &p
}

// metadata is what is known of a region that is there. The library has it all
// in memory from the beginning, so there is no error to come.
func metadata(region string, code int) *phonenumbers.PhoneMetadata {
	all, _ := phonenumbers.MetadataCollection()
	i := slices.IndexFunc(all.GetMetadata(), func(m *phonenumbers.PhoneMetadata) bool {
		return m.GetId() == region && int(m.GetCountryCode()) == code
	})
	return all.GetMetadata()[i]
}

// knows reports whether one of the territories has such a number. One with
// leading digits has all that begin with them.
func (p *plan) knows(national string) bool {
	for i := range p.territories {
		t := &p.territories[i]
		if t.leading == nil {
			if t.knows(national) {
				return true
			}
		} else if t.leading.matches(national) {
			return t.knows(national)
		}
	}
	return false
}
