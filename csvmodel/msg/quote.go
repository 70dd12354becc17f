package msg

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quoted puts a value into quotes, cut to 40 characters. What cannot be shown on one
// line is replaced by a sign for it.
func Quoted(value string) string {
	shown := strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			return '⏎'
		case r == '\t':
			return '⇥'
		case !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == '\r':
			return '\ufffd'
		}
		return r
	}, Shorten(value, 40))
	return `"` + shown + `"`
}

// OneLine returns text, such as the name of a file, so that it stays on its line and a
// terminal acts on nothing in it: controls, and what turns the direction of writing,
// are replaced by U+FFFD, as are bytes that are no text.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return utf8.RuneError
	}, text)
}

// Shorten shortens text to at most limit characters, the last of which then is an
// ellipsis.
func Shorten(text string, limit int) string {
	runes := 0
	for i := range text {
		if runes++; runes == limit && utf8.RuneCountInString(text[i:]) > 1 {
			return text[:i] + "…"
		}
	}
	return text
}
