package charset

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// misread are the encodings in which programs read UTF-8 by mistake, the likeliest first.
// There are no more than bits in pageSet.
var misread = []*charmap.Charmap{charmap.Windows1252, charmap.Windows1251, charmap.Macintosh, charmap.Windows1250,
	charmap.CodePage866, charmap.CodePage437, charmap.CodePage850, charmap.KOI8R}

// pageSet has a bit for each of misread.
type pageSet uint8

// leading and trailing have, for each character that they know, in which of misread its byte
// begins a letter of UTF-8 and in which it goes on.
var leading, trailing = func() (leading, trailing [0x2600]pageSet) {
	for r := rune(utf8.RuneSelf); r < rune(len(leading)); r++ {
		for i, page := range misread {
			switch b, known := byteOf(r, page); {
			case known && b >= 0xc0:
				leading[r] |= 1 << i
			case known:
				trailing[r] |= 1 << i
			}
		}
	}
	return leading, trailing
}()

// byteOf returns the byte that was read as a character, or as a control character if the
// encoding has none for it.
func byteOf(r rune, page *charmap.Charmap) (b byte, known bool) {
	if b, known = page.EncodeRune(r); !known && r <= '\u009f' {
		return byte(r), true
	}
	return b, known
}

// Repair returns the text that was read in a wrong encoding and then saved as this one: of
// "JosÃ©" that is "José". What may be right as it stands is returned as it is.
func Repair(text string) string {
	const most = 3 // such accidents to one text
	for range most {
		isSpoilt := false
		for word := range strings.SplitAfterSeq(text, " ") {
			_, isSure := reread(word, text)
			isSpoilt = isSpoilt || isSure
		}
		if !isSpoilt {
			break
		}
		var repaired strings.Builder
		for word := range strings.SplitAfterSeq(text, " ") {
			word, _ = reread(word, text)
			repaired.WriteString(word)
		}
		text = repaired.String()
	}
	return text
}

// reread returns the word of UTF-8 that the bytes of a word are, if they are one, and
// whether the word cannot be right as it stands.
func reread(word, text string) (string, bool) {
	for i, page := range misread {
		if possible(word)&(1<<i) == 0 {
			continue
		}
		switch other, is := asUTF8(word, page); {
		case !is || !isOneScript(other):
		case page == charmap.Windows1252:
			return other, !isClosed(word, text)
		default:
			return other, !isOneScript(word) || strings.ContainsFunc(strings.TrimSpace(word), isSign) || hasUpperInside(word)
		}
	}
	if other, is := asCyrillic(word); is {
		return other, true
	}
	return word, false
}

// possible returns in which of misread the first two characters beyond ASCII begin a letter.
func possible(word string) pageSet {
	first := rune(0)
	for _, r := range word {
		switch {
		case r >= rune(len(leading)):
			return 0
		case first != 0:
			return leading[first] & trailing[r]
		case r >= utf8.RuneSelf:
			first = r
		}
	}
	return 0
}

func asUTF8(word string, page *charmap.Charmap) (text string, is bool) {
	var buffer [64]byte
	encoded := buffer[:0]
	for _, r := range word {
		b, known := byteOf(r, page)
		if !known {
			return "", false
		}
		encoded = append(encoded, b)
	}
	return string(encoded), len(encoded) < len(word) && utf8.Valid(encoded)
}

// twoBytes are the characters of two bytes of UTF-8 that names have.
var twoBytes = &unicode.RangeTable{R16: []unicode.Range16{{0x80, 0x17f, 1}, {0x1a0, 0x1a1, 1}, {0x1af, 0x1b0, 1},
	{0x1cd, 0x1dc, 1}, {0x218, 0x21b, 1}, {0x2bb, 0x2bc, 1}, {0x2c6, 0x2c6, 1}, {0x2dc, 0x2dc, 1}, {0x300, 0x30c, 1}, {0x323, 0x328, 1},
	{0x386, 0x3ce, 1}, {0x400, 0x45f, 1}, {0x490, 0x4e9, 1}, {0x531, 0x587, 1}, {0x5d0, 0x5ea, 1}, {0x621, 0x6d3, 1}}}

// eastAsian stands last, for all other scripts: names mix those of East Asia.
var scripts = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Hebrew, unicode.Arabic}

// isOneScript reports whether a word has only characters that names have, and letters of
// one script.
func isOneScript(word string) bool {
	script := -1
	for _, r := range word {
		if r >= utf8.RuneSelf && !unicode.Is(twoBytes, r) && (r < 0x800 || !unicode.IsGraphic(r)) {
			return false
		}
		if !unicode.IsLetter(r) {
			continue
		}
		its := 0
		for its < len(scripts) && !unicode.Is(scripts[its], r) {
			its++
		}
		if script >= 0 && its != script {
			return false
		}
		script = its
	}
	return true
}

func isSign(r rune) bool { return r != '\'' && r != '-' && !unicode.IsLetter(r) }

// hasUpperInside reports whether a capital follows a small letter.
func hasUpperInside(word string) bool {
	before := ' '
	for _, r := range word {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			return true
		}
		before = r
	}
	return false
}

var (
	closedWord = regexp.MustCompile(`^[^\p{Ll}]*\p{Lu}[”’»]\PL*$`)
	ownersWord = regexp.MustCompile(`^[^\p{Ll}]*\p{Lu}’S\PL*$`)
	openedText = regexp.MustCompile(`(?:^|\s)[“‘«„]\pL`)
)

// isClosed reports whether a word in capitals has nothing odd but the quotation mark or
// the apostrophe behind it: in “A IRMÔ the last two are no broken Ô.
func isClosed(word, text string) bool {
	return ownersWord.MatchString(word) || closedWord.MatchString(word) && openedText.MatchString(text)
}

// asCyrillic returns the word of Windows-1251 that was read as Windows-1252: of "Èâàí"
// that is "Иван". No Latin word but a list of capitals has only letters with accents.
func asCyrillic(word string) (text string, is bool) {
	if first, _ := utf8.DecodeRuneInString(word); first < 'À' || first > 'ÿ' {
		return "", false
	}
	var cyrillic strings.Builder
	letters := 0
	for _, r := range word {
		b, known := charmap.Windows1252.EncodeRune(r)
		if !known || unicode.Is(unicode.Latin, r) && b < utf8.RuneSelf {
			return "", false
		}
		if r = charmap.Windows1251.DecodeByte(b); unicode.IsLetter(r) {
			letters++
		}
		cyrillic.WriteRune(r)
	}
	text = cyrillic.String()
	most := 3 // ÆØÅ
	if strings.ContainsFunc(text, unicode.IsLower) {
		most = 2
	}
	return text, letters > most && isOneScript(text) && !hasUpperInside(text)
}
