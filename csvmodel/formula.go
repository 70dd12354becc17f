package csvmodel

import (
	"contact-distributor/csvmodel/phone"
	"strings"
	"unicode/utf8"
)

// harmless sets an apostrophe before a cell that a spreadsheet would run as a
// formula, and returns all others as they are: also numbers with a sign, for
// telephones or not, which people want to see as they wrote them.
func harmless(cell string) string {
	if cell == "" || cell[0] > '@' && cell[0] < utf8.RuneSelf || cell[0] >= '0' && cell[0] <= '9' {
		return cell
	}
	first, _ := utf8.DecodeRuneInString(cell)
	if !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) || isSignedNumber(cell) {
		return cell
	}
	return "'" + cell
}

// unguarded takes an apostrophe off that harmless or asText has set: people correct a
// results file and send it again.
func unguarded(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && (harmless(rest) != rest || asText(rest) != rest) {
		return rest
	}
	return cell
}

// isSignedNumber reports whether a cell is a plus or minus and then digits with
// what may stand between those of a number.
func isSignedNumber(cell string) bool {
	if cell[0] != '+' && cell[0] != '-' {
		return false
	}
	digits := 0
	for _, r := range cell[1:] {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" \u00a0\u202f().,", r) && !phone.IsDash(r):
			return false
		}
	}
	return digits > 0
}
