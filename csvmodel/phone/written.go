package phone

import (
	_ "embed"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"contact-distributor/csvmodel/msg"
)

// number reads a cell, and the prefixes for other countries that are the same everywhere.
func (p *Parser) number(cell string) (raw, msg.Code) {
	number, fault := parseRaw(cell)
	if fault != "" || p.plans == nil {
		return number, fault
	}
	if fault = p.cutZeros(&number); fault == "" && number.plus && number.zero > 0 {
		fault = p.cutTrunkZero(&number)
	}
	return number, fault
}

// cutZeros reads 00, with a plus or without, as a plus. Where a region dials otherwise, both
// readings count.
func (p *Parser) cutZeros(number *raw) msg.Code {
	rest, found := strings.CutPrefix(number.digits, "00")
	if !found || rest == "" || rest[0] == '0' {
		return ""
	}
	if p.region != nil && !number.plus {
		dialed := cutDialed(p.region.abroad, number.digits)
		switch {
		case dialed == "" || dialed == rest || p.plans.validity(dialed) != valid:
		case p.plans.validity(rest) == valid:
			return msg.NumberAmbiguous
		default:
			return ""
		}
	}
	number.digits, number.plus, number.zero = rest, true, max(0, number.zero-2)
	return ""
}

// cutTrunkZero leaves out the zero of +44 (0)20, which is dialled within the country only,
// unless the number has it abroad as well, as in Italy.
func (p *Parser) cutTrunkZero(number *raw) msg.Code {
	without := number.digits[:number.zero] + number.digits[number.zero+1:]
	_, national := p.plans.split(number.digits)
	switch {
	case len(national) != len(number.digits)-number.zero: // it is not behind the country code
	case p.plans.validity(number.digits) != valid:
		number.digits = without
	case p.plans.validity(without) == valid:
		return msg.NumberAmbiguous
	}
	return ""
}

// once reads a cell that holds one number, and one that holds the same number several times.
func (p *Parser) once(cell string, read func(string) (string, msg.Code, msg.Code)) (digits string, fault, remark msg.Code) {
	digits, fault, remark = read(cell)
	if fault != msg.NumberTwo {
		return digits, fault, remark
	}
	text := separate(strings.Map(toASCII, cell))
	rest := countAlphanumeric(text)
	for _, part := range numbersIn(text) {
		if countAlphanumeric(part) == 0 {
			continue
		}
		other, fault, otherRemark := read(part)
		if fault != "" || digits != "" && other != digits {
			return "", msg.NumberTwo, ""
		}
		digits, remark, rest = other, otherRemark, rest-countAlphanumeric(part)
	}
	if rest > 0 {
		return "", msg.NumberTwo, ""
	}
	return digits, "", remark
}

func countAlphanumeric(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// chatLink is the begin of a link that opens the chat with a number, up to the number.
var chatLink = regexp.MustCompile(`(?i)(?:^|\s)(?:(?:https?://)?(?:www\.)?(?:wa\.me/|(?:api\.|web\.)?whatsapp\.com/send/?\?(?:[^#]*&)?phone=)|whatsapp://send/?\?(?:[^#]*&)?phone=)`)

// linkedNumber returns the number of a link with a label or without.
func linkedNumber(text string) (number string, ok bool) {
	if !strings.Contains(text, "/") {
		return "", false
	}
	at := chatLink.FindStringIndex(text)
	if at == nil || at[0] > 0 && !isLabel(text[:at[0]], false) {
		return "", false
	}
	number = text[at[1]:]
	if end := strings.IndexAny(number, "/?&#"); end >= 0 {
		number = number[:end]
	}
	number, err := url.PathUnescape(number)
	return "+" + strings.TrimLeft(number, "+ "), err == nil
}

// labelText has the words that stand beside telephone numbers. Those with a ! say that
// the number is not for this.
//
//go:embed labels.txt
var labelText string

var labels = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(labelText) {
		word, isOther := strings.CutPrefix(word, "!")
		all[word] = !isOther
	}
	return all
})

// stripLabels returns the number of a link, or takes off what says before a number or
// behind it what it is.
func stripLabels(text string) string {
	if number, ok := linkedNumber(text); ok {
		return number
	}
	if i := strings.IndexAny(text, "+0123456789"); i > 0 && isLabel(text[:i], text[i] == '+') {
		text = text[i:]
	}
	if i := strings.LastIndexAny(text, "0123456789") + 1; i > 0 && i < len(text) && isLabel(text[i:], false) {
		text = text[:i]
	}
	return text
}

// isLabel reports whether text is words that stand beside telephone numbers, or a sign such
// as ☎. A word that is not known needs a colon or a dot, and a plus behind it.
func isLabel(text string, hasPlus bool) bool {
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }
	isSign := func(r rune) bool { return unicode.Is(unicode.So, r) && r != unicode.ReplacementChar }
	isOther := func(r rune) bool { return !isWord(r) && !isSign(r) && !strings.ContainsRune(" .:-/#()[]", r) }
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, isOther) || !strings.ContainsFunc(text, func(r rune) bool { return isWord(r) || isSign(r) }) {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWord(r) })
	for _, word := range words {
		isKnown, isListed := labels()[word]
		if !isKnown && (isListed || !hasPlus || len(words) > 1 || !strings.ContainsAny(text[len(text)-1:], ".:")) {
			return false
		}
	}
	return true
}

// dateForm is a day in figures or with a word for the month or the day of the week, in any
// language, with the time or without. The year is one of people who live, since 12-10-5678
// may be a number; so may be 20 26 11 25 and 20.26.11.25.
var dateForm = sync.OnceValue(func() *regexp.Regexp {
	pattern := `^(?:W[:,]? )?(?:YSMSD|DSMSY|MSDSY|D[-. ]{1,2}W[-, ]{1,2}Y|W D,? Y|W-Y)(?: ?г)?(?:[ T,]+\d{1,2}:.*)?$`
	return regexp.MustCompile(strings.NewReplacer(
		"W", `\pL{3,}\.?`, "D", `(?:0?[1-9]|[12]\d|3[01])`, "M", `(?:0?[1-9]|1[0-2])`, "Y", `(?:(?:19|20)\d\d|\d\d)`, "S", `[-./] ?`).Replace(pattern))
})

func isDate(text string) bool {
	return text[0] != '+' && !strings.Contains(text, "(") && dateForm().MatchString(text)
}
