package csvmodel

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// unsplittable are the faults after which a row's cells are unreliable.
var unsplittable = []msg.Code{msg.RowWidth, msg.RowLong, msg.Quote, msg.QuoteOpen}

// invalidateChat puts a question mark behind the chat of an unsplittable row. Written
// cell by cell, such a row would look right. With the question mark it has no chat until
// a person takes it off, whatever program saves the file.
func invalidateChat(chat string, faults []msg.Reason) string {
	if slices.ContainsFunc(faults, func(r msg.Reason) bool { return slices.Contains(unsplittable, r.Code) }) {
		return chat + "?"
	}
	return chat
}

// signedNumber is a plus or minus and then digits with what may stand between those of
// a number.
var signedNumber = regexp.MustCompile(`^[+-][ \x{a0}\x{202f}().,\p{Pd}\x{2212}]*[0-9][ \x{a0}\x{202f}().,\p{Pd}\x{2212}0-9]*$`)

// escapeFormula sets an apostrophe before a cell that a spreadsheet would run as a
// formula. Others stay as they are, numbers with a sign too.
func escapeFormula(cell string) string {
	if cell == "" || cell[0] > '@' && cell[0] < utf8.RuneSelf || cell[0] >= '0' && cell[0] <= '9' {
		return cell
	}
	first, _ := utf8.DecodeRuneInString(cell)
	if !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) || signedNumber.MatchString(cell) {
		return cell
	}
	return "'" + cell
}

// spreadsheetNumber is a number with an exponent or decimals.
var spreadsheetNumber = regexp.MustCompile(`^[+-]?[.,]*[0-9][0-9.,]*([eE][+-]*[0-9]+)?$`)

// escapeNumber sets an apostrophe before a number with an exponent or decimals, which
// a spreadsheet would compute with: of 7.90012E+10 it makes 79001200000.
func escapeNumber(cell string) string {
	if strings.Contains(cell, "@") || phone.IsDigits(strings.TrimLeft(cell, "+-")) || !spreadsheetNumber.MatchString(cell) {
		return cell
	}
	return "'" + cell
}

// unescape takes off the apostrophe of escapeFormula and escapeNumber: people correct
// a file of ours and send it again.
func unescape(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && (escapeFormula(rest) != rest || escapeNumber(rest) != rest) {
		return rest
	}
	return cell
}

// groupDigits puts spaces into a number that a spreadsheet would show as 7.9E+11, so
// that it keeps it as text. Groups of three would make it a number again where
// thousands are separated by spaces.
func groupDigits(cell string) string {
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

// ungroupDigits takes off the spaces of groupDigits, and no others.
func ungroupDigits(cell string) string {
	digits := strings.ReplaceAll(cell, " ", "")
	if digits != cell && groupDigits(digits) == cell {
		return digits
	}
	return cell
}
