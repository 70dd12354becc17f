package csvmodel

import "strings"

// chatKinds are the ids of chats that the service documents, by their ends.
// Nothing else is one: no broadcast, no newsletter.
var chatKinds = []struct {
	suffix string
	fits   func(local string) bool
}{
	{"@c.us", isPerson},
	{"@g.us", isGroup},
	{"@lid", func(local string) bool { return isDigits(local) && len(local) <= 32 }},
}

// chatID normalises the id of a chat, or an international number into that of
// its owner's chat. It reports whether s is one of them.
func chatID(s string) (string, bool) {
	at := strings.IndexByte(s, '@')
	if at < 0 {
		digits, ok := digitsOf(s, false)
		return digits + "@c.us", ok && isPerson(digits)
	}
	local, suffix := s[:at], s[at:]
	for _, kind := range chatKinds {
		if suffix == kind.suffix {
			return s, kind.fits(local)
		}
		if strings.EqualFold(suffix, kind.suffix) {
			return local + kind.suffix, kind.fits(local)
		}
	}
	return "", false
}

// isPerson reports whether local is an international number: a country code
// never begins with 0.
func isPerson(local string) bool {
	return len(local) >= 7 && len(local) <= 16 && local[0] != '0' && isDigits(local)
}

// isGroup reports whether local has the form of a group's id, old (its
// founder's number and a time) or new.
func isGroup(local string) bool {
	if len(local) > 32 {
		return false
	}
	if founder, since, old := strings.Cut(local, "-"); old {
		return isDigits(founder) && isDigits(since)
	}
	return len(local) > len("120363") && strings.HasPrefix(local, "120363") && isDigits(local)
}

// isDigits reports whether s has digits, and only those of ASCII.
func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// digitsOf takes what people put between the digits of a telephone number off:
// one plus before the first of them, spaces, brackets, dashes and, if dots is
// set, dots. It reports whether nothing else was there and digits are left. A
// dash or dot in front is no separator but a sign or half of a number.
func digitsOf(s string, dots bool) (string, bool) {
	if isDigits(s) {
		return s, true
	}
	digits := make([]byte, 0, 24)
	plus := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r == '+' && !plus && len(digits) == 0:
			plus = true
		case r == ' ', r == '\u00a0', r == '\u202f', r == '(', r == ')':
		case len(digits) > 0 && (isDash(r) || dots && r == '.'):
		default:
			return "", false
		}
	}
	return string(digits), len(digits) > 0
}

func isDash(r rune) bool {
	return r == '-' || r >= '\u2010' && r <= '\u2015' || r == '\u2212'
}

// isDecimal reports whether the one dot in s looks like that of a decimal
// number, as in 79001234567.0 or 7.9001234567, so that taking it off would
// make another number. After a plus or between other separators, as in
// +7.9001234567, it separates like those, unless only zeros follow.
func isDecimal(s string) bool {
	whole, fraction, dotted := strings.Cut(s, ".")
	if !dotted || strings.IndexByte(fraction, '.') >= 0 {
		return false
	}
	return strings.Trim(fraction, "0") == "" || isDigits(whole) && isDigits(fraction)
}
