package csvmodel

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// minTypoLength is the number of letters of the shortest name that has typos. Too many
// words are nearly a shorter one.
const minTypoLength = 6

// notTypos are words of their own that are nearly the name of a field.
var notTypos = map[string]bool{
	"кампания": true, "номерконтракта": true, "listname": true,
}

func typoField(key string) string {
	if isKnown(key) || notTypos[key] || strings.ContainsFunc(key, unicode.IsDigit) {
		return ""
	}
	letters := []rune(key)
	nearest := len(columns)
	for name, field := range fieldNames {
		if len(name) > len(key)+utf8.UTFMax || len(key) > len(name)+utf8.UTFMax {
			continue
		}
		known := []rune(name)
		if len(known) >= minTypoLength && isTypo(letters, known) {
			nearest = min(nearest, slices.Index(columns[:], field))
		}
	}
	if nearest == len(columns) {
		return ""
	}
	return columns[nearest]
}

// isTypo reports whether a becomes b by one letter added, left out or replaced,
// or by two neighbours changing places.
func isTypo(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 2 && len(b) == 2 {
		return a[0] == b[1] && a[1] == b[0]
	}
	return len(a) <= 1 && len(b) <= 1
}

func (m *mapper) noteTypos() {
	for _, field := range columns {
		if m.has(field) || m.cardOnly && isNameField(field) {
			continue
		}
		if i := m.typoOf(field); i >= 0 {
			m.note("column-near", i, field)
		}
	}
}

func (m *mapper) typoOf(field string) int {
	for i, nearly := range m.typos {
		if nearly == field && m.isFree(i) {
			return i
		}
	}
	return -1
}
