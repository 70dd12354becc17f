package charset

import (
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Logarithms of how likely something is. They were set by trying them out on
// names and need not be exact: right and wrong readings are far apart.
const (
	decisive     = 5.0  // a reading is e^5 times as likely as another one that it excludes
	commonBonus  = 3.5  // for a page that spreadsheets write these days
	unknown      = -2.0 // an encoding that is none of those in the table
	eastAsian    = -4.1 // a byte of it
	rareLetter   = -7.0 // a letter that the language does not have
	noCharacter  = -9.0 // box drawing, control characters, undefined bytes
	alphabetSpan = 3.5  // from an alphabet's most frequent letter to its rarest

	startsUpper  = -0.5
	startsLower  = -0.9
	afterUpper   = -0.25 // whatever the case of the next letter
	upperInside  = -5.5  // a capital behind a small letter
	besideLatin  = -4.5  // a letter of another script beside a Latin one
	highInRow    = -3.0  // two Latin letters with accents in a row
	aloneInWord  = -3.5
	signInWord   = -4.0 // ³ before a letter
	signAtTheEnd = -2.0 // ³ behind one
)

// reading is a code page together with a language that may be written in it.
type reading struct {
	encoding string // "" if it cannot be read
	page     *charmap.Charmap
	alphabet string // small letters that are not ASCII, the most frequent first
}

func (r reading) isAccepted() bool { return r.encoding == windows1251 || r.encoding == windows1252 }

// score returns how likely the words are, with a space behind each.
func (r reading) score(words []byte) float64 {
	chars := r.chars()
	latin := strings.ContainsAny(r.alphabet, latinLetters)
	total := 0.0
	if r.isAccepted() {
		total = commonBonus
	}
	before := byte(' ')
	for i, b := range words {
		if b >= utf8.RuneSelf || before >= utf8.RuneSelf {
			total += pairScore(chars[before].kind, chars[b].kind, latin)
		}
		if b >= utf8.RuneSelf {
			total += chars[b].log + neighbourScore(chars[before].kind, chars[b].kind, chars[words[i+1]].kind)
		}
		before = b
	}
	return total
}

// pairScore returns how likely a byte of one kind is behind one of another. One of the
// two at least is not ASCII.
func pairScore(a, b charKind, latin bool) float64 {
	switch {
	case a&sign != 0 && b&letter != 0, a&suffix != 0 && b&letter != 0:
		return signInWord
	case a&letter != 0 && b&sign != 0:
		return signAtTheEnd
	case b&letter == 0:
		return 0
	case a&lower != 0 && b&upper != 0:
		return upperInside
	case latin && a&letter != 0 && (a|b)&ascii == 0:
		return highInRow
	case latin:
		return 0
	case a&letter != 0 && (a|b)&ascii != 0:
		return besideLatin
	case a&upper != 0:
		return afterUpper
	case a&letter == 0 && b&upper != 0:
		return startsUpper
	case a&letter == 0 && b&lower != 0:
		return startsLower
	}
	return 0
}

func neighbourScore(before, at, behind charKind) float64 {
	switch {
	case at&letter != 0 && (before|behind)&letter == 0:
		return aloneInWord
	case at&edge != 0 && before&behind&letter != 0:
		return signInWord
	case at&joint != 0 && (before^behind)&letter != 0:
		return signAtTheEnd
	}
	return 0
}

// unknownScore returns how likely the words are in an encoding that is in no table, or
// in one of East Asia, where a character is mostly two bytes from 0xA1 on.
func unknownScore(words []byte) float64 {
	perByte := -math.Log(128)
	if inPairs(words) {
		perByte = eastAsian
	}
	high := 0
	for _, b := range words {
		if b >= utf8.RuneSelf {
			high++
		}
	}
	return unknown + perByte*float64(high)
}

func inPairs(words []byte) bool {
	run := 0
	for _, b := range words {
		switch {
		case b >= 0xa1:
			run++
		case b >= utf8.RuneSelf || run%2 != 0:
			return false
		default:
			run = 0
		}
	}
	return true
}

func sameText(words []byte, a, b *charmap.Charmap) bool {
	for _, at := range words {
		if a.DecodeByte(at) != b.DecodeByte(at) {
			return false
		}
	}
	return true
}
