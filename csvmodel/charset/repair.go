package charset

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// misread are the encodings in which programs read UTF-8 by mistake, the likeliest first.
var misread = []*charmap.Charmap{charmap.Windows1252, charmap.Windows1251, charmap.Macintosh, charmap.Windows1250,
	charmap.CodePage866, charmap.CodePage437, charmap.CodePage850, charmap.KOI8R}

// Repair returns the text that was read in a wrong encoding and then saved as this one: of
// "JosÃ©" that is "José". What may be right as it stands is returned as it is.
func Repair(text string) string {
	const most = 3 // such accidents to one text
	for range most {
		before := text
		for word := range strings.SplitSeq(before, " ") {
			if other := reread(word); other != "" {
				text = strings.Replace(text, word, other, 1)
			}
		}
		if text == before {
			break
		}
	}
	return text
}

// reread returns the word that was saved as this one. It is empty if there is none, or
// this one may be right as it stands.
func reread(word string) (other string) {
	if first := strings.IndexFunc(word, isBeyondASCII); first < 0 || strings.ContainsFunc(word[first:], isInNoPage) {
		return ""
	}
	var buffer [64]byte
	for _, page := range misread {
		encoded := encode(buffer[:0], word, page)
		if len(encoded) == 0 {
			continue
		}
		if other = decode(encoded); other != "" && isWord(other) && !trademark().MatchString(word) &&
			(page == charmap.Windows1252 || oddWord().MatchString(word) || !isWord(word)) {
			return other
		}
		other = ""
		switch page {
		case charmap.Windows1252, charmap.Windows1250:
			if westernOnly().MatchString(word) {
				other, _ = charmap.Windows1251.NewDecoder().String(string(encoded))
			}
		case charmap.Windows1251:
			if withCyrillic().MatchString(word) {
				other, _ = charmap.Windows1252.NewDecoder().String(string(encoded))
			}
		}
		if other != "" && rightWord().MatchString(other) {
			return other
		}
	}
	return ""
}

// decode returns the text of UTF-8, and nothing if it is none. Programs lose a byte that
// has no character in their encoding: U+FFFD stands for its letter, if there are others.
func decode(encoded []byte) string {
	letters, lost, isBroken := 0, 0, false
	for rest := encoded; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		isLead := rest[0] >= 0xc2
		switch isBroken = r == utf8.RuneError && (isBroken || isLead); {
		case r == utf8.RuneError && !isBroken:
			return ""
		case isBroken && isLead:
			lost++
		case size > 1:
			letters++
		}
		rest = rest[size:]
	}
	if letters == 0 || lost > letters+1 {
		return ""
	}
	return strings.ToValidUTF8(string(encoded), "\ufffd")
}

// encode appends the bytes of a word to dst. It returns nothing where the encoding lacks one
// of its characters, or no letter of UTF-8 or of an alphabet begins with the first beyond
// ASCII, of which there is one.
func encode(dst []byte, word string, page *charmap.Charmap) []byte {
	for i, r := range word {
		b, known := page.EncodeRune(r)
		if !known && r <= '\u009f' {
			b, known = byte(r), true // as which programs read a byte that the encoding lacks
		}
		if !known || b >= utf8.RuneSelf && b < 0xc0 && len(dst) == i {
			return nil
		}
		dst = append(dst, b)
	}
	return dst
}

func isBeyondASCII(r rune) bool { return r >= utf8.RuneSelf }

var (
	oneScript = compile(`^(?:[\PL\p{Latin}]+|[\PL\p{Cyrillic}]+|[\PL\p{Greek}]+|[^\p{Latin}\p{Cyrillic}\p{Greek}]+)$`)

	// unlikely are the characters of two bytes of UTF-8 that hardly a name has, and what
	// nobody can see.
	unlikely = compile(`[\x{180}-\x{18e}\x{190}-\x{19f}\x{1a2}-\x{1ae}\x{1b1}-\x{1cc}\x{1dd}-\x{217}\x{21c}-\x{258}\x{25a}-\x{2ba}\x{2bd}-\x{2c5}\x{2c7}-\x{2db}\x{2dd}-\x{2ff}` +
		`\x{30d}-\x{322}\x{324}-\x{385}\x{3cf}-\x{3ff}\x{460}-\x{48f}\x{4ea}-\x{530}\x{588}-\x{5cf}\x{5eb}-\x{620}\x{6d6}-\x{77f}\x{7b2}-\x{7ff}]|[^\x00-\x{7ff}\x{200c}\x{200d}\pL\pM\pN\pP\pS]`)

	// oddWord has a sign that is none of a word, or a capital behind a small letter. A
	// trademark has the sign at its end.
	oddWord   = compile(`[^\pL'’-]|\p{Ll}\p{Lu}`)
	trademark = compile(`^[^\p{Ll}]*\p{Lu}[™®]\PL*$`)

	// westernOnly is no word of Latin letters but a list of capitals, such as ÆØÅ. It may be
	// one of Cyrillic letters, as withCyrillic may be one of Latin letters: "Èâàí", "Mьller".
	// A rightWord is what they were.
	westernOnly  = compile(`^[À-ž¸¨-]{3,}[.,]?$`)
	withCyrillic = compile(`^(?:[A-Za-z'-]*[A-Za-z][бвгджзийлнптфцчшщъыьэюя])+[a-z'-]*$`)
	rightWord    = compile(`^(?:[А-ЯЁ-]?[а-яё-]{2,}|[А-ЯЁ-]{4,}|[A-Za-zà-öø-ÿ'-]+)[.,]?$`)
)

func isInNoPage(r rune) bool {
	return r > '\u0491' && r < '\u2010' || r > '\u25ff' && r < '\uf800' || r > '\ufb02' || r > 'ſ' && r < 'Α' && !unicode.In(r, unicode.Lm, unicode.Sk) && r != 'ƒ'
}

func isWord(text string) bool { return oneScript().MatchString(text) && !unlikely().MatchString(text) }

// compile returns a func that compiles a pattern when it is first needed: that takes longer than
// most verbs do.
func compile(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

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
