// Package phone reads telephone numbers and chat ids as people and spreadsheets leave
// them in cells. It promises that no digit is made up or lost: a number is
// international after reading, or it has a fault. NewParser comes first.
package phone

import (
	"slices"
	"strings"

	"contact-distributor/csvmodel/msg"
)

const minInternational = 11

// Parser reads the numbers of a file. The zero value knows no countries and checks
// digits by their form alone: use it for numbers that a Parser has read before. A
// Parser is for one goroutine.
type Parser struct {
	// ShortNumbers lets whole international numbers of fewer than 11 digits be the number
	// of a card, as Denmark and Singapore have them.
	ShortNumbers bool
	// Known are the digits of an international number that cards may have in any file, such
	// as that of a vCard; "" for none.
	Known string

	// Against are the verdicts on the columns of the file, if it was read before.
	Against Verdicts

	chats, cards  column
	code          rowCode
	codes         map[string]*region // of the cells that were read
	suggested     int                // number of Suggestions
	plans         numberingPlans     // nil: digits are checked by their form alone
	region        *region            // nil: none
	international bool               // a person says that numbers without a plus are
}

// NewParser returns a Parser that reads numbers without a plus also as national ones
// of region, a result of ParseRegion.
func NewParser(region string) *Parser {
	return &Parser{plans: numberingPlans{}, region: newRegion(region), international: region == RegionNone}
}

// Phone reads the number of a card: its digits, international. With a fault the rest is
// empty.
func (p *Parser) Phone(cell string) (digits string, fault, remark msg.Code) {
	if cell != "" && cell == p.Known {
		return cell, "", ""
	}
	if strings.IndexByte(cell, '@') >= 0 {
		id, _ := chatID(cell)
		if local, isPerson := strings.CutSuffix(id, person); isPerson {
			cell = "+" + local
		}
	}
	return p.once(cell, p.phone)
}

func (p *Parser) phone(number raw) (digits string, fault, remark msg.Code) {
	if p.code.region != nil && !p.code.ofChats && !number.plus {
		least := contactFault
		if p.ShortNumbers {
			least = personFault
		}
		if digits, fault, remark, decided := p.behindCode(number, least); decided {
			return digits, fault, remark
		}
	}
	if digits, fault, remark = p.parse(number, contactFault); fault != "" {
		digits, fault, remark = p.parseShort(number, fault)
	}
	return p.hold(&p.cards, p.Against.Cards, number, digits, fault, remark)
}

// parseShort reads a number that is international with fewer than 11 digits. Of any other
// number it returns the fault.
func (p *Parser) parseShort(number raw, fault msg.Code) (digits string, _, remark msg.Code) {
	digits, other, remark := p.parse(number, personFault)
	switch {
	case other != "", remark == msg.NumberUnusual && !number.plus:
		return "", fault, ""
	case p.plans != nil && !p.ShortNumbers:
		return "", msg.ShortNumber, ""
	}
	return digits, "", remark
}

// Chat reads the id of a chat, or an international number as that of its
// owner's chat. With a fault the rest is empty.
func (p *Parser) Chat(cell string) (id string, fault, remark msg.Code) {
	if strings.IndexByte(cell, '@') >= 0 {
		id, fault = chatID(cell)
		return id, fault, ""
	}
	digits, fault, remark := p.once(cell, p.person)
	if fault != "" {
		return "", chatFault(fault, cell), ""
	}
	return digits + person, "", remark
}

func (p *Parser) person(number raw) (digits string, fault, remark msg.Code) {
	if p.code.region != nil && p.code.ofChats && !number.plus {
		if digits, fault, remark, decided := p.behindCode(number, personFault); decided {
			return digits, fault, remark
		}
	}
	digits, fault, remark = p.parse(number, personFault)
	return p.hold(&p.chats, p.Against.Chats, number, digits, fault, remark)
}

// parse returns the one international number that the digits stand for, among those in
// which fault finds nothing wrong.
func (p *Parser) parse(number raw, fault func(digits string) msg.Code) (digits string, _, remark msg.Code) {
	if p.region != nil && !number.plus {
		return p.inRegion(number, fault)
	}
	digits = number.digits
	if code := fault(digits); code != "" || p.plans == nil {
		return digits, code, ""
	}
	isCertain, validity := number.plus || p.international, p.plans.validity(digits)
	switch {
	case !isCertain && digits[0] == '8' && len(digits) == minInternational &&
		(validity != valid || p.plans.validity("7"+digits[1:]) == valid):
		return "", msg.NumberTrunk, ""
	case validity == valid:
		return digits, "", number.remark()
	case validity == possible && (isCertain || p.plans.isOtherForm(digits)):
		return digits, "", msg.NumberUnusual
	case validity == possible:
		return "", msg.NumberNational, ""
	}
	return "", msg.NumberCountry, ""
}

