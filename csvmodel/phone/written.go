package phone

import (
	_ "embed"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
)

// number reads a cell, and the prefixes for other countries that are the same everywhere.
func (p *Parser) number(cell string) (raw, msg.Code) {
	number, fault := parseRaw(cell)
	if len(number.digits) == len("20261125100000") && !number.plus && timestamp().MatchString(number.digits) {
		return raw{}, msg.NumberDate
	}
	if fault != "" || !p.knowsCountries {
		return number, fault
	}
	if fault = p.cutZeros(&number); fault == "" && number.plus && number.zero > 0 {
		fault = cutTrunkZero(&number)
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
		dialed := cutDialed(p.region.abroad(), number.digits)
		switch {
		case dialed == "" || dialed == rest || validityOf(dialed) != valid:
		case validityOf(rest) == valid:
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
func cutTrunkZero(number *raw) msg.Code {
	without := number.digits[:number.zero] + number.digits[number.zero+1:]
	_, national := split(number.digits)
	switch {
	case len(national) != len(number.digits)-number.zero: // it is not behind the country code
	case validityOf(number.digits) != valid:
		number.digits = without
	case validityOf(without) == valid:
		return msg.NumberAmbiguous
	}
	return ""
}

// once parses the number of a cell, which may be there several times.
func (p *Parser) once(cell string, parse func(raw) reading) (read reading) {
	number, fault := p.number(cell)
	switch fault {
	case "":
		return parse(number)
	case msg.NumberTwo:
	default:
		return reading{fault: fault}
	}
	for _, part := range numbersIn(separate(strings.Map(toASCII, cell))) {
		if !strings.ContainsFunc(part, isAlphanumeric) {
			continue
		}
		other := p.once(part, parse)
		if other.fault != "" || read.digits != "" && other.digits != read.digits {
			return reading{fault: msg.NumberTwo}
		}
		read = other
	}
	return read
}

// chatLink matches a link that opens a chat: what stands before it, and the number.
var chatLink = compile(`(?i)^(.*?)(?:(?:https?://)?(?:www\.)?(?:wa\.me/|(?:api\.|web\.)?whatsapp\.com/send/?\?(?:[^#]*&)?phone=)|whatsapp://send/?\?(?:[^#]*&)?phone=)([^/?&#]*)`)

// stripLabels returns the number of a link, or takes off what says before a number or
// behind it what it is.
func stripLabels(text string) string {
	if strings.Contains(text, "/") {
		link := chatLink().FindStringSubmatch(text)
		if link != nil && (link[1] == "" || isLabel(link[1], false)) {
			number, _ := url.PathUnescape(link[2]) // empty where it cannot be
			return "+" + strings.TrimLeft(number, "+ ")
		}
	}
	if i := strings.IndexAny(text, "+0123456789"); i > 0 && isLabel(text[:i], false) {
		text = text[i:]
	}
	if i := strings.LastIndexAny(text, "0123456789") + 1; i > 0 && i < len(text) && isLabel(text[i:], true) {
		text = text[:i]
	}
	return text
}

// labelText has the words that stand beside telephone numbers, and pairs that begin with the
// Indonesian no, a number.
//
//go:embed labels.txt
var labelText string

var labels = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(labelText) {
		all[word] = true
	}
	return all
})

var (
	labelForm = compile(`^[\pL\pM\p{So} .:/#()[\]-]*[\pL\p{So}][\pL\pM\p{So} .:/#()[\]-]*$`)
	labelWord = compile(`[\pL\pM]+`)
)

// isLabel reports whether text is words that stand beside telephone numbers, or a sign such
// as ☎. The no of a label must be short for number: before one, with a dot or as the last of
// several words.
func isLabel(text string, isBehind bool) bool {
	if !labelForm().MatchString(text) || strings.ContainsRune(text, unicode.ReplacementChar) {
		return false
	}
	text = strings.ToLower(text)
	words := labelWord().FindAllString(text, -1)
	if i := slices.Index(words, "no"); i >= 0 {
		isLast := i == len(words)-1
		isNumber := strings.Contains(text, "no.") || isLast && i > 0 || !isLast && labels()["no-"+words[i+1]]
		if isBehind || !isNumber {
			return false
		}
	}
	return !slices.ContainsFunc(words, func(word string) bool { return !labels()[word] })
}

// dateForm is a day in figures or with a word for the month or the day of the week, in any
// language, with the time or without. The year is one of people who live, since 12-10-5678
// may be a number; so may be 20 26 11 25 and 20.26.11.25.
var dateForm = sync.OnceValue(func() *regexp.Regexp {
	pattern := `^(?:W[:,]? )?(?:YSMSD|DSMSY|MSDSY|D[-. ]{1,2}W[-, ]{1,2}Y|W D,? Y|W-Y)(?: ?г|日)?(?:[ T,]+\d{1,2}:.*)?$`
	return regexp.MustCompile(strings.NewReplacer(
		"W", `\pL{3,}\.?`, "D", `(?:0?[1-9]|[12]\d|3[01])`, "M", `(?:0?[1-9]|1[0-2])`, "Y", `(?:(?:19|20)\d\d|\d\d)`, "S", `[-./_年月] ?`).Replace(pattern))
})

// timestamp is a day and a time without a sign between.
var timestamp = compile(`^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){2}$`)

// compile returns a func that compiles a pattern when it is first needed: that takes longer than
// most verbs do.
func compile(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var closers = map[rune]string{'"': `"`, '“': "”“", '”': "”", '„': "“”", '‟': "”", '«': "»", '»': "«", '‘': "’", '‚': "‘’", '\'': "'"}

// ownApostrophe begins a text that has its apostrophe from a language, as 's Jongers, or
// as one of two around a word.
var ownApostrophe = compile(`^'(?:[a-z][ -]|.*\pL'(?:\PL|$))`)

// Unwrap takes off what a spreadsheet or a person has put around the whole of a cell so
// that it stays a text: ="…", quotation marks, an apostrophe before it. Quotation marks
// that stand around a part of it stay.
func Unwrap(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 1<<12 { // which nobody means, and which takes long
		return text
	}
	inner := text
	if strings.HasPrefix(text, `="`) {
		inner = text[1:]
	}
	first, width := utf8.DecodeRuneInString(inner)
	last, lastWidth := utf8.DecodeLastRuneInString(inner)
	switch {
	case width+lastWidth <= len(inner) && strings.ContainsRune(closers[first], last):
		unquoted := Unwrap(inner[width : len(inner)-lastWidth])
		if !strings.ContainsRune(unquoted, first) && !strings.ContainsRune(unquoted, last) {
			return unquoted
		}
	case first == '\'' && !ownApostrophe().MatchString(inner):
		return Unwrap(inner[1:])
	}
	return text
}
