package charset

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean returns text in Unicode's form NFC, without space around it and without what
// nobody sees. Signs that join letters stay where a script or an emoji needs them.
func Clean(text string) string {
	if strings.ContainsFunc(text, isInvisible) {
		before := ' '
		text = strings.Map(func(r rune) rune {
			if isInvisible(r) && !(before > lastPlain && unicode.Is(joiners, r)) {
				return -1
			}
			before = r
			return r
		}, strings.ReplaceAll(text, brailleBlank, " "))
		text = strings.TrimRight(text, "\u200c\u200d")
	}
	return strings.TrimSpace(norm.NFC.String(text))
}

// Decompose returns text with the marks of letters as signs of their own, in Unicode's form
// NFD.
func Decompose(text string) string { return norm.NFD.String(text) }

const (
	brailleBlank = "\u2800"
	lastPlain    = '\u052f' // of the Latin, Greek and Cyrillic letters, which nothing joins
)

// joiners are zero-width ones, variation selectors, and the tags that spell a flag's name.
var joiners = &unicode.RangeTable{R16: []unicode.Range16{{0x180b, 0x180f, 1}, {0x200c, 0x200d, 1}, {0xfe00, 0xfe0f, 1}},
	R32: []unicode.Range32{{0xe0020, 0xe007f, 1}, {0xe0100, 0xe01ef, 1}}}

func isInvisible(r rune) bool {
	return r == '\u00ad' || r == '\u2800' || r > '\u0300' && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) &&
		unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
