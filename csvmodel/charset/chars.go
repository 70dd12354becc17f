package charset

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

var signs = []struct {
	characters string
	log        float64
}{
	{"№", -2.5},
	{"\u00a0’–", -3.0},
	{"‘“”„«»—…•€", -3.5},
	{"ªº°²®™©´`·", -4.2},
	{"£§±¡¿¼½¾¦¬¶×÷", -4.5},
}

const (
	mayEndWord = "ªº°²®™©´`"
	edges      = "“”„«»—…•"
	joints     = "\u00a0’‘–·"
	otherSign  = -8.0
)

type charKind uint8

// What a byte is in a reading, by bits.
const (
	letter charKind = 1 << iota
	upper
	lower
	ascii
	sign   // that has no place at a word
	suffix // that may stand behind a letter
	edge   // that may stand on either side of a word, but not inside
	joint  // that may stand between words, or alone
)

type char struct {
	kind charKind
	log  float64
}

func (r reading) chars() (chars [256]char) {
	alphabet := []rune(r.alphabet)
	logs := make(map[rune]float64, len(alphabet))
	sum := 0.0
	for i, letter := range alphabet {
		logs[letter] = -alphabetSpan * float64(i) / float64(len(alphabet))
		sum += math.Exp(logs[letter])
	}
	for b := range chars {
		at := r.page.DecodeByte(byte(b))
		chars[b] = charOf(at)
		if log, own := logs[unicode.ToLower(at)]; own {
			chars[b].log = log - math.Log(sum)
		}
		if b < utf8.RuneSelf {
			chars[b].kind |= ascii
		}
	}
	return chars
}

func charOf(r rune) char {
	switch {
	case unicode.IsUpper(r):
		return char{letter | upper, rareLetter}
	case unicode.IsLower(r):
		return char{letter | lower, rareLetter}
	case strings.ContainsRune(mayEndWord, r):
		return char{suffix, signLog(r)}
	case unicode.IsLetter(r):
		return char{letter, rareLetter}
	case strings.ContainsRune(joints, r):
		return char{joint, signLog(r)}
	case r == '№' || r < utf8.RuneSelf:
		return char{0, signLog(r)}
	case strings.ContainsRune(edges, r):
		return char{edge, signLog(r)}
	case signLog(r) > otherSign || unicode.In(r, unicode.P, unicode.Sc, unicode.Sk, unicode.No):
		return char{sign, signLog(r)}
	}
	return char{0, noCharacter}
}

func signLog(r rune) float64 {
	for _, kind := range signs {
		if strings.ContainsRune(kind.characters, r) {
			return kind.log
		}
	}
	return otherSign
}
