// Package phone reads telephone numbers and chat ids as people and spreadsheets leave
// them in cells. It promises that no digit is made up or lost: a number is
// international after reading, or it has a fault. NewParser comes first.
package phone

import (
	"cmp"
	"regexp"
	"strings"

	"contact-distributor/csvmodel/msg"
)

const minInternational = 11

// RegionNone is the region of files whose numbers are all international.
const RegionNone = "none"

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

	chats, cards   column
	code           rowCode
	suggested      int     // number of Suggestions
	knowsCountries bool    // else digits are checked by their form alone
	region         *region // nil: none
	international  bool    // a person says that numbers without a plus are
}

// reading is what a cell with a number is read as: without a fault, international digits.
type reading struct {
	digits        string
	fault, remark msg.Code
}

// faultFunc names what is wrong with the form of an international number.
type faultFunc func(digits string) msg.Code

// NewParser returns a Parser of numbers that may be national ones of region, a result of ParseRegion.
func NewParser(region string) *Parser {
	return &Parser{knowsCountries: true, region: regionOf(region), international: region == RegionNone}
}

// Phone reads the number of a card: its digits, international. With a fault the rest is empty.
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
	read := p.once(cell, p.phone)
	return read.digits, read.fault, read.remark
}

func (p *Parser) phone(number raw) reading {
	least := contactFault
	if p.ShortNumbers {
		least = personFault
	}
	if read, decided := p.behindCode(number, false, least); decided {
		return read
	}
	read := p.parse(number, contactFault)
	if read.fault != "" {
		read = p.parseShort(number, read)
	}
	return p.hold(&p.cards, p.Against.Cards, number, read)
}

// parseShort reads an international number of fewer than 11 digits. Any other keeps its fault.
func (p *Parser) parseShort(number raw, faulty reading) reading {
	read := p.parse(number, personFault)
	switch {
	case read.fault != "", read.remark == msg.NumberUnusual && !number.plus:
		return faulty
	case p.knowsCountries && !p.ShortNumbers:
		return reading{fault: msg.ShortNumber}
	}
	return read
}

// Chat reads the id of a chat, or a number as that of its owner's. With a fault the rest is empty.
func (p *Parser) Chat(cell string) (id string, fault, remark msg.Code) {
	if strings.IndexByte(cell, '@') >= 0 {
		id, fault = chatID(cell)
		return id, fault, ""
	}
	read := p.once(cell, p.person)
	if read.fault != "" {
		return "", chatFault(read.fault, cell), ""
	}
	return read.digits + person, "", read.remark
}

