package phone

import (
	"regexp"
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// ParseRegion reads the two letters of the country, such as "RU", whose
// national numbers a file may have. The empty string is no region.
func ParseRegion(s string) (string, error) {
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
	if name == "" {
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
