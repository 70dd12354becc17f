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

func parseRaw(cell string) (raw, msg.Code) {
	if IsDigits(cell) {
		return raw{digits: cell}, ""
	}
	text := strings.Trim(Unwrap(strings.Map(toASCII, cell)), " ;,\n")
	if enclosed().MatchString(text) {
		text = strings.Trim(text, "=<>")
	}
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

// enclosed is what a spreadsheet or an address book has put around a number.
var enclosed = compile(`^(?:=\+?\d+|<\+?\d+>)$`)

// toASCII maps signs to those of ASCII that look like them, and drops what is invisible.
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

// parseWritten reads what a person has written. A dash or dot in front is no separator but
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

var extensionWords = []string{"ext", "доб", "внутр", "вн", "x", "х", "#"} // the second x is Cyrillic

// multipleFault says that text has more than one number of 7 digits or more, or
// one and an extension.
func multipleFault(text string) msg.Code {
	text = separate(text)
	switch {
	case hasExtension(text):
		return msg.NumberExtension
	case countLong(numbersIn(text)) > 1:
		return msg.NumberTwo
	}
	return ""
}

var separators = strings.NewReplacer(":::", ";", " или ", ";", " и ", ";", " or ", ";", " and ", ";")

func separate(text string) string { return separators.Replace(strings.ToLower(text)) }

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

func countDigits(s string) int { return len(digitsOf(s)) }

func digitsOf(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }), "")
}

// computed is a number that a spreadsheet computes with: with separators between the thousands,
// and with a decimal point before zeros, which is another sign than those.
var computed = compile(`^(?:(\d+|\d{1,3}(?: \d{3})+)(?:[.,]0{1,2})?|(\d{1,3}(?:\.\d{3})+)(?:,0{1,2})?|(\d{1,3}(?:,\d{3})+)(?:\.0{1,2})?)$`)

// parseSpreadsheet reports whether text is a number to compute with, even if it has a fault.
func parseSpreadsheet(text string) (number raw, fault msg.Code, ok bool) {
	if number, fault, ok = parseScientific(text); ok {
		return number, fault, true
	}
	if parts := computed().FindStringSubmatch(text); parts != nil {
		if digits := digitsOf(parts[1] + parts[2] + parts[3]); len(digits) >= MinDigits {
			return raw{digits: digits}, "", true
		}
	}
	whole, fraction, dotted := strings.Cut(text, ".")
	switch {
	case !dotted || !IsDigits(whole) || !IsDigits(fraction):
		return raw{}, "", false
	case len(whole) >= MinDigits && len(fraction) >= MinDigits:
		return raw{}, msg.NumberTwo, true
	}
	return raw{}, msg.Phone, true
}

// IsScientific reports whether a cell is a number such as 7.9001234567E+10.
func IsScientific(cell string) bool {
	_, _, ok := parseScientific(cell)
	return ok
}

var scientific = compile(`^(\+?)(\d+)(?:[.,](\d+))?[eE]\+?(\d+)$`)

// parseScientific reads 7.9001234567E+10, whose digits are all there only if as many
// follow the point as the exponent says. Whether those that are missing were
// zeros, nobody knows.
func parseScientific(text string) (number raw, fault msg.Code, ok bool) {
	if !strings.ContainsAny(text, "eE") {
		return raw{}, "", false
	}
	parts := scientific().FindStringSubmatch(text)
	if parts == nil {
		return raw{}, "", false
	}
	fraction := parts[3]
	places, err := strconv.ParseUint(parts[4], 10, 8)
	switch {
	case err != nil:
		return raw{}, "", false
	case len(fraction) < int(places):
		return raw{}, msg.NumberLost, true
	case strings.Trim(fraction[places:], "0") != "":
		return raw{}, msg.Phone, true
	}
	return raw{digits: parts[2] + fraction[:places], plus: parts[1] != "", fromSpreadsheet: true}, "", true
}
