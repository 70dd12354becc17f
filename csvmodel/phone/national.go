package phone

import (
	"slices"
	"strings"
)

// RegionNone is the region of files whose numbers are international, with a plus or
// without.
const RegionNone = "none"

// minNational is the number of digits of the shortest national number that says
// something of its country.
const minNational = 8

// maxSuggestions is the number of countries that a person is told.
const maxSuggestions = 3

// mostSuggested is for how many numbers all countries are tried: that takes its time, and
// nobody reads more.
const mostSuggested = 5000

// Suggestions returns the countries of which a cell may be a national number, as in
// "+55 (BR)", the likeliest first.
func (p *Parser) Suggestions(cell string) (suggestions []string) {
	number, _ := p.number(cell)
	if number.plus || len(number.digits) < minNational || p.plans == nil || p.region != nil || p.international {
		return nil
	}
	suggest := func(c country, isUsual func(*territory, string) bool) {
		if !slices.Contains(suggestions, c.text) && p.plans.at(c.code).isNational(number.digits, c.prefix, isUsual) {
			suggestions = append(suggestions, c.text)
		}
	}
	for _, c := range countries() {
		if slices.Contains(p.Against.Chats.Countries, c.name) || slices.Contains(p.Against.Cards.Countries, c.name) {
			suggest(c, (*territory).hasOrdinary)
		}
	}
	for _, isUsual := range []func(*territory, string) bool{(*territory).hasMobile, (*territory).hasOrdinary} {
		for i := 0; i < len(countries()) && len(suggestions) < maxSuggestions && p.suggested < mostSuggested; i++ {
			suggest(countries()[i], isUsual)
		}
	}
	p.suggested++
	return suggestions[:min(len(suggestions), maxSuggestions)]
}

// isNational reports whether digits are such a number as it is dialled within its
// country, with the prefix for that or without.
func (p *numberingPlan) isNational(digits, prefix string, isUsual func(*territory, string) bool) bool {
	rest, dialed := strings.CutPrefix(digits, prefix)
	has := func(national string) bool {
		return slices.ContainsFunc(p.territories, func(t territory) bool { return isUsual(&t, national) })
	}
	return len(digits) >= minNational && (p.lengths.has(len(digits)) && has(digits) || dialed && has(rest))
}
