package phone

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
)

// MinDigits is the number of digits of the shortest number that the service takes, and
// of the shortest part of a cell that is a number of its own.
const MinDigits = 7

// maxDigits is that of the longest one.
const maxDigits = 16

type raw struct {
	digits          string // all of them, in order
	plus            bool   // before the first of them
	zero            int    // where the 0 of (0) or (020) is among them; 0: there is none
	fromSpreadsheet bool   // written as 7.9001234567E+10
	first           int    // number of digits before the first separator, if there is one
}

// Digits returns the digits of the telephone number in a cell, without what people
// and programs put around and between them; "" where the cell holds no number.
func Digits(cell string) string {
	number, _ := parseRaw(cell)
	return number.digits
}

// parseRaw takes off what people and programs put around and between the
// digits of a telephone number. The fault of what is no number is msg.Phone, or a
// more exact one, and msg.PhoneMissing where nothing is there.
func parseRaw(cell string) (raw, msg.Code) {
	if IsDigits(cell) {
		return raw{digits: cell}, ""
	}
	text := strings.Trim(Unwrap(strings.Map(toASCII, cell)), " ;,\n")
	text = stripLabels(strings.TrimRight(text, " ;,.:\n"))
	if text == "" {
		return raw{}, msg.PhoneMissing
	}
	if number, fault, ok := parseSpreadsheet(text); ok {
		return number, fault
	}
	number, ok := parseWritten(text)
	if (!ok || len(number.digits) <= len("20261125")) && dateForm().MatchString(text) {
		return raw{}, msg.NumberDate
	}
	if !ok || len(number.digits) >= 2*MinDigits {
		if fault := multipleFault(text); fault != "" {
			return raw{}, fault
		}
	}
	if !ok {
		return raw{}, msg.Phone
	}
	return number, ""
}

// toASCII maps the many signs of Unicode to those of ASCII that look like
// them, and drops what is invisible.
func toASCII(r rune) rune {
	switch {
	case r < unicode.MaxASCII && r >= ' ':
		return r
	case isLineBreak(r):
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case isInvisible(r):
		return -1
	case unicode.IsDigit(r):
		return '0' + digitValue(r)
	case isDash(r):
		return '-'
	case r >= '！' && r <= '～': // full width
		return r - '！' + '!'
	case strings.ContainsRune("‘’‛", r):
		return '\''
	case strings.ContainsRune("“”„«»", r):
		return '"'
	}
	return r
}

// digitValue returns the value of a digit of any script: Unicode has ten in a row of each.
func digitValue(r rune) rune {
	zero := r
	for unicode.IsDigit(zero - 1) {
		zero--
	}
	return (r - zero) % 10
}

func isLineBreak(r rune) bool {
	return r >= '\n' && r <= '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

func isInvisible(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

func isDash(r rune) bool {
	return r == '-' || unicode.Is(unicode.Pd, r) || r == '\u2212'
}

// parseWritten reads what a person has written: one plus before the first digit,
// spaces, brackets, dashes and dots. A dash or dot in front is no separator but
// a sign or half of a number, and one dot before nothing but zeros is that of a
// decimal number, of which nobody knows whether the zeros belong to it.
func parseWritten(text string) (number raw, ok bool) {
	digits := make([]byte, 0, 24)
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			if c == '0' && i > 0 && (text[i-1] == '(' || text[i-1] == '[') {
				number.zero = len(digits)
			}
			digits = append(digits, c)
		case c == '+' && !number.plus && len(digits) == 0:
			number.plus = true
		case strings.IndexByte(" ()[]", c) >= 0, len(digits) > 0 && (c == '-' || c == '.'):
			if number.first == 0 {
				number.first = len(digits)
			}
		default:
			return raw{}, false
		}
	}
	number.digits = string(digits)
	_, fraction, dotted := strings.Cut(text, ".")
	return number, len(digits) > 0 && !(dotted && strings.Trim(fraction, "0") == "")
}

// IsDigits reports whether s has digits, and only those of ASCII.
func IsDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// extensionWords stand before what is dialled after a number.
var extensionWords = []string{"ext", "доб", "внутр", "вн", "x", "х", "#"} // the second x is Cyrillic

var orWords = []string{"или", "и", "or", "and"}

// multipleFault says that text has more than one number of 7 digits or more, or
// one and an extension.
func multipleFault(text string) msg.Code {
	text = separate(text)
	if hasExtension(text) {
		return msg.NumberExtension
	}
	if countLong(numbersIn(text)) > 1 {
		return msg.NumberTwo
	}
	return ""
}

