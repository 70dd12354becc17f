package charset

import (
	"math"
	"slices"
	"strings"
	"unicode"
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

// score returns how likely the words are, with a space behind each.
func (r reading) score(words []byte) float64 {
	chars := r.chars()
	latin := strings.ContainsAny(r.alphabet, latinLetters)
	total := 0.0
	if IsDetected(r.encoding) {
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

// Letters by how often names have them. Where a language is written in Latin
// letters, those of ASCII are left out.
const (
	russian    = "аоиенврлсктмдуяпьгйбзычшхжюцщёфэъ"
	ukrainian  = "аоинеіврклтсмдупьяйгбчзюхшїєжцщфґ"
	bulgarian  = "аоиентврсдлкпмгязбуйъчцжшхщюфь"
	serbian    = "аоиенрвсјткудмлпгзбчћжђшњљцхфџ"
	belarusian = "аніыркесяволдтмупчгьшзбйўжцхёюэф"

	western    = "éüöáäíóçñèãåøêúëßàôâæïîõûðìòùþýœÿ"
	french     = "éèçêëàôîâûïùœ"
	german     = "üöäßé"
	spanish    = "íáóéñúü"
	portuguese = "ãçéáíóêúôõâà"
	italian    = "àèòùìé"
	nordic     = "öåäøæéü"
	icelandic  = "óíáúðöéþýæ"

	polish    = "łóąęśżńćź"
	czech     = "áíéřčšžěýůúňďťóľôöüä"
	hungarian = "áéóöíőüúű"
	romanian  = "ăşţâî"
	croatian  = "ćčšžđ"
	turkish   = "ışüğçöâİ"
	baltic    = "šėžčņļāīēūķģų"

	greek  = "αοιετνςρσηπκμλυδίάόγέωήθύχφβώξζψ"
	hebrew = "יוהלאמרתבשנםדעחקכפסטגצזןךףץ"
	arabic = "اليمنرعدبحسهةتفكوقجخصشطزضغذثظئءأإ"

	latinLetters = western + polish + czech + hungarian + romanian + croatian + turkish + baltic
)

// pages are what a file with one byte for each character may be. Those that
// are no encoding of ours are here to keep ours from being taken for them.
var pages = slices.Concat(
	readingsOf(windows1252, charmap.Windows1252, western, french, german, spanish, portuguese, italian, nordic, icelandic),
	readingsOf(windows1251, charmap.Windows1251, russian, ukrainian, bulgarian, serbian, belarusian),
	readingsOf(koi8R, charmap.KOI8R, russian),
	readingsOf(cp866, charmap.CodePage866, russian, bulgarian),
	readingsOf("", charmap.KOI8U, ukrainian),
	readingsOf("", charmap.MacintoshCyrillic, russian, ukrainian),
	readingsOf("", charmap.ISO8859_5, russian),
	readingsOf("", charmap.CodePage855, russian),
	readingsOf("", charmap.Windows1250, polish, czech, hungarian, romanian, croatian),
	readingsOf("", charmap.ISO8859_2, polish, czech),
	readingsOf("", charmap.CodePage852, polish, czech),
	readingsOf("", charmap.Windows1254, turkish),
	readingsOf("", charmap.Windows1257, baltic),
	readingsOf("", charmap.Macintosh, western, german, french, spanish),
	readingsOf("", charmap.CodePage850, western, german, french, spanish, portuguese),
	readingsOf("", charmap.Windows1253, greek),
	readingsOf("", charmap.Windows1255, hebrew),
	readingsOf("", charmap.Windows1256, arabic),
	readingsOf("", charmap.ISO8859_6, arabic),
)

func readingsOf(encoding string, page *charmap.Charmap, alphabets ...string) (all []reading) {
	for _, alphabet := range alphabets {
		all = append(all, reading{encoding, page, alphabet})
	}
	return all
}

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