// Chats returns the ids of all chats that a cell names, in the order of the cell.
func (p *Parser) Chats(cell string) (ids []string) {
	id, fault, _ := p.Chat(cell)
	switch {
	case fault == "":
		return []string{id}
	case fault != msg.NumberTwo && strings.Count(cell, "@") < 2:
		return nil
	}
	for _, part := range numbersIn(separate(strings.Map(toASCII, cell))) {
		if id, fault, _ := p.Chat(part); fault == "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func (p *Parser) person(number raw) reading {
	if read, decided := p.behindCode(number, true, personFault); decided {
		return read
	}
	return p.hold(&p.chats, p.Against.Chats, number, p.parse(number, personFault))
}

// behindCode reads a number with its country code in another cell, or in both, where that decides.
func (p *Parser) behindCode(number raw, isChat bool, fault faultFunc) (read reading, decided bool) {
	region := p.code.region
	if region == nil || p.code.ofChats != isChat || number.plus {
		return reading{}, false
	}
	within, isTwo := region.withinIt(number, fault)
	switch isAsItIs := isValid(number.digits, fault); {
	case isAsItIs && strings.HasPrefix(number.digits, region.code):
		return number.valid(number.digits), true
	case isTwo, isAsItIs && p.code.isVague:
		return reading{fault: msg.NumberAmbiguous}, isTwo || within != ""
	case within != "":
		return number.valid(within), true
	}
	return reading{fault: msg.NumberCode}, !p.code.isVague
}

func (p *Parser) parse(number raw, fault faultFunc) reading {
	if p.region != nil && !number.plus {
		return p.inRegion(number, fault)
	}
	digits := number.digits
	if code := fault(digits); code != "" {
		return reading{fault: code}
	} else if !p.knowsCountries {
		return reading{digits: digits}
	}
	isCertain, validity := number.plus || p.international, validityOf(digits)
	switch {
	case !isCertain && digits[0] == '8' && len(digits) == minInternational &&
		(validity != valid || validityOf("7"+digits[1:]) == valid):
		return reading{fault: msg.NumberTrunk}
	case validity == valid:
		return number.valid(digits)
	case validity == possible && (isCertain || isOtherForm(digits)):
		return reading{digits, "", msg.NumberUnusual}
	case validity == possible:
		return reading{fault: msg.NumberNational}
	}
	return reading{fault: msg.NumberCountry}
}

// inRegion is parse for a number without a plus. Valid readings come before those that
// are only possible, and a number is completed with the region's code only where that
// makes a valid one, or where it was dialled so. Two readings that are equally good are
// a fault.
func (p *Parser) inRegion(number raw, fault faultFunc) reading {
	all := p.region.readings(number)
	isOwn := func(digits string) bool { return strings.HasPrefix(digits, p.region.code) }
	switch {
	case all.separated && isValid(all.trunk, fault):
		return number.valid(all.trunk)
	case isOwn(all.asIs) && isValid(all.asIs, fault):
		return number.valid(all.asIs)
	}
	for _, level := range []struct {
		validity validity
		readings []string
	}{
		{valid, []string{all.asIs, all.abroad, all.trunk, all.bare}},
		{valid, []string{all.short}},
		{possible, []string{all.asIs, all.abroad, all.trunk}},
	} {
		found := ""
		for _, digits := range level.readings {
			switch {
			case digits == "" || digits == found || fault(digits) != "" || validityOf(digits) != level.validity:
			case found != "":
				return reading{fault: msg.NumberAmbiguous}
			default:
				found = digits
			}
		}
		switch {
		case found == "":
		case level.validity == valid:
			return number.valid(found)
		case found == all.asIs && !isOwn(found): // it could be anybody's
			return reading{fault: msg.NumberCountry}
		default:
			return reading{found, "", msg.NumberUnusual}
		}
	}
	return reading{fault: cmp.Or(fault(number.digits), msg.NumberCountry)}
}

func isValid(digits string, fault faultFunc) bool {
	return digits != "" && fault(digits) == "" && validityOf(digits) == valid
}

func (r raw) valid(digits string) reading {
	if r.fromSpreadsheet {
		return reading{digits, "", msg.NumberNotation}
	}
	return reading{digits: digits}
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

// chatFault names a number's fault where an id would do as well. A group's id is no two numbers.
func chatFault(fault msg.Code, cell string) msg.Code {
	switch {
	case fault == msg.PhoneMissing:
		return msg.ChatMissing
	case fault == msg.Phone, fault == msg.NumberTwo && isGroup(strings.TrimSpace(cell)):
		return msg.ChatID
	}
	return fault
}

const person = "@c.us"

// chatKinds are all ids that the service documents: no broadcast, no newsletter.
var chatKinds = []struct {
	suffix string
	fits   func(local string) bool
}{
	{person, isPerson},
	{"@g.us", isGroup},
	{"@lid", func(local string) bool { return IsDigits(local) && len(local) <= 32 }},
}

// ParseChatID reads the id of a chat, or a number as that of its owner's chat, like a
// cell of the column chatId. The region is a result of ParseRegion.
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

func isPerson(local string) bool {
	return len(local) >= MinDigits && len(local) <= maxDigits && local[0] != '0' && IsDigits(local)
}

// isGroup knows the old form (the founder's number and a time) and the new one.
func isGroup(local string) bool {
	if len(local) > 32 {
		return false
	}
	if founder, since, old := strings.Cut(local, "-"); old {
		return IsDigits(founder) && IsDigits(since)
	}
	return len(local) > len("120363") && strings.HasPrefix(local, "120363") && IsDigits(local)
}

// twoForms are mobile numbers into which a country has put a digit, or has taken one out, without
// WhatsApp following everywhere: it knows an account by both forms.
var twoForms = []struct {
	pattern func() *regexp.Regexp
	extra   string
}{
	{compile(`^(52)1?(\d{10})@c\.us$`), "1"},         // Mexico
	{compile(`^(54)9?(\d{10})@c\.us$`), "9"},         // Argentina
	{compile(`^(55\d\d)9?([6-9]\d{7})@c\.us$`), "9"}, // Brazil, behind the area
}

// Account returns the one id by which all forms of an account's chat are compared. What is
// sent goes to the id as it stands.
func Account(id string) string {
	short, _ := Forms(id)
	return short
}

// Forms returns the shorter and the longer id of an account's chat. Most chats have one
// only; the longer is empty then.
func Forms(id string) (short, long string) {
	if !strings.HasPrefix(id, "5") { // a pattern takes longer
		return id, ""
	}
	for _, form := range twoForms {
		if parts := form.pattern().FindStringSubmatch(id); parts != nil {
			return parts[1] + parts[2] + person, parts[1] + form.extra + parts[2] + person
		}
	}
	return id, ""
}
