package phone

import (
	"regexp"
	"slices"

	"github.com/nyaruka/phonenumbers"
)

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

func (t *territory) knows(national string) bool {
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
