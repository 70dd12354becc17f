package phone

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// RegionNone is the region of files whose numbers are international, with a plus or
// without.
const RegionNone = "none"

// commonRegions are the countries of which a number without a country code may be, those
// first in which most people use WhatsApp.
//
//go:embed common.txt
var commonRegions string

// minNational is the number of digits of the shortest national number that says
// something of its country.
const minNational = 8

// maxSuggestions is the number of countries that a person is told.
const maxSuggestions = 3

// Suggestions returns the countries of which a cell may be a national number, as in
// "+55 (BR)", the likeliest first.
func (p *Parser) Suggestions(cell string) (countries []string) {
	number, _ := p.number(cell)
	if number.plus || p.plans == nil || p.region != nil || p.international {
		return nil
	}
	for _, isUsual := range []func(*territory, string) bool{(*territory).hasMobile, (*territory).hasOrdinary} {
		for name := range strings.FieldsSeq(commonRegions) {
			data := regionOf(name)
			country := fmt.Sprintf("+%d (%s)", data.code, name)
			if len(countries) < maxSuggestions && !slices.Contains(countries, country) &&
				p.plans.at(data.code).isNational(number.digits, data.national, isUsual) {
				countries = append(countries, country)
			}
		}
	}
	return countries
}

// isNational reports whether digits are such a number as it is dialled within its
// country, with the prefix for that or without.
func (p *numberingPlan) isNational(digits, prefix string, isUsual func(*territory, string) bool) bool {
	rest, dialed := strings.CutPrefix(digits, prefix)
	has := func(national string) bool {
		return slices.ContainsFunc(p.territories, func(t territory) bool { return isUsual(&t, national) })
	}
	return len(digits) >= minNational && (has(digits) || dialed && has(rest))
}
