// Package guard makes the text of a cell harmless to a spreadsheet that opens it, and takes
// back what it has changed.
package guard

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/phone"
)

var signedNumber = regexp.MustCompile(`^[+-][ \x{a0}\x{202f}().,\p{Pd}\x{2212}]*[0-9][ \x{a0}\x{202f}().,\p{Pd}\x{2212}0-9]*$`)

// separatorIn returns where a program may take a cell to end, whatever the file has
// between its own.
func separatorIn(cell string) int {
	for i := range len(cell) {
		switch cell[i] {
		case ';', ',', '\t', '|', '\n', '\r':
			return i
		}
	}
	return len(cell)
}

// EscapeFormula sets an apostrophe before each formula that a spreadsheet would run: at
// the start of the cell and behind every separator. Others stay as they are, numbers
// with a sign too.
func EscapeFormula(cell string) string {
	if separatorIn(cell) < len(cell) {
		cell = mapParts(cell, func(part string) string {
			if isFormula(strings.TrimLeft(part, "'")) {
				return "'" + part
			}
			return part
		})
	}
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

// Restore takes back what EscapeFormula and GroupDigits have changed in a cell.
func Restore(cell string) string { return UngroupDigits(unescapeFormula(cell)) }

// unescapeFormula returns the cell of which EscapeFormula made this one. An apostrophe
// that stood before a formula at the start of the cell is taken for one of ours.
func unescapeFormula(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(rest) {
		cell = rest
	}
	return mapParts(cell, func(part string) string {
		if rest, ok := strings.CutPrefix(part, "'"); ok && isFormula(strings.TrimLeft(rest, "'")) {
			return rest
		}
		return part
	})
}

// mapParts puts what f returns in place of each part of a cell behind a separator, which
// it gets without the quotes before it.
func mapParts(cell string, f func(part string) string) string {
	var all strings.Builder
	done := 0
	for i := separatorIn(cell) + 1; i < len(cell); i += separatorIn(cell[i:]) + 1 {
		i += len(cell[i:]) - len(strings.TrimLeft(cell[i:], `"`))
		part := cell[i : i+separatorIn(cell[i:])]
		if mapped := f(part); mapped != part {
			all.WriteString(cell[done:i] + mapped)
			done = i + len(part)
		}
	}
	if done == 0 {
		return cell
	}
	return all.String() + cell[done:]
}

func isFormula(cell string) bool {
	if cell == "" || cell[0] > '@' && cell[0] < utf8.RuneSelf || cell[0] >= '0' && cell[0] <= '9' {
		return false
	}
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) && !signedNumber.MatchString(cell)
}

var spreadsheetNumber = regexp.MustCompile(`^[+-]?[.,]*[0-9][0-9.,]*([eE][+-]*[0-9]+)?$`)

// EscapeNumber sets an apostrophe before a number with an exponent or decimals, which
// a spreadsheet would compute with: of 7.90012E+10 it makes 79001200000.
func EscapeNumber(cell string) string {
	if strings.Contains(cell, "@") || phone.IsDigits(strings.TrimLeft(cell, "+-")) || !spreadsheetNumber.MatchString(cell) {
		return cell
	}
	return "'" + cell
}

// GroupDigits puts spaces into a number that a spreadsheet would show as 7.9E+11, so
// that it keeps it as text. Groups of three would make it a number again where
// thousands are separated by spaces.
func GroupDigits(cell string) string {
	digits, plus := strings.CutPrefix(strings.TrimSpace(cell), "+")
	if len(digits) < 12 || len(digits) > 40 || !phone.IsDigits(digits) {
		return cell
	}
	var spaced strings.Builder
	if plus {
		spaced.WriteByte('+')
	}
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%4 == 0 {
			spaced.WriteByte(' ')
		}
		spaced.WriteByte(digits[i])
	}
	return spaced.String()
}

// UngroupDigits takes the spaces of GroupDigits out again.
func UngroupDigits(cell string) string {
	digits := strings.ReplaceAll(cell, " ", "")
	if digits != cell && GroupDigits(digits) == cell {
		return digits
	}
	return cell
}
