package phone

import (
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// validity says whether the country of a number has such numbers.
type validity int

const (
	invalid  validity = iota // no country has numbers that begin so or are so long
	possible                 // its country has numbers as long
	valid                    // its country has such numbers
)

// numberingPlans are the numbers of the world, by country calling code. Each is made
// when a number needs it, so they are for one goroutine.
type numberingPlans map[int]*numberingPlan

// at is nil for what is no calling code.
func (p numberingPlans) at(code int) *numberingPlan {
	known, made := p[code]
	if !made && phonenumbers.GetSupportedCallingCodes()[code] {
		known = newNumberingPlan(code)
		p[code] = known
	}
	return known
}

// validity judges an international number without a plus. It says what
// IsPossibleNumber and IsValidNumber of the library say, in a tenth of their
// time, except that a 0 after the country code, which people leave standing in
// +44 (0)20, needs a country that is known to have it.
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

// numberingPlan is what follows one calling code.
type numberingPlan struct {
	lengths     lengths
	territories []territory
}

func newNumberingPlan(code int) *numberingPlan {
	var p numberingPlan
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

// territory is a country, or a part of one with numbers of its own.
type territory struct {
	leading *kind // nil: numbers do not tell by their first digits that they are its own
	general *kind
	kinds   []*kind
}

func newTerritory(m *phonenumbers.PhoneMetadata) territory {
	t := territory{general: newKind(m.GetGeneralDesc())}
	if leading := m.GetLeadingDigits(); leading != "" {
		t.leading = &kind{source: "^(?:" + leading + ")", lengths: ^lengths(0)}
	}
	for _, desc := range []*phonenumbers.PhoneNumberDesc{ // those first that most people have
		m.GetMobile(), m.GetFixedLine(), m.GetVoip(), m.GetTollFree(), m.GetPremiumRate(),
		m.GetSharedCost(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail(),
	} {
		if k := newKind(desc); k.lengths != 0 {
			t.kinds = append(t.kinds, k)
		}
	}
	return t
}

func (t *territory) has(national string) bool {
	is := func(k *kind) bool { return k.matches(national) }
	return is(t.general) && slices.ContainsFunc(t.kinds, is)
}

// kind is one kind of number, such as those of mobile telephones.
type kind struct {
	lengths lengths
	source  string
	pattern *regexp.Regexp // compiled when it is first needed
}

func newKind(d *phonenumbers.PhoneNumberDesc) *kind {
	return &kind{lengths: lengthsOf(d), source: "^(?:" + d.GetNationalNumberPattern() + ")$"}
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

// lengths is a set of numbers of digits.
type lengths uint32

// lengthsOf is empty where there are no numbers of the kind at all. Where the
// library names none, they are those of the general description, which is asked
// before.
func lengthsOf(d *phonenumbers.PhoneNumberDesc) (all lengths) {
	switch named := d.GetPossibleLength(); {
	case d.GetNationalNumberPattern() == "":
		return 0
	case len(named) == 0:
		return ^lengths(0)
	default:
		for _, n := range named {
			if n > 0 { // -1 stands for none
				all |= 1 << n
			}
		}
		return all
	}
}

func (l lengths) has(n int) bool { return n < 32 && l&(1<<n) != 0 }
