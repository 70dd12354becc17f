package phone

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
)

// extensionWords stand before what is dialled after a number.
var extensionWords = []string{"ext", "доб", "внутр", "вн", "x", "х", "#"} // the second x is Cyrillic

var orWords = []string{"или", "и", "or", "and"}

// multipleFault says that text has more than one number of 7 digits or more, or
// one and an extension.
func multipleFault(text string) msg.Code {
	text = strings.ToLower(text)
	if hasExtension(text) {
		return msg.NumberExtension
	}
	if hasTwo(text) {
		return msg.NumberTwo
	}
	return ""
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

// hasTwo looks for numbers between signs that none of them has inside, and then
// for digits without a gap.
func hasTwo(text string) bool {
	for _, word := range orWords {
		text = strings.ReplaceAll(text, " "+word+" ", ";")
	}
	text = strings.ReplaceAll(text, "+", ";")
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;/|\\\n", r) })
	if countLong(parts) > 1 {
		return true
	}
	return countLong(strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })) > 1
}

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
