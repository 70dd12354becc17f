package charset

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean returns text in Unicode's form NFC, without space around it and without what
// nobody sees. Signs that join letters stay where a script or an emoji needs them.
func Clean(text string) string {
	if !strings.ContainsFunc(text, isUnusual) {
		return strings.TrimSpace(text)
	}
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

// usual are the characters of most names, which are seen and are NFC.
var usual = &unicode.RangeTable{LatinOffset: 2, R16: []unicode.Range16{{' ', 0xac, 1}, {0xae, 0xff, 1}, {0x100, 0x2ff, 1}, {0x388, 0x482, 1}, {0x48a, 0x556, 1},
	{0x5d0, 0x5ea, 1}, {0x621, 0x64a, 1}, {0x1e00, 0x1eff, 1}, {0x2010, 0x2027, 1}, {0x3041, 0x3096, 1}, {0x30a1, 0x30fe, 1}, {0x4e00, 0x9fa5, 1}, {0xac00, 0xd7a3, 1}}}

func isUnusual(r rune) bool { return !unicode.Is(usual, r) }

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
