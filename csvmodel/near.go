package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortestNear is how many letters a name must have for others to be nearly it:
// of a shorter one too many are.
const shortestNear = 6

// otherWords are nearly names of fields, and something else.
var otherWords = map[string]bool{
	"кампания": true, "номерконтракта": true, "listname": true,
}

// nearField is the field of whose names one is a slip of a finger away from a
// name that means nothing, or "".
func nearField(key string) string {
	if isKnown(key) || otherWords[key] || strings.ContainsFunc(key, unicode.IsDigit) {
		return ""
	}
	letters := []rune(key)
	nearest := len(columns)
	for name, field := range fieldNames {
		if len(name) > len(key)+utf8.UTFMax || len(key) > len(name)+utf8.UTFMax {
			continue
		}
		known := []rune(name)
		if len(known) >= shortestNear && isSlip(letters, known) {
			nearest = min(nearest, slices.Index(columns[:], field))
		}
	}
	if nearest == len(columns) {
		return ""
	}
	return columns[nearest]
}

// isSlip reports whether a becomes b by one letter added, left out or replaced,
// or by two neighbours changing places.
func isSlip(a, b []rune) bool {
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

// noteNear points out the columns that are nearly a field which is not there.
func (h *headings) noteNear() {
	for _, field := range columns {
		if h.has(field) || h.alone && isNameField(field) {
			continue
		}
		if i := h.near(field); i >= 0 {
			h.note(msg.ColumnNear, i, field)
		}
	}
}

// near is the first free column that is nearly the field, or -1.
func (h *headings) near(field string) int {
	for i, nearly := range h.nearly {
		if nearly == field && h.free(i) {
			return i
		}
	}
	return -1
}
