package report

import (
	"fmt"
	"html"
	"strings"
	"unicode"
)

// shown is text from elsewhere as the page has it: on one line, and in at most so many
// bytes of HTML.
func shown(text string, most int) string { return cut(visible(text), most) }

// brief is such text where there should not be much of it.
func brief(text string) string { return shown(text, 300) }

// visible writes out what cannot be seen or would change the direction of what follows.
// It differs from msg.Quoted and the terminal's rule, which replace such characters: an
// auditor is to see which ones they are.
func visible(text string) string {
	var out strings.Builder
	marks := 0
	for _, r := range strings.ToValidUTF8(text, "\ufffd") {
		if marks++; !unicode.Is(unicode.Mn, r) {
			marks = 0
		}
		if marks <= maxMarks {
			out.WriteString(sign(r))
		}
	}
	return out.String()
}

// maxMarks is how many accents a letter may carry. More of them would reach
// into other lines.
const maxMarks = 3

func sign(r rune) string {
	switch {
	case r == '\n', r == '\r', r == '\u2028', r == '\u2029':
		return "⏎"
	case r == '\t':
		return "⇥"
	case r < ' ':
		return string('\u2400' + r)
	case r == '\u200c', r == '\u200d': // join letters and emoji
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Noncharacter_Code_Point):
		return fmt.Sprintf("‹U+%04X›", r)
	}
	return string(r)
}

// cut shortens text to so many bytes of HTML, the ellipsis included.
func cut(text string, most int) string {
	size, end := 0, 0
	for i, r := range text {
		size += len(html.EscapeString(string(r)))
		if size > most {
			return text[:end] + "…"
		}
		if size <= most-len("…") {
			end = i + len(string(r))
		}
	}
	return text
}
