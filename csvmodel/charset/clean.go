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
		kept, runes := []rune{' '}, append([]rune(text), ' ')
		for i, r := range runes[:len(runes)-1] {
			switch {
			case r == brailleBlank:
				kept = append(kept, ' ')
			case !isInvisible(r), joins(kept[len(kept)-1]) && (unicode.In(r, unicode.Variation_Selector, tags) || isJoiner(r) && joins(runes[i+1])):
				kept = append(kept, r)
			}
		}
		text = string(kept)
	}
	return strings.TrimSpace(norm.NFC.String(text))
}

// isUnusual is false of the runes of most names, which are visible and in NFC.
func isUnusual(r rune) bool {
	return r >= '\u0300' && (r < 'А' || r > 'ё') && (r < '‐' || r > '…') && (r < '一' || r > '龥') || r == '\u00ad'
}

const brailleBlank = '\u2800'

// tags spell the name of a flag.
var tags = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0xe0020, Hi: 0xe007f, Stride: 1}}}

func isInvisible(r rune) bool {
	return r == '\u00ad' || r == brailleBlank || r >= '\u034f' && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) &&
		unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// joins reports whether joiners mean something beside a rune. Beside Latin, Greek and
// Cyrillic letters, which come before U+0530, they do not.
func joins(r rune) bool {
	return r >= '\u0530' && (unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk, tags))
}