// separate writes text in lower case, with a semicolon for all that says that another
// number follows.
func separate(text string) string {
	text = strings.ReplaceAll(strings.ToLower(text), ":::", ";")
	for _, word := range orWords {
		text = strings.ReplaceAll(text, " "+word+" ", ";")
	}
	return text
}

func hasExtension(text string) bool {
	for _, word := range extensionWords {
		before, after, found := strings.Cut(text, word)
		last, _ := utf8.DecodeLastRuneInString(before)
		if extension := countDigits(after); found && !unicode.IsLetter(last) &&
			countDigits(before) >= MinDigits && extension > 0 && extension < MinDigits {
			return true
		}
	}
	return false
}

// numbersIn splits text between numbers: by signs that none of them has inside, else before
// each plus, else into letters and digits without a gap.
func numbersIn(text string) []string {
	isBetween := func(r rune) bool { return strings.ContainsRune(",;/|\\\n", r) }
	parts := strings.FieldsFunc(text, isBetween)
	if countLong(parts) < 2 {
		parts = strings.FieldsFunc(strings.ReplaceAll(text, "+", ";+"), isBetween)
	}
	if countLong(parts) < 2 {
		parts = strings.FieldsFunc(text, func(r rune) bool { return !isAlphanumeric(r) })
	}
	return parts
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func countLong(parts []string) (n int) {
	for _, part := range parts {
		if countDigits(part) >= MinDigits {
			n++
		}
	}
	return n
}

func countDigits(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// parseSpreadsheet reads what a spreadsheet writes that has taken a telephone number
// for one to compute with: with an exponent, with zeros after the decimal
// point, with separators between the thousands. It reports whether text is such
// a number, even if it has a fault.
func parseSpreadsheet(text string) (number raw, fault msg.Code, ok bool) {
	if number, fault, ok = parseScientific(text); ok {
		return number, fault, true
	}
	whole, fraction, decimal := text, "", byte(0)
	if i := strings.LastIndexAny(text, ".,"); i >= 0 && len(text)-i <= len(".00") {
		whole, fraction, decimal = text[:i], text[i+1:], text[i]
	}
	if digits := ungroup(whole, decimal); len(digits) >= MinDigits &&
		(decimal == 0 || IsDigits(fraction) && isZeros(fraction)) {
		return raw{digits: digits}, "", true
	}
	if whole, fraction, dotted := strings.Cut(text, "."); dotted && IsDigits(whole) && IsDigits(fraction) {
		return raw{}, decimalFault(whole, fraction), true
	}
	return raw{}, "", false
}

func decimalFault(whole, fraction string) msg.Code {
	if len(whole) >= MinDigits && len(fraction) >= MinDigits {
		return msg.NumberTwo
	}
	return msg.Phone
}

// IsScientific reports whether a cell is a number such as 7.9001234567E+10.
func IsScientific(cell string) bool {
	_, _, ok := parseScientific(cell)
	return ok
}

// parseScientific reads 7.9001234567E+10, whose digits are all there only if as many
// follow the point as the exponent says. Whether those that are missing were
// zeros, nobody knows.
func parseScientific(text string) (number raw, fault msg.Code, ok bool) {
	e := strings.IndexAny(text, "eE")
	if e < 0 {
		return raw{}, "", false
	}
	mantissa, plus := strings.CutPrefix(text[:e], "+")
	exponent, err := strconv.ParseUint(strings.TrimPrefix(text[e+1:], "+"), 10, 8)
	point := strings.IndexAny(mantissa, ".,")
	whole, fraction := mantissa, "0"
	if point >= 0 {
		whole, fraction = mantissa[:point], mantissa[point+1:]
	}
	if err != nil || !IsDigits(whole) || !IsDigits(fraction) {
		return raw{}, "", false
	}
	places := int(exponent)
	switch {
	case point < 0 && places > 0, len(fraction) < places:
		return raw{}, msg.NumberLost, true
	case !isZeros(fraction[places:]):
		return raw{}, msg.Phone, true
	}
	return raw{digits: whole + fraction[:places], plus: plus, fromSpreadsheet: true}, "", true
}

// ungroup takes the separators between thousands off, which are not that of
// the decimals; what is no whole number becomes empty.
func ungroup(whole string, decimal byte) string {
	if IsDigits(whole) {
		return whole
	}
	i := strings.IndexAny(whole, " .,")
	if i < 1 || i > 3 || whole[i] == decimal {
		return ""
	}
	groups := strings.Split(whole, whole[i:i+1])
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return ""
		}
	}
	if digits := strings.Join(groups, ""); IsDigits(digits) {
		return digits
	}
	return ""
}

func isZeros(s string) bool { return strings.Trim(s, "0") == "" }
