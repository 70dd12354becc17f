package phone

import (
	"strings"
	"unicode/utf8"
)

// closers are the quotation marks that may close what each of them opens.
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
