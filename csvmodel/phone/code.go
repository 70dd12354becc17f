package phone

import (
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// rowCode is the country code that a row has in a cell of its own.
type rowCode struct {
	region  *region // nil: there is none
	ofChats bool    // it is that of the chat, not of the card
	isVague bool    // it may be the country of an address
}

// SetCode sets the country code of the numbers that are read next, which have no plus: +49,
// 49, 0049 or DE. What is no code counts as none.
func (p *Parser) SetCode(cell string, ofChats, isVague bool) {
	known, made := p.codes[cell]
	if !made {
		if p.codes == nil || len(p.codes) > 1000 {
			p.codes = map[string]*region{}
		}
		known = newRegion(regionOfCode(cell))
		p.codes[strings.Clone(cell)] = known
	}
	p.code = rowCode{known, ofChats, isVague}
}

// regionOfCode returns the main region of a country code, "" if the cell has none.
func regionOfCode(cell string) string {
	if _, code, found := strings.Cut(cell, "+"); found {
		cell = code
	}
	cell = strings.TrimLeft(cell, "0 ")
	digits := cell
	if end := strings.IndexFunc(cell, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		digits = cell[:end]
	}
	code, _ := strconv.Atoi(digits)
	for _, r := range regions() {
		if r.code == code && r.name != "001" || digits == "" && strings.EqualFold(r.name, cell) {
			return r.name
		}
	}
	return ""
}

// behindCode reads a number that has its country code in another cell, or in both. It
// reports whether that decides what the number is.
func (p *Parser) behindCode(number raw, fault func(digits string) msg.Code) (digits string, code, remark msg.Code, decided bool) {
	region := p.code.region
	isValid := func(reading string) bool {
		return reading != "" && fault(reading) == "" && p.plans.validity(reading) == valid
	}
	all := region.readings(number)
	bare := region.code + number.digits
	isOwn := strings.HasPrefix(number.digits, region.code) && isValid(number.digits)
	switch {
	case isOwn:
		return number.digits, "", number.remark(), true
	case p.code.isVague && isValid(number.digits):
		return "", msg.NumberAmbiguous, "", isValid(bare) || isValid(all.trunk)
	case isValid(all.trunk) && isValid(bare) && all.trunk != bare:
		return "", msg.NumberAmbiguous, "", true
	case isValid(all.trunk):
		return all.trunk, "", number.remark(), true
	case isValid(bare):
		return bare, "", number.remark(), true
	}
	return "", msg.NumberCode, "", !p.code.isVague
}
