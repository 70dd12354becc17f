package msg

import (
	"fmt"
	"strings"
	"unicode"
)

// Language is that of what people read. The zero value is none that was said:
// sentences in it are English.
type Language string

const (
	English Language = "en"
	Russian Language = "ru"
)

// ParseLanguage returns the language that a person means by its two letters.
func ParseLanguage(s string) (Language, error) {
	switch l := Language(strings.ToLower(s)); l {
	case English, Russian:
		return l, nil
	}
	return "", fmt.Errorf("%q: needs en or ru", s)
}

func LanguageOf(cyrillic bool) Language {
	if cyrillic {
		return Russian
	}
	return English
}

// HasCyrillic reports whether text, which need not be UTF-8 throughout, has a
// Cyrillic letter.
func HasCyrillic(text []byte) bool {
	return strings.ContainsFunc(string(text), func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}