// inRegion is parse for a number without a plus. Valid readings come before those that
// are only possible, and a number is completed with the region's code only where that
// makes a valid one, or where it was dialled so. Two readings that are equally good are
// a fault.
func (p *Parser) inRegion(number raw, fault func(digits string) msg.Code) (digits string, _, remark msg.Code) {
	all := p.region.readings(number)
	validityOf := func(reading string) validity {
		if reading == "" || fault(reading) != "" {
			return invalid
		}
		return p.plans.validity(reading)
	}
	switch {
	case all.separated && validityOf(all.trunk) == valid:
		return all.trunk, "", number.remark()
	case strings.HasPrefix(all.asIs, p.region.code) && validityOf(all.asIs) == valid:
		return all.asIs, "", number.remark()
	}
	for _, level := range []struct {
		validity validity
		remark   msg.Code
		readings []string
	}{
		{valid, number.remark(), []string{all.asIs, all.abroad, all.trunk, all.bare}},
		{valid, number.remark(), []string{all.short}},
		{possible, msg.NumberUnusual, []string{all.asIs, all.abroad, all.trunk}},
	} {
		var found []string
		for _, reading := range level.readings {
			if validityOf(reading) == level.validity && !slices.Contains(found, reading) {
				found = append(found, reading)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			if level.validity == possible && found[0] == all.asIs && !strings.HasPrefix(found[0], p.region.code) {
				return "", msg.NumberCountry, "" // it could be anybody's
			}
			return found[0], "", level.remark
		default:
			return "", msg.NumberAmbiguous, ""
		}
	}
	if code := fault(number.digits); code != "" {
		return "", code, ""
	}
	return "", msg.NumberCountry, ""
}

func (r raw) remark() msg.Code {
	if r.fromSpreadsheet {
		return msg.NumberNotation
	}
	return ""
}

func contactFault(digits string) msg.Code {
	switch {
	case digits[0] == '0':
		return msg.PhoneZero
	case len(digits) < minInternational:
		return msg.PhoneShort
	case len(digits) > maxDigits:
		return msg.PhoneLong
	}
	return ""
}

func personFault(digits string) msg.Code {
	if !isPerson(digits) {
		return msg.ChatID
	}
	return ""
}

// chatFault returns the name of a number's fault where an id would do as well. The two
// numbers of a group's id are one fault.
func chatFault(fault msg.Code, cell string) msg.Code {
	switch {
	case fault == msg.PhoneMissing:
		return msg.ChatMissing
	case fault == msg.Phone, fault == msg.NumberTwo && isGroup(strings.TrimSpace(cell)):
		return msg.ChatID
	}
	return fault
}

// person ends the id of a person's chat.
const person = "@c.us"

// chatKinds are the ids of chats that the service documents, by their ends.
// Nothing else is one: no broadcast, no newsletter.
var chatKinds = []struct {
	suffix string
	fits   func(local string) bool
}{
	{person, isPerson},
	{"@g.us", isGroup},
	{"@lid", func(local string) bool { return IsDigits(local) && len(local) <= 32 }},
}

// ParseChatID reads the id of a chat, or a number as that of its owner's chat, like a
// cell of the column chatId. The region is a result of ParseRegion. The error says what
// is wrong, and what would be right.
func ParseChatID(cell, region string) (id string, err error) {
	id, fault, _ := NewParser(region).Chat(cell)
	if fault != "" {
		return "", msg.Problem(string(fault), msg.Args{"Column": "chatId", "Value": msg.Quoted(cell)})
	}
	return id, nil
}

func chatID(cell string) (string, msg.Code) {
	s := strings.TrimSpace(cell)
	if strings.ContainsFunc(s, isInvisible) {
		s = strings.TrimSpace(strings.Map(dropInvisible, s))
	}
	at := strings.IndexByte(s, '@')
	local, suffix := s[:at], s[at:]
	if strings.EqualFold(suffix, "@s.whatsapp.net") { // as WhatsApp itself writes it
		local, _, _ = strings.Cut(local, ":") // without the device
		s, suffix = local+person, person
	}
	for _, kind := range chatKinds {
		if strings.EqualFold(suffix, kind.suffix) && kind.fits(local) {
			if suffix == kind.suffix {
				return s, ""
			}
			return local + kind.suffix, ""
		}
	}
	return "", msg.ChatID
}

func dropInvisible(r rune) rune {
	if isInvisible(r) {
		return -1
	}
	return r
}

// isPerson reports whether local is an international number: a country code
// never begins with 0.
func isPerson(local string) bool {
	return len(local) >= MinDigits && len(local) <= maxDigits && local[0] != '0' && IsDigits(local)
}

// isGroup reports whether local has the form of a group's id, old (its
// founder's number and a time) or new.
func isGroup(local string) bool {
	if len(local) > 32 {
		return false
	}
	if founder, since, old := strings.Cut(local, "-"); old {
		return IsDigits(founder) && IsDigits(since)
	}
	return len(local) > len("120363") && strings.HasPrefix(local, "120363") && IsDigits(local)
}
