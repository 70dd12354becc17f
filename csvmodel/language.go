package csvmodel

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

// Language is the one in which the people who made the file read.
func (f Form) Language() Language { return languageOf(f.Cyrillic) }

// Language is the one in which the people who made the file read, English where
// that could not be found out.
func (e *FileError) Language() Language { return languageOf(e.Cyrillic) }

func languageOf(cyrillic bool) Language {
	if cyrillic {
		return Russian
	}
	return English
}

// hasCyrillic reports whether text, which need not be UTF-8 throughout, has a
// Cyrillic letter.
func hasCyrillic(text []byte) bool {
	return strings.ContainsFunc(string(text), func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}
