package charset

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// misread are the encodings in which programs read UTF-8 by mistake, the likeliest first.
var misread = []*charmap.Charmap{charmap.Windows1252, charmap.Windows1251, charmap.Macintosh, charmap.Windows1250,
	charmap.CodePage866, charmap.CodePage437, charmap.CodePage850, charmap.KOI8R}

// Repair returns the text that was read in a wrong encoding and then saved as this one: of
// "JosÃ©" that is "José". What may be right as it stands is returned as it is.
func Repair(text string) string {
	const most = 3 // such accidents to one text
	for range most {
		words, isSpoilt := strings.Split(text, " "), false
		for i, word := range words {
			var isSure bool
			words[i], isSure = reread(word)
			isSpoilt = isSpoilt || isSure
		}
		if !isSpoilt {
			break
		}
		text = strings.Join(words, " ")
	}
	return text
}

// reread returns the word that was saved as this one, if there is one, and whether the
// other cannot be right as it stands.
func reread(word string) (other string, isSure bool) {
	for _, page := range misread {
		encoded, isASCII := encode(word, page)
		if isASCII {
			return word, false
		}
		other = decode(encoded)
		if other != "" && isWord(other) {
			return other, page == charmap.Windows1252 || oddWord.MatchString(word) || !isWord(word)
		}
		if westernOnly.MatchString(word) {
			other, _ = charmap.Windows1251.NewDecoder().String(string(encoded))
		} else if withCyrillic.MatchString(word) && page == charmap.Windows1251 {
			other, _ = charmap.Windows1252.NewDecoder().String(string(encoded))
		}
		if other != "" && rightWord.MatchString(other) {
			return other, true
		}
	}
	return word, false
}

// decode returns the text of UTF-8, and nothing if it is none. Programs lose a byte that
// has no character in their encoding: U+FFFD stands for its letter, if there are others.
func decode(encoded []byte) string {
	lost, letters := 0, 0
	for rest := encoded; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r >= utf8.RuneSelf && size > 1:
			letters++
		case size == 1 && rest[0] >= 0xc2 && rest[0] < 0xe0:
			lost++
		case r == utf8.RuneError:
			return ""
		}
		rest = rest[size:]
	}
	if letters == 0 || lost > letters {
		return ""
	}
	return strings.ToValidUTF8(string(encoded), "\ufffd")
}

// encode returns the bytes of a word, nothing if the encoding lacks one of its characters.
func encode(word string, page *charmap.Charmap) (encoded []byte, isASCII bool) {
	isASCII = true
	for _, r := range word {
		b, known := page.EncodeRune(r)
		if !known && r > '\u009f' {
			return nil, false
		}
		if !known {
			b = byte(r) // as which programs read a byte that the encoding lacks
		}
		encoded, isASCII = append(encoded, b), isASCII && r < utf8.RuneSelf
	}
	return encoded, isASCII
}

var (
	oneScript = regexp.MustCompile(`^(?:[\PL\p{Latin}]+|[\PL\p{Cyrillic}]+|[\PL\p{Greek}]+|[^\p{Latin}\p{Cyrillic}\p{Greek}]+)$`)

	// unlikely are the characters of two bytes of UTF-8 that hardly a name has, and what
	// nobody can see.
	unlikely = regexp.MustCompile(`[\x{180}-\x{19f}\x{1a2}-\x{1ae}\x{1b1}-\x{1cc}\x{1dd}-\x{217}\x{21c}-\x{2ba}\x{2bd}-\x{2c5}\x{2c7}-\x{2db}\x{2dd}-\x{2ff}` +
		`\x{30d}-\x{322}\x{324}-\x{385}\x{3cf}-\x{3ff}\x{460}-\x{48f}\x{4ea}-\x{530}\x{588}-\x{5cf}\x{5eb}-\x{620}\x{6d4}-\x{7ff}]|[^\x00-\x{7ff}\pL\pM\pN\pP\pS]`)

	// oddWord has a sign that is none of a word, or a capital behind a small letter.
	oddWord = regexp.MustCompile(`[^\pL'-]|\p{Ll}\p{Lu}`)

	// westernOnly is no word of Latin letters but a list of capitals, such as ÆØÅ. It may be
	// one of Cyrillic letters, as withCyrillic may be one of Latin letters: "Èâàí", "Mьller".
	// A rightWord is what they were.
	westernOnly  = regexp.MustCompile(`^[À-ž¸¨-]{3,}[.,]?$`)
	withCyrillic = regexp.MustCompile(`^(?:[A-Za-z'-]*[A-Za-z][бвгджзийлнптфцчшщъыьэюя])+[a-z'-]*$`)
	rightWord    = regexp.MustCompile(`^(?:[А-ЯЁ-]?[а-яё-]{2,}|[А-ЯЁ-]{4,}|[A-Za-zà-öø-ÿ'-]+)[.,]?$`)
)

func isWord(text string) bool { return oneScript.MatchString(text) && !unlikely.MatchString(text) }
