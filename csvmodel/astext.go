package csvmodel

import (
	"contact-distributor/csvmodel/phone"
	"strings"
)

// grouped puts spaces into a number that a spreadsheet would show as 7.9E+11, so
// that it keeps it as text. Groups of three would make it a number again where
// thousands are separated by spaces.
func grouped(cell string) string {
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

// ungrouped4 takes those spaces off again, and no others.
func ungrouped4(cell string) string {
	digits := strings.ReplaceAll(cell, " ", "")
	if digits != cell && grouped(digits) == cell {
		return digits
	}
	return cell
}

// asText sets an apostrophe before a number with an exponent or decimals, which
// a spreadsheet would compute with: of 7.90012E+10 it makes 79001200000.
func asText(cell string) string {
	mantissa, exponent, hasExponent := cutExponent(cell)
	whole := strings.TrimLeft(mantissa, "+-")
	if hasExponent && !phone.IsDigits(strings.TrimLeft(exponent, "+-")) || len(mantissa)-len(whole) > 1 {
		return cell
	}
	digits := strings.Map(func(r rune) rune {
		if r == '.' || r == ',' {
			return -1
		}
		return r
	}, whole)
	if !phone.IsDigits(digits) || digits == whole && !hasExponent {
		return cell
	}
	return "'" + cell
}

func cutExponent(cell string) (mantissa, exponent string, found bool) {
	if i := strings.LastIndexAny(cell, "eE"); i >= 0 {
		return cell[:i], cell[i+1:], true
	}
	return cell, "", false
}
